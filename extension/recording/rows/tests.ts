/** What a filter's terms ask of records: of their shape where that can decide, of the record where not. */
import type { AmountField, Filter, FilterStatus, Pattern, Range, Term } from '../filter/filter.ts';
import { LEVELS } from '../filter/fields.ts';
import { holds, matches, matchesName } from '../filter/pattern.ts';
import { rangeTest } from '../filter/units.ts';
import type { LogLevel, RowKind } from '../query.ts';
import type { Look } from './look.ts';
import type { Shape } from './shapes.ts';

export interface RecordTest {
  /** Undefined where only the record can tell. */
  readonly ofShape: (shape: Shape) => boolean | undefined;
  readonly ofRecord: (look: Look, shape: Shape) => boolean;
  /** The head of the record is enough. */
  readonly isCheap: boolean;
}

type Test = (value: string) => boolean;

/** The tests that a record has to pass, the cheap ones first. */
export function testsOf({ terms }: Filter): readonly RecordTest[] {
  return terms
    .map((term) => (term.negated ? not(testOf(term)) : testOf(term)))
    .sort((a, b) => Number(b.isCheap) - Number(a.isCheap));
}

function not({ ofShape, ofRecord, isCheap }: RecordTest): RecordTest {
  return {
    ofShape: (shape) => {
      const passes = ofShape(shape);
      return passes === undefined ? undefined : !passes;
    },
    ofRecord: (look, shape) => !ofRecord(look, shape),
    isCheap,
  };
}

function testOf(term: Term): RecordTest {
  switch (term.field) {
    case 'text':
      return textTest(anyOf(term.any, holds));
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
      return { ofShape: unknown, ofRecord: (look) => test(look.payload.length), isCheap: false };
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
      return { ofShape: unknown, ofRecord: (look) => test(lowerBytes(look.payload)), isCheap: false };
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
  return { ofShape, ofRecord: (_, shape) => ofShape(shape), isCheap: true };
}

function shapeTest(test: Test, part: (shape: Shape) => string): RecordTest {
  return decidedByShape((shape) => test(part(shape)));
}

function ofHead(ofRecord: (look: Look) => boolean): RecordTest {
  return { ofShape: unknown, ofRecord, isCheap: true };
}

/** Plugin, name or summary. */
function textTest(test: Test): RecordTest {
  return {
    ofShape: ({ plugin, name }) =>
      test(plugin.toLowerCase()) || test(name.toLowerCase()) ? true : undefined,
    ofRecord: (look) => test(look.summary),
    isCheap: false,
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
    isCheap: false,
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
    isCheap: false,
  };
}

function telemetryTest(test: Test, part: (look: Look) => string | undefined): RecordTest {
  return {
    ofShape: ({ row }) => (row === 'effect or telemetry' ? undefined : false),
    ofRecord: (look) => {
      const text = part(look);
      return text !== undefined && test(text.toLowerCase());
    },
    isCheap: false,
  };
}

/** Bytes as a text of a character each, so that a payload is searched whatever it is. */
function inBytes({ parts }: Pattern): Pattern {
  return { parts: parts.map((part) => Buffer.from(part).toString('latin1')) };
}

const UPPER = /[A-Z]+/g;

/** In lower case as far as it is ASCII: other letters are several bytes, which have no case. */
function lowerBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return text.replace(UPPER, (letters) => letters.toLowerCase());
}
