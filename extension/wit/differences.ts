/** What is different between two types, or two signatures: exactly, but for names that only sources see. */
import type { WitFunction, WitType } from './model.ts';
import { typeText } from './text.ts';
import { onTrack } from './versions.ts';

/**
 * How differences are put. `change`: what became of something, "field a: u32 became u64". `state`: what
 * something is where another was due, "field a is u64 instead of u32".
 */
export type Wording = 'change' | 'state';

/** Two types of one name that are met on the way; they are compared by themselves, once. */
export type Meet = (before: WitType, after: WitType) => void;

/** Where parts are compared: what was, what is, and how it is put. */
interface Comparison {
  readonly meet: Meet;
  readonly wording: Wording;
}

/** Whether two types are the same to the component model; pairs of one name count as the same and are given to `meet`. */
export function sameType(before: WitType, after: WitType, meet: Meet): boolean {
  if (before === after) return true;
  if (before.name !== undefined && after.name !== undefined && onTrack(before.name) === onTrack(after.name)) {
    meet(before, after);
    return true;
  }
  return sameStructure(before, after, meet);
}

function sameStructure(before: WitType, after: WitType, meet: Meet): boolean {
  const same = (a: WitType | undefined, b: WitType | undefined): boolean =>
    a === undefined || b === undefined ? a === b : sameType(a, b, meet);
  const sameItems = (a: readonly WitType[], b: readonly WitType[]): boolean =>
    a.length === b.length && a.every((item, index) => same(item, b[index]));
  switch (before.kind) {
    case 'list':
      return after.kind === 'list' && before.length === after.length && same(before.element, after.element);
    case 'option':
      return after.kind === 'option' && same(before.some, after.some);
    case 'result':
      return after.kind === 'result' && same(before.ok, after.ok) && same(before.err, after.err);
    case 'tuple':
      return after.kind === 'tuple' && sameItems(before.items, after.items);
    case 'future':
    case 'stream':
      return after.kind === before.kind && same(before.payload, after.payload);
    case 'own':
    case 'borrow':
      return after.kind === before.kind && onTrack(before.resource) === onTrack(after.resource);
    case 'record':
      return after.kind === 'record' && sameParts(before.fields, after.fields, same);
    case 'variant':
      return after.kind === 'variant' && sameParts(before.cases, after.cases, same);
    case 'enum':
      return after.kind === 'enum' && before.cases.join() === after.cases.join();
    case 'flags':
      return after.kind === 'flags' && before.flags.join() === after.flags.join();
    case 'error-context':
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
    case 'char':
    case 'string':
      return after.kind === before.kind;
  }
}

interface Part {
  readonly name: string;
  readonly type?: WitType;
}

function sameParts(
  before: readonly Part[],
  after: readonly Part[],
  same: (a: WitType | undefined, b: WitType | undefined) => boolean,
): boolean {
  if (before.length !== after.length) return false;
  return before.every(
    ({ name, type }, index) => name === after[index]?.name && same(type, after[index].type),
  );
}

/** What is different in the definitions of two types of one name, in words; empty where nothing is. */
export function typeDifferences(
  before: WitType,
  after: WitType,
  meet: Meet,
  wording: Wording,
): readonly string[] {
  const at: Comparison = { meet, wording };
  const owner = `${before.kind} ${shortNameOf(before)}`;
  if (before.kind === 'record' && after.kind === 'record')
    return partDifferences(owner, 'field', before.fields, after.fields, at);
  if (before.kind === 'variant' && after.kind === 'variant')
    return partDifferences(owner, 'case', before.cases, after.cases, at);
  if (before.kind === 'enum' && after.kind === 'enum')
    return partDifferences(owner, 'case', named(before.cases), named(after.cases), at);
  if (before.kind === 'flags' && after.kind === 'flags')
    return partDifferences(owner, 'flag', named(before.flags), named(after.flags), at);
  if (sameStructure(before, after, meet)) return [];
  return [replaced(`type ${shortNameOf(before)}`, structure(before), structure(after), wording)];
}

function shortNameOf({ name = '' }: WitType): string {
  return name.slice(name.lastIndexOf('#') + 1);
}

function named(names: readonly string[]): readonly Part[] {
  return names.map((name) => ({ name }));
}

function partDifferences(
  owner: string,
  part: string,
  before: readonly Part[],
  after: readonly Part[],
  { meet, wording }: Comparison,
): readonly string[] {
  const later = new Map(after.map((one) => [one.name, one]));
  const earlier = new Set(before.map(({ name }) => name));
  const gone = before.filter(({ name }) => !later.has(name));
  const extra = after.filter(({ name }) => !earlier.has(name));
  const words = [
    ...gone.map(({ name }) => `${owner} lacks ${part} ${name}`),
    ...extra.map(
      ({ name }) => `${owner} has the ${wording === 'change' ? 'new' : 'unknown'} ${part} ${name}`,
    ),
  ];
  for (const { name, type } of before) {
    const other = later.get(name);
    if (other === undefined || sameOptional(type, other.type, meet)) continue;
    words.push(`${owner}: ${replaced(`${part} ${name}`, textOf(type), textOf(other.type), wording)}`);
  }
  const common = before.filter(({ name }) => later.has(name)).map(({ name }) => name);
  const now = after.filter(({ name }) => earlier.has(name)).map(({ name }) => name);
  if (common.join() !== now.join())
    words.push(`${owner} has its ${part}s in another order: ${now.join(', ')}`);
  return words;
}

function sameOptional(before: WitType | undefined, after: WitType | undefined, meet: Meet): boolean {
  return before === undefined || after === undefined ? before === after : sameType(before, after, meet);
}

/** What is different between two signatures, in words, and whether more than names of parameters is. */
export function signatureDifferences(
  before: WitFunction,
  after: WitFunction,
  meet: Meet,
  wording: Wording,
): readonly { readonly words: string; readonly breaking: boolean }[] {
  const found: { words: string; breaking: boolean }[] = [];
  const add = (words: string, breaking = true): void => void found.push({ words, breaking });
  const names = (one: WitFunction): readonly string[] => one.params.map(({ name }) => name);
  const [was, is] = [names(before), names(after)];
  const permuted = was.join() !== is.join() && [...was].sort().join() === [...is].sort().join();
  if (permuted) add(`the parameters are in another order: ${is.join(', ')}`);
  else if (was.length === is.length) {
    for (const [index, { name, type }] of before.params.entries()) {
      const other = after.params[index];
      if (other === undefined) continue;
      const same = sameType(type, other.type, meet);
      if (name !== other.name) add(`parameter ${name} is called ${other.name}`, false);
      if (!same) add(replaced(`parameter ${other.name}`, textOf(type), textOf(other.type), wording));
    }
  } else {
    for (const words of partDifferences('', 'parameter', before.params, after.params, { meet, wording }))
      add(words.replace(/^:? /, ''));
  }
  if (!sameOptional(before.result, after.result, meet))
    add(replaced('the result', textOf(before.result), textOf(after.result), wording));
  if ((before.async ?? false) !== (after.async ?? false))
    add(replaced('it', kindOf(before), kindOf(after), wording));
  return found;
}

function kindOf({ async = false }: WitFunction): string {
  return async ? 'async' : 'synchronous';
}

function replaced(what: string, before: string, after: string, wording: Wording): string {
  if (before === after) return `${what} is another ${after}`;
  return wording === 'change'
    ? `${what}: ${before} became ${after}`
    : `${what} is ${after} instead of ${before}`;
}

function textOf(type: WitType | undefined): string {
  return type === undefined ? 'nothing' : typeText(type);
}

/** A definition without its own name. */
function structure({ name: _, ...rest }: WitType): string {
  return typeText(rest);
}
