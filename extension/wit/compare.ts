/**
 * Compares worlds exactly: widths of numbers, orders of fields, every case and every parameter. The
 * versions of interfaces count as far as the component model makes a difference of them.
 */
import { sameType, signatureDifferences, typeDifferences, type Meet, type Wording } from './differences.ts';
import type { WitFunction, WitInterface, WitPlace, WitSide, WitWorld } from './model.ts';
import { onTrack } from './versions.ts';

/** One thing that is not as it was. */
export interface WitChange {
  readonly kind: 'removed' | 'added' | 'changed';
  /** On which side of the world it was met; a type may be on both. */
  readonly side: 'import' | 'export';
  /** An interface, a function or a type: `wasi:keyvalue/store@0.2.0-draft#[method]bucket.get`. */
  readonly item: string;
  /**
   * A plugin made for what was does not do for what is: an export that is gone, other or new, an import
   * that is gone or other. Names of parameters alone break no plugin that is built.
   */
  readonly breaking: boolean;
  /** In words: `parameter key: u32 became string`, `record r lacks field a`. */
  readonly difference: string;
  /** Where it is written now; for what is gone, where the interface or the world is that it was in. */
  readonly place?: WitPlace;
}

type Side = WitChange['side'];

/** Everything that is different for a plugin of this world; empty where nothing is. */
export function compareWorlds(before: WitWorld, after: WitWorld): readonly WitChange[] {
  const comparison = start('change');
  comparison.sides(before.imports, after.imports, 'import', after.place);
  comparison.sides(before.exports, after.exports, 'export', after.place);
  return comparison.changes;
}

/** A change as one sentence without a full stop: `t:t/a#f is gone`, `t:t/a#r: record r lacks field a`. */
export function changeText({ item, difference }: Pick<WitChange, 'item' | 'difference'>): string {
  return /^(?:is|lacks|has) /.test(difference) ? `${item} ${difference}` : `${item}: ${difference}`;
}

/**
 * The same for one interface. As a state it is said of what comes second, where the first was due; then
 * `breaking` means that the second does not do for the first.
 */
export function compareInterfaces(
  before: WitInterface,
  after: WitInterface,
  side: Side,
  wording: Wording = 'change',
): readonly WitChange[] {
  const comparison = start(wording);
  comparison.interfaces(before, after, side);
  return comparison.changes;
}

interface Comparison {
  readonly changes: readonly WitChange[];
  sides(before: WitSide, after: WitSide, side: Side, around: WitPlace | undefined): void;
  interfaces(before: WitInterface, after: WitInterface, side: Side): void;
}

function start(wording: Wording): Comparison {
  const changes: WitChange[] = [];
  const met = new Set<string>();

  const change = (
    kind: WitChange['kind'],
    side: Side,
    item: string,
    difference: string,
    place: WitPlace | undefined,
    breaking = kind === 'changed' || breaks(kind, side, wording),
  ): void => {
    changes.push({ kind, side, item, breaking, difference, ...(place === undefined ? {} : { place }) });
  };

  const meetOn = (side: Side): Meet => {
    const meet: Meet = (before, after) => {
      const name = after.name ?? before.name ?? '';
      if (met.has(onTrack(name))) return;
      met.add(onTrack(name));
      const differences = typeDifferences(before, after, meet, wording);
      if (differences.length > 0)
        change('changed', side, name, differences.join('; '), after.place ?? before.place);
    };
    return meet;
  };

  const functions = (
    before: readonly WitFunction[],
    after: readonly WitFunction[],
    side: Side,
    around: WitPlace | undefined,
    itemOf: (one: WitFunction) => string,
  ): void => {
    const later = new Map(after.map((one) => [one.exportName, one]));
    const earlier = new Set(before.map(({ exportName }) => exportName));
    for (const was of before) {
      const is = later.get(was.exportName);
      if (is === undefined) {
        change('removed', side, itemOf(was), goneText(wording), around ?? was.place);
        continue;
      }
      const found = signatureDifferences(was, is, meetOn(side), wording);
      if (found.length === 0) continue;
      const words = found.map((one) => one.words).join('; ');
      const breaking = found.some((one) => one.breaking);
      change('changed', side, itemOf(is), words, is.place ?? was.place, breaking);
    }
    for (const is of after)
      if (!earlier.has(is.exportName)) change('added', side, itemOf(is), newText(side, wording), is.place);
  };

  const interfaces = (before: WitInterface, after: WitInterface, side: Side): void => {
    const whole = (name: string): string => `${after.name}#${name}`;
    const [gone, fresh] = [
      minus(before.resources, after.resources),
      minus(after.resources, before.resources),
    ];
    for (const name of gone)
      change('removed', side, whole(name), `resource ${goneText(wording)}`, after.place);
    for (const name of fresh)
      change('added', side, whole(name), `resource ${newText(side, wording)}`, after.place);
    const kept = (names: readonly string[]) => (one: WitFunction) =>
      one.resource === undefined || !names.includes(one.resource);
    functions(
      before.functions.filter(kept(gone)),
      after.functions.filter(kept(fresh)),
      side,
      after.place,
      (one) => whole(one.exportName),
    );
    // Types that no function of this interface uses are used by others.
    for (const [name, type] of Object.entries(before.types)) {
      const other = after.types[name];
      if (other !== undefined) sameType(type, other, meetOn(side));
    }
  };

  const sides = (before: WitSide, after: WitSide, side: Side, around: WitPlace | undefined): void => {
    const later = new Map(after.interfaces.map((one) => [onTrack(one.name), one]));
    const earlier = new Set(before.interfaces.map(({ name }) => onTrack(name)));
    for (const was of before.interfaces) {
      const is = later.get(onTrack(was.name));
      if (is !== undefined) {
        interfaces(was, is, side);
        continue;
      }
      const other = after.interfaces.find(
        ({ name }) => unversioned(name) === unversioned(was.name) && !earlier.has(onTrack(name)),
      );
      const instead = other === undefined ? '' : `; ${other.name} is there instead`;
      change('removed', side, was.name, `is gone${instead}`, other?.place ?? around ?? was.place);
    }
    for (const is of after.interfaces)
      if (!earlier.has(onTrack(is.name))) change('added', side, is.name, newText(side, wording), is.place);
    functions(before.functions, after.functions, side, around, ({ exportName }) => exportName);
  };

  return { changes, sides, interfaces };
}

function minus(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name));
}

function breaks(kind: 'removed' | 'added', side: Side, wording: Wording): boolean {
  // A plugin that exports more than is asked for, or imports less than there is, does.
  if (wording === 'state') return (kind === 'removed') === (side === 'export');
  return kind === 'removed' || side === 'export';
}

function goneText(wording: Wording): string {
  return wording === 'change' ? 'is gone' : 'is missing';
}

function newText(side: Side, wording: Wording): string {
  if (wording === 'state') return 'is unknown';
  return side === 'export' ? 'is new: the plugin has to export it' : 'is new';
}

function unversioned(name: string): string {
  return name.replace(/@.*/, '');
}
