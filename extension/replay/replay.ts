/** Replays one life of a plugin from its beginning to its end and reports what differs. */
import { headOf, decodeCall, decodeCallTime, RecordKind, type Recording } from '../recording/record.ts';
import { diffValues } from '../values/diff.ts';
import type { Value } from '../values/value.ts';
import { compareGroups, isRedacted, type Side } from './compare.ts';
import { Execution, type ExecutionOptions } from './execution.ts';
import { groupOf, type Group } from './lives.ts';
import type { Cost, Difference, ReplayReport } from './types.ts';

export interface ReplayOptions extends Omit<ExecutionOptions, 'checkpoints'> {
  /** Most events to replay; all where absent. */
  readonly events?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** A finished replay; its trace stays readable until the execution is disposed. */
export interface Replay {
  readonly report: ReplayReport;
  readonly execution: Execution;
}

/** Differences that a report lists; the rest is counted. */
const MOST_DIFFERENCES = 10_000;
/** Events that are run before they are compared. */
const BATCH = 1000;

/** Replays a life. Throws a UserError where the artifact is none that the contract's host would take. */
export async function replayLife(options: ReplayOptions): Promise<Replay> {
  const started = performance.now();
  const execution = await Execution.start({ ...options, checkpoints: false });
  try {
    const comparison = new Comparison(options, execution);
    const total = Math.min(options.events ?? Infinity, options.life.events.length);
    while (comparison.done < total) {
      await execution.advance(Math.min(comparison.done + BATCH, total), options.signal);
      comparison.compare(execution.done);
      options.progress?.(comparison.done, total);
      if (execution.ended !== undefined || options.signal?.aborted === true) break;
    }
    if (comparison.done === options.life.events.length && options.life.ending.length > 0)
      await execution.finish();
    return { report: comparison.finish(total, performance.now() - started), execution };
  } catch (error) {
    await execution[Symbol.asyncDispose]();
    throw error;
  }
}

class Comparison {
  readonly #options: ReplayOptions;
  readonly #execution: Execution;
  readonly #differences: Difference[] = [];
  readonly #recorded = new Costs();
  readonly #replayed = new Costs();
  #differenceCount = 0;
  #different = 0;
  #unrecorded = 0;
  #redacted = 0;
  /** Events whose answer the recording does not have, because it was cut off. */
  #cut = 0;
  done = 0;

  constructor(options: ReplayOptions, execution: Execution) {
    this.#options = options;
    this.#execution = execution;
    const { recording, life, contract } = options;
    const differences = compareGroups(
      { recording, group: { event: 0, records: life.start, call: undefined } },
      { recording: execution.trace, group: { event: 0, records: execution.start, call: undefined } },
      contract,
    );
    this.#note([...this.#compareMetadata(), ...differences.filter(({ kind }) => kind !== 'result')]);
  }

  #compareMetadata(): readonly Difference[] {
    const { recording, life } = this.#options;
    const { trace, start } = this.#execution;
    const before = metadataText(recording, life.start);
    const after = metadataText(trace, start);
    if (before === undefined || after === undefined || before === after) return [];
    return diffValues(jsonText(before), jsonText(after), '').map((field) => ({
      event: 0,
      kind: 'metadata',
      name: 'metadata',
      ...field,
    }));
  }

  /** Compares the events before `to` that were not compared yet. */
  compare(to: number): void {
    const { recording, life, contract } = this.#options;
    const { trace } = this.#execution;
    for (; this.done < to; this.done++) {
      const expected = groupOf(recording, life, this.done);
      const actual = this.#execution.group(this.done);
      if (expected === undefined || actual === undefined) continue;
      this.#recorded.add(recording, expected);
      this.#replayed.add(trace, actual);
      if (expected.call === undefined && !this.#endedWithoutAnswer()) {
        this.#cut++;
        continue;
      }
      const sides: [Side, Side] = [
        { recording, group: expected },
        { recording: trace, group: actual },
      ];
      const differences = compareGroups(...sides, contract);
      if (differences.length === 0) continue;
      this.#different++;
      if (isRedacted(sides[0], life.events[this.done] ?? 0)) this.#redacted++;
      this.#unrecorded += this.#countUnrecorded(differences);
      this.#note(differences);
    }
  }

  /** Whether the last event of the life was ended by the watchdog, which is an outcome like any other. */
  #endedWithoutAnswer(): boolean {
    const { life } = this.#options;
    return life.failed && this.done === life.events.length - 1;
  }

  #countUnrecorded(differences: readonly Difference[]): number {
    const { contract } = this.#options;
    const { trace } = this.#execution;
    return differences.filter(
      ({ kind, actualRecord }) =>
        kind === 'added' &&
        actualRecord !== undefined &&
        contract.answerOf(trace.at(actualRecord)) !== undefined,
    ).length;
  }

  #note(differences: readonly Difference[]): void {
    this.#differenceCount += differences.length;
    this.#differences.push(...differences.slice(0, MOST_DIFFERENCES - this.#differences.length));
  }

  finish(total: number, durationMs: number): ReplayReport {
    const { recording, life, contract } = this.#options;
    const { trace, ended, ending, hash } = this.#execution;
    const cancelled = this.#options.signal?.aborted === true && this.done < total;
    if (ending.length > 0) {
      this.#note(
        compareGroups(
          { recording, group: cleanupGroup(recording, life.ending) },
          { recording: trace, group: cleanupGroup(trace, ending) },
          contract,
        ).map((difference) =>
          difference.kind === 'result' ? { ...difference, name: 'cleanup' } : difference,
        ),
      );
    }
    const notReplayed = total - this.done;
    if (notReplayed > 0 && !cancelled) {
      const { event, name } = headOf(recording, life.events[this.done] ?? 0);
      const actual = `${notReplayed} events`;
      this.#note([{ event, kind: 'not-replayed', name: contract.exportOf(name), actual }]);
    }
    return {
      plugin: recording.info.plugins[life.plugin]?.name ?? '',
      life: life.position,
      artifact: { ...(life.artifact === undefined ? {} : { recorded: life.artifact }), replayed: hash },
      events: {
        total,
        same: this.done - this.#different,
        different: this.#different,
        notReplayed,
      },
      differences: this.#differences,
      differenceCount: this.#differenceCount,
      unrecorded: this.#unrecorded,
      cost: {
        recorded: this.#recorded.total(memoryAfter(recording, life.plugin, life.start[0] ?? 0, life.end)),
        replayed: this.#replayed.total(memoryAfter(trace, 0, 0, trace.count)),
      },
      ...(cancelled
        ? { ended: { reason: 'cancelled', event: 0, text: 'The replay was cancelled.' } as const }
        : ended === undefined
          ? {}
          : { ended }),
      notes: this.#notes(total),
      durationMs,
    };
  }

  #notes(total: number): readonly string[] {
    const { life } = this.#options;
    return [
      ...(life.continued
        ? ['The plugin ran before this recording begins; it was replayed from a fresh state.']
        : []),
      ...(total < life.events.length
        ? [`The first ${total} of ${life.events.length} events were replayed.`]
        : []),
      ...(this.#cut > 0
        ? ['The recording does not have the answer to its last event, which was left out of the comparison.']
        : []),
      ...(this.#redacted > 0
        ? [
            `Fields of ${this.#redacted} of the events that differ were redacted: the plugin did not see the same values.`,
          ]
        : []),
    ];
  }
}

class Costs {
  #callMs = 0;
  #hostCalls = 0;

  add(recording: Recording, group: Group): void {
    for (const index of group.records)
      if (headOf(recording, index).kind === RecordKind.hostCall) this.#hostCalls++;
    if (group.call !== undefined) this.#callMs += decodeCallTime(recording.at(group.call).payload).durationMs;
  }

  total(memoryBytes: number): Cost {
    return { callMs: this.#callMs, hostCalls: this.#hostCalls, memoryBytes };
  }
}

/** The last size of the memory that was recorded in this range. */
function memoryAfter(recording: Recording, plugin: number, from: number, to: number): number {
  for (let index = Math.min(to, recording.count) - 1; index >= from; index--) {
    const head = headOf(recording, index);
    if (head.kind !== RecordKind.memory || head.plugin !== plugin) continue;
    const { payload } = recording.at(index);
    return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getFloat64(0, true);
  }
  return 0;
}

/** What happened in the cleanup call, as a group. */
function cleanupGroup(recording: Recording, records: readonly number[]): Group {
  const call = records.find((index) => headOf(recording, index).kind === RecordKind.call);
  return { event: 0, records: records.filter((index) => index !== call), call };
}

/** The metadata that an instance gave while it was made, as JSON text. */
function metadataText(recording: Recording, start: readonly number[]): string | undefined {
  const index = start.find((one) => {
    const head = headOf(recording, one);
    return head.kind === RecordKind.call && head.name === 'metadata';
  });
  if (index === undefined) return undefined;
  const { text } = decodeCall(recording.at(index).payload);
  return text === '' ? undefined : text;
}

function jsonText(value: string): Value {
  return { type: 'string', value, format: 'json' };
}
