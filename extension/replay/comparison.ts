/** Compares two lives of a plugin that were recorded, event by event: before and after a reload, or this run and the last. */
import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Contract } from '../host/contract.ts';
import { refuseImported } from '../imports/errors.ts';
import type { ComparedLife, Comparison, ComparisonQuery, EventDifference } from '../recording/query.ts';
import { RecordFlag, RecordKind, type RawRecord, type Recording } from '../recording/record.ts';
import { compareGroups, type Side } from './compare.ts';
import { groupOf, livesOf, outcomeOf, type Life } from './lives.ts';
import { milliseconds, whatDiffers } from './verdict.ts';

/** Differences that are listed. */
const MOST_LISTED = 1000;
/** Calls of an event are as long as each other unless one takes so many times as long as the other, and so many milliseconds more. */
const LONGER_FACTOR = 2;
const LONGER_MS = 1;
/** Events that are looked at before others get their turn in the process. */
const AT_A_TIME = 256;
/** Digits of an artifact's hash that tell builds apart. */
const HASH_DIGITS = 12;

/** A recording, and the id that clients know it by. */
interface Compared {
  readonly id: string;
  readonly recording: Recording;
}

/** A life to compare, and where it is. */
interface Chosen extends Compared {
  readonly life: Life;
}

/** Positions in the two lives of the same event; undefined where only the other has it. */
interface EventPair {
  readonly here: number | undefined;
  readonly other: number | undefined;
}

/**
 * Compares what two lives of a plugin did. An event is compared with the one that was given the same (name
 * and bytes) in the other life, in order; where the two were given nothing in common, with the one at the same
 * position.
 *
 * - `outputs` differ where the host calls do (those of WASI, log lines and telemetry, which hold times, do not
 *   count), or how the export call ended or what it gave.
 * - `duration` differs where one call took at least twice as long as the other and more than 1 ms longer.
 * - `missing` is an event that only one of them was given.
 *
 * Throws a UserError where there is nothing to compare. Lets others run between events.
 */
export async function compareLives(
  here: Compared,
  other: Compared,
  query: ComparisonQuery,
  contractOf: (recording: Recording, life: Life) => Contract,
): Promise<Comparison> {
  const one = chooseHere(here, query);
  const two = chooseOther(one, other, query.other);
  const [contract, otherContract] = [
    contractOf(one.recording, one.life),
    contractOf(two.recording, two.life),
  ];
  if (contract.id !== otherContract.id) {
    throw new UserError(
      `The two plugins are for different contracts: ${contract.id} and ${otherContract.id}.`,
      'Compare plugins for the same contract.',
    );
  }
  const found = new Found();
  let both = 0;
  for (const [count, pair] of pairsOf(one, two).entries()) {
    if (count % AT_A_TIME === AT_A_TIME - 1) await setImmediate();
    if (pair.here !== undefined && pair.other !== undefined) both++;
    found.add(differencesOf(one, two, pair, contract));
  }
  return {
    plugin: nameOf(one),
    here: describe(one),
    other: describe(two),
    events: both,
    ...found.result(),
  };
}

/** Differences as they come in. */
class Found {
  readonly #listed: EventDifference[] = [];
  #differing = 0;
  #count = 0;

  /** Takes what differs in one event. */
  add(differences: readonly EventDifference[]): void {
    if (differences.some(({ kind }) => kind !== 'missing')) this.#differing++;
    this.#count += differences.length;
    this.#listed.push(...differences.slice(0, MOST_LISTED - this.#listed.length));
  }

  result(): Pick<Comparison, 'differing' | 'differences' | 'more'> {
    return {
      differing: this.#differing,
      differences: this.#listed,
      more: this.#count - this.#listed.length,
    };
  }
}

function chooseHere({ id, recording }: Compared, { plugin, life }: ComparisonQuery): Chosen {
  const lives = livesOfPlugin(recording, plugin);
  return { id, recording, life: lifeAt(recording, lives, life) ?? lastOf(lives) };
}

function chooseOther(here: Chosen, other: Compared, { plugin, life }: ComparisonQuery['other']): Chosen {
  const { id, recording } = other;
  const isSame = recording === here.recording;
  // The same plugin may have another name in a recording of another tree; then it is the only one there.
  const named = plugin ?? (hasPlugin(recording, nameOf(here)) ? nameOf(here) : undefined);
  const lives = livesOfPlugin(recording, named);
  const asked = lifeAt(recording, lives, life);
  if (asked !== undefined) {
    if (isSame && asked.plugin === here.life.plugin && asked.position === here.life.position) {
      throw new UserError(
        `Life ${asked.position} of ${nameOf(here)} would be compared with itself.`,
        'Choose another life, or another recording.',
      );
    }
    return { id, recording, life: asked };
  }
  const before = isSame
    ? lives.findLast((one) => one.plugin !== here.life.plugin || one.position < here.life.position)
    : lives.at(-1);
  if (before !== undefined) return { id, recording, life: before };
  throw new UserError(
    `The recording has no life of ${nameOf(here)} with events before this one.`,
    'Reload the plugin while it is given events, or compare with another recording.',
  );
}

function hasPlugin(recording: Recording, name: string): boolean {
  return recording.info.plugins.some((one) => one.name === name);
}

/** Lives with events of the plugin of this name, or of the only one that has some. */
function livesOfPlugin(recording: Recording, plugin: string | undefined): readonly Life[] {
  refuseImported(recording, 'compared');
  const { plugins } = recording.info;
  if (plugin !== undefined && !hasPlugin(recording, plugin)) {
    throw new UserError(
      `The recording has no plugin ${JSON.stringify(plugin)}.`,
      plugins.length === 0 ? 'It has none at all.' : `It has ${plugins.map(({ name }) => name).join(', ')}.`,
    );
  }
  const all = livesOf(recording).filter(
    (life) => plugin === undefined || plugins[life.plugin]?.name === plugin,
  );
  const lives = all.filter(({ events }) => events.length > 0);
  const [first] = lives;
  if (first === undefined) {
    throw new UserError(
      plugin === undefined
        ? 'The recording has no events, so there is nothing to compare.'
        : `The recording has no events of ${plugin}, so there is nothing to compare.`,
      'Record the plugin while it is given events.',
    );
  }
  if (plugin === undefined && lives.some((life) => life.plugin !== first.plugin)) {
    throw new UserError(
      `The recording is of ${plugins.length} plugins: ${plugins.map(({ name }) => name).join(', ')}.`,
      'Say which one to compare.',
    );
  }
  return lives;
}

/** The life at a position, where one is asked for. */
function lifeAt(
  recording: Recording,
  lives: readonly Life[],
  position: number | undefined,
): Life | undefined {
  if (position === undefined) return undefined;
  const found = lives.find((life) => life.position === position);
  if (found !== undefined) return found;
  const plugin = recording.info.plugins[lives[0]?.plugin ?? 0]?.name ?? '';
  throw new UserError(
    `${plugin} has no life ${position} with events in this recording.`,
    `Lives are counted from 0; it has ${lives.map((life) => life.position).join(', ')}.`,
  );
}

function lastOf(lives: readonly Life[]): Life {
  const last = lives.at(-1);
  if (last === undefined) throw new Error('there are no lives');
  return last;
}

function nameOf({ recording, life }: Chosen): string {
  return recording.info.plugins[life.plugin]?.name ?? '';
}

function describe({ id, recording, life }: Chosen): ComparedLife {
  const { startedAt } = recording.info;
  const { events, start, position, artifact = '' } = life;
  const time = (index: number): number => recording.at(index).time - startedAt;
  const group = groupOf(recording, life, events.length - 1);
  const ends = [group?.first, group?.records.at(-1), group?.call].filter((index) => index !== undefined);
  return {
    recording: id,
    plugin: recording.info.plugins[life.plugin]?.name ?? '',
    life: position,
    from: Math.min(...[start[0], events[0]].filter((index) => index !== undefined).map(time)),
    to: Math.max(...ends.map(time)),
    events: events.length,
    artifact: artifact.slice(0, HASH_DIGITS),
  };
}

/** Every event of both lives once, in the order of this one. */
function pairsOf(one: Chosen, two: Chosen): readonly EventPair[] {
  const [here, other] = [keysOf(one), keysOf(two)];
  const common = commonOf(here, other);
  if (common.length === 0) {
    return Array.from({ length: Math.max(here.length, other.length) }, (_, at) => ({
      here: at < here.length ? at : undefined,
      other: at < other.length ? at : undefined,
    }));
  }
  const pairs: EventPair[] = [];
  let [from, to] = [0, 0];
  const alone = (untilHere: number, untilOther: number): void => {
    for (; from < untilHere; from++) pairs.push({ here: from, other: undefined });
    for (; to < untilOther; to++) pairs.push({ here: undefined, other: to });
  };
  for (const [at, otherAt] of common) {
    alone(at, otherAt);
    pairs.push({ here: at, other: otherAt });
    [from, to] = [at + 1, otherAt + 1];
  }
  alone(here.length, other.length);
  return pairs;
}

/** Equal for events that were given the same. */
function keysOf({ recording, life }: Chosen): readonly string[] {
  return life.events.map((index) => {
    const { name, flags, payload } = recording.at(index);
    const control = flags & RecordFlag.control;
    return `${control} ${hash('sha256', payload, 'base64')} ${name}`;
  });
}

/**
 * Pairs of positions, both growing, of equal keys. The first of several equal ones stands for the first on the
 * other side, and so on; of what is then in another order, the longest part that is in order counts.
 */
function commonOf(here: readonly string[], other: readonly string[]): readonly (readonly [number, number])[] {
  const places = new Map<string, number[]>();
  for (const [at, key] of other.entries()) {
    const known = places.get(key);
    if (known === undefined) places.set(key, [at]);
    else known.push(at);
  }
  const taken = new Map<string, number>();
  const candidates: (readonly [number, number])[] = [];
  for (const [at, key] of here.entries()) {
    const times = taken.get(key) ?? 0;
    taken.set(key, times + 1);
    const place = places.get(key)?.[times];
    if (place !== undefined) candidates.push([at, place]);
  }
  return longestGrowing(candidates);
}

/** The longest part of the pairs whose second numbers grow; the first ones do already. */
function longestGrowing(
  pairs: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  /** The pair that ends the best part of each length. */
  const ends: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  const placeOf = (at: number | undefined): number => (at === undefined ? -1 : (pairs[at]?.[1] ?? -1));
  for (const [at, [, place]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (placeOf(ends[middle]) < place) low = middle + 1;
      else high = middle;
    }
    before[at] = ends[low - 1] ?? -1;
    ends[low] = at;
  }
  const found: (readonly [number, number])[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) found.push(pair);
  }
  return found.reverse();
}

function differencesOf(
  one: Chosen,
  two: Chosen,
  pair: EventPair,
  contract: Contract,
): readonly EventDifference[] {
  const here = pair.here === undefined ? undefined : one.life.events[pair.here];
  const other = pair.other === undefined ? undefined : two.life.events[pair.other];
  const base = {
    event: (pair.here ?? pair.other ?? 0) + 1,
    here,
    other,
    hereTime: here === undefined ? undefined : timeOf(one.recording, here),
    otherTime: other === undefined ? undefined : timeOf(two.recording, other),
  };
  if (pair.here === undefined || pair.other === undefined) {
    const text =
      pair.here === undefined ? 'only the other one has this event' : 'the other one has no such event';
    return [{ ...base, kind: 'missing', text }];
  }
  const [expected, actual] = [sideOf(two, pair.other), sideOf(one, pair.here)];
  if (expected === undefined || actual === undefined) return [];
  const [first, ...more] = compareGroups(
    ofOutputs(expected, contract),
    ofOutputs(actual, contract),
    contract,
  );
  const duration = durationText(expected, actual);
  return [
    ...(first === undefined
      ? []
      : [
          {
            ...base,
            kind: 'outputs' as const,
            text: `${whatDiffers(first)}${more.length === 0 ? '' : ` and ${more.length} more`}`,
          },
        ]),
    ...(duration === undefined ? [] : [{ ...base, kind: 'duration' as const, text: duration }]),
  ];
}

function timeOf(recording: Recording, index: number): number {
  return recording.at(index).time - recording.info.startedAt;
}

function sideOf({ recording, life }: Chosen, position: number): Side | undefined {
  const group = groupOf(recording, life, position);
  return group === undefined ? undefined : { recording, group };
}

/** The same without what differs from run to run by itself: clocks, log lines, telemetry, output. */
function ofOutputs({ recording, group }: Side, contract: Contract): Side {
  const isOutput = (index: number): boolean => {
    const record = recording.at(index);
    if (record.kind !== RecordKind.hostCall) return false;
    return (record.flags & (RecordFlag.wasi | RecordFlag.log)) === 0 && !isTelemetry(record, contract);
  };
  return { recording, group: { ...group, records: group.records.filter(isOutput) } };
}

function isTelemetry(record: RawRecord, contract: Contract): boolean {
  try {
    return contract.telemetry(record) !== undefined;
  } catch {
    // What cannot be read is compared byte by byte.
    return false;
  }
}

/** What is to be said of how long the two calls took; undefined where they are alike or one never came back. */
function durationText(expected: Side, actual: Side): string | undefined {
  const before = outcomeOf(expected.recording, expected.group)?.durationMs;
  const after = outcomeOf(actual.recording, actual.group)?.durationMs;
  if (before === undefined || after === undefined) return undefined;
  const [short, long] = before < after ? [before, after] : [after, before];
  if (long - short <= LONGER_MS || long < short * LONGER_FACTOR) return undefined;
  return `took ${milliseconds(after)}, ${milliseconds(before)} in the other one`;
}
