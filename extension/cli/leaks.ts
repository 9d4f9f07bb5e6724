/** Whether a plugin gives back what it is given: a recording's events again and again, and its memory meanwhile. */
import { UserError } from '../errors.ts';
import type { HostApi, PluginStatus } from '../host/protocol.ts';
import type { RecordingFile } from '../recording/reader.ts';
import type { Life } from '../replay/lives.ts';
import { untilStatus, withoutInput } from './host.ts';
import type { Target } from './replays.ts';

/** Memory that grew with every round. */
export interface Leak {
  /** By how much, over how many events. */
  readonly bytes: number;
  readonly events: number;
  /** A sentence with both. */
  readonly text: string;
}

/** A block that is lost with every fifth event makes the memory grow by a page of 64 KiB in each round. */
const EVENTS_A_ROUND = 20_000;
/** Bytes of events in a round, because all of them are recorded. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Fewer events than this say nothing: memory grows in pages. */
const FEWEST_EVENTS = 500;

/**
 * Feeds the events of a life three times as often as it takes to see a leak. A first round settles what
 * is made once; a leak is memory that grows in the second and in the third. Undefined where there is
 * none, or where the events cannot be repeated: they end the plugin.
 */
export async function findLeak(
  host: HostApi,
  { project, artifact }: Target,
  { recording, file }: { readonly recording: RecordingFile; readonly file: string },
  life: Life,
  stopped: AbortSignal,
): Promise<Leak | undefined> {
  if (life.failed) return undefined;
  const repeat = roundsOf(recording, life);
  if (repeat === undefined) return undefined;
  let id: string | undefined;
  try {
    const { params } = life;
    const started = await host.request('start', {
      project: withoutInput(project),
      artifact,
      ...(params === undefined ? {} : { params }),
    });
    id = started.id;
    const sizes: number[] = [];
    let status: PluginStatus = started;
    for (let round = 0; round < 3; round++) {
      const before = status.events;
      await host.request('startInput', { plugin: id, input: { kind: 'recording', file, repeat } });
      status = await untilStatus(host, id, (now) => isDone(now, before), stopped);
      if (stopped.aborted) return undefined;
      if (status.state === 'failed') return fullOf(status);
      sizes.push(status.memoryBytes);
    }
    const [first = 0, second = 0, third = 0] = sizes;
    if (!(second > first && third > second)) return undefined;
    return leakOf(third - first, 2 * repeat * life.events.length);
  } catch (error) {
    // What cannot be started was said by the replay.
    if (error instanceof UserError) return undefined;
    throw error;
  } finally {
    if (id !== undefined) await host.request('remove', { plugin: id });
  }
}

/** How often the events make a round; undefined where a round would have too few of them. */
function roundsOf(recording: RecordingFile, life: Life): number | undefined {
  const events = life.events.length;
  const bytes = life.events.reduce((sum, index) => sum + recording.at(index).payload.length, 0);
  const most = Math.floor(MOST_BYTES / Math.max(1, bytes));
  const repeat = Math.min(Math.ceil(EVENTS_A_ROUND / events), most);
  return repeat * events < FEWEST_EVENTS ? undefined : repeat;
}

function isDone({ state, input, waiting, events }: PluginStatus, before: number): boolean {
  if (state === 'failed' || state === 'stopped') return true;
  return input?.running === false && waiting === 0 && events > before;
}

/** A plugin that ended with much memory had no more; one that ended otherwise cannot be fed again and again. */
function fullOf({ memoryBytes, events }: PluginStatus): Leak | undefined {
  return memoryBytes > 48 * 1024 * 1024 ? leakOf(memoryBytes, events) : undefined;
}

function leakOf(bytes: number, events: number): Leak {
  const size =
    bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const each = Math.max(1, Math.round(bytes / events));
  return {
    bytes,
    events,
    text: `memory grew by ${size} over ${events} events, about ${each} bytes each: something that the host passes is not freed`,
  };
}
