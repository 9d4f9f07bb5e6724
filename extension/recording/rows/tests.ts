/** What a filter's terms ask of records: of their shape where that can decide, of the record where not. */
import type { AmountField, Filter, FilterStatus, Pattern, Range, Term } from '../filter/filter.ts';
import { LEVELS } from '../filter/fields.ts';
import { holds, matches, matchesName } from '../filter/pattern.ts';
import { rangeTest } from '../filter/units.ts';
import type { LogLevel, RowKind } from '../query.ts';
import { lowerBytes, type Look } from './look.ts';
import type { Shape } from './shapes.ts';

export interface RecordTest {
  /** Undefined where only the record can tell. */
  readonly ofShape: (shape: Shape) => boolean | undefined;
  readonly ofRecord: (look: Look, shape: Shape) => boolean;
  readonly cost: Cost;
}

/** What a record is read for: its head, a search in the bytes of a chunk, its payload. */
const Cost = { head: 0, search: 1, payload: 2 } as const;
type Cost = (typeof Cost)[keyof typeof Cost];

type Test = (value: string) => boolean;

/** The tests that a record has to pass, those that cost least first. */
export function testsOf({ terms }: Filter): readonly RecordTest[] {
  return terms
    .map((term) => (term.negated ? not(testOf(term)) : testOf(term)))
    .sort((a, b) => a.cost - b.cost);
}

function not({ ofShape, ofRecord, cost }: RecordTest): RecordTest {
  return {
    ofShape: (shape) => {
      const passes = ofShape(shape);
      return passes === undefined ? undefined : !passes;
    },
    ofRecord: (look, shape) => !ofRecord(look, shape),
    cost,
  };
}

function testOf(term: Term): RecordTest {
  switch (term.field) {
    case 'text':
      return textTest(anyOf(term.any, holds), lettersOf(term.any));
    case 'plugin':
      return shapeTest(onLower(anyOf(term.any, matches)), ({ plugin }) => plugin);
    case 'fn':
      return shapeTest(onLower(anyOf(term.any, matchesName)), ({ name }) => name);
    case 'kind':
      return kindTest(new Set(term.any));
    case 'status':
      return decidedByShape(({ status }) => term.any.some((wanted) => hasStatus(status, wanted)));
    case 'level':
      return levelTest(term.any);
    case 'duration': {
      const test = anyRange(term.field, term.any);
      return ofHead(({ durationMs }) => durationMs !== undefined && test(durationMs));
    }
    case 'time': {
      const test = anyRange(term.field, term.any);
      return ofHead((look) => test(look.time));
    }
    case 'event': {
      const test = anyRange(term.field, term.any);
      return ofHead((look) => test(look.head.event));
    }
    case 'size': {
      const test = anyRange(term.field, term.any);
      return ofHead((look) => test(look.size));
    }
    case 'type':
      return telemetryTest(anyOf(term.any, matches), (look) => look.telemetry?.eventType);
    case 'turn':
      return telemetryTest(anyOf(term.any, matches), (look) => look.telemetry?.turnId);
    case 'correlation':
      return telemetryTest(anyOf(term.any, matches), (look) => look.telemetry?.correlationId);
    case 'span':
      return telemetryTest(anyOf(term.any, matches), (look) => look.telemetry?.spanId);
    case 'payload': {
      const test = anyOf(term.any.map(inBytes), holds);
      const [letters] = lettersOf(term.any);
      return {
        ofShape: unknown,
        ofRecord: (look) =>
          (letters === undefined || look.mayHold(letters)) && test(lowerBytes(look.payload)),
        cost: letters === undefined ? Cost.payload : Cost.search,
      };
    }
  }
}

const unknown = (): undefined => undefined;

function anyOf(any: readonly Pattern[], make: (pattern: Pattern) => Test): Test {
  const tests = any.map(make);
  return (text) => tests.some((test) => test(text));
}

function onLower(test: Test): Test {
  return (text) => test(text.toLowerCase());
}

function anyRange(field: AmountField, any: readonly Range[]): (value: number) => boolean {
  const tests = any.map((range) => rangeTest(field, range));
  return (value) => tests.some((test) => test(value));
}

function decidedByShape(ofShape: (shape: Shape) => boolean): RecordTest {
  return { ofShape, ofRecord: (_, shape) => ofShape(shape), cost: Cost.head };
}

function shapeTest(test: Test, part: (shape: Shape) => string): RecordTest {
  return decidedByShape((shape) => test(part(shape)));
}

function ofHead(ofRecord: (look: Look) => boolean): RecordTest {
  return { ofShape: unknown, ofRecord, cost: Cost.head };
}

/** Fewer letters in a row are in most payloads. */
const LETTERS = /[a-z]{3,}/gi;
/** Letters that may be bytes in hexadecimal form. */
const HEX = /^[a-f]+$/;

/** ASCII letters in a row that a text with the only pattern has, the longest first; none where there are several patterns. */
function lettersOf([pattern, ...more]: readonly Pattern[]): readonly string[] {
  if (pattern === undefined || more.length > 0) return [];
  return pattern.parts
    .flatMap((part) => part.match(LETTERS) ?? [])
    .map((letters) => letters.toLowerCase())
    .filter((letters) => !HEX.test(letters))
    .sort((a, b) => b.length - a.length);
}

/**
 * Plugin, name or summary. A summary has the letters of the pattern from the payload, where its contract does not
 * write them itself; so most payloads are searched as bytes, and only what may match is described.
 */
function textTest(test: Test, letters: readonly string[]): RecordTest {
  /** By shape, what a payload has to hold. */
  const needed = new Map<number, string | undefined>();
  const neededBy = (look: Look, shape: Shape): string | undefined => {
    if (needed.has(shape.id)) return needed.get(shape.id);
    const wording = look.wordingOf(shape);
    const written = (some: string): boolean => wording?.some((word) => word.includes(some)) ?? true;
    const found = letters.find((some) => !written(some));
    needed.set(shape.id, found);
    return found;
  };
  const mayMatch = (look: Look, shape: Shape): boolean => {
    const text = letters.length === 0 ? undefined : neededBy(look, shape);
    return text === undefined || look.mayHold(text);
  };
  return {
    ofShape: ({ plugin, name }) =>
      test(plugin.toLowerCase()) || test(name.toLowerCase()) ? true : undefined,
    ofRecord: (look, shape) => mayMatch(look, shape) && test(look.summary),
    cost: letters.length === 0 ? Cost.payload : Cost.search,
  };
}

function kindTest(kinds: ReadonlySet<RowKind>): RecordTest {
  return {
    ofShape: ({ row }) => {
      if (row === undefined) return false;
      if (row !== 'effect or telemetry') return kinds.has(row);
      return kinds.has('effect') === kinds.has('telemetry') ? kinds.has('effect') : undefined;
    },
    ofRecord: (look) => kinds.has(look.isTelemetry ? 'telemetry' : 'effect'),
    cost: Cost.payload,
  };
}

function hasStatus(status: Shape['status'], wanted: FilterStatus): boolean {
  return status === wanted || (wanted === 'error' && status === 'trap');
}

function levelTest(any: readonly LogLevel[]): RecordTest {
  const severity = (level: LogLevel): number => LEVELS.findIndex(({ value }) => value === level);
  const least = Math.min(...any.map(severity));
  return {
    ofShape: ({ row }) => (row === 'log' ? undefined : false),
    ofRecord: (look) => {
      const { level } = look;
      return level !== undefined && severity(level) >= least;
    },
    cost: Cost.payload,
  };
}

function telemetryTest(test: Test, part: (look: Look) => string | undefined): RecordTest {
  return {
    ofShape: ({ row }) => (row === 'effect or telemetry' ? undefined : false),
    ofRecord: (look) => {
      const text = part(look);
      return text !== undefined && test(text.toLowerCase());
    },
    cost: Cost.payload,
  };
}

/** Bytes as a text of a character each, so that a payload is searched whatever it is. */
function inBytes({ parts }: Pattern): Pattern {
  return { parts: parts.map((part) => Buffer.from(part).toString('latin1')) };
}
