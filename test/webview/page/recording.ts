/** A recording that the stand-in answers from, through the code that the host answers with. */
import type { Description, Links, Telemetry } from '../../../extension/host/contract.ts';
import type { Describers } from '../../../extension/recording/describe.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../../extension/recording/record.ts';
import type { RawRecord, RecordHead, Recording, RecordingInfo } from '../../../extension/recording/record.ts';
import type { Crossing } from '../../../extension/values/value.ts';
import { numberList } from '../../../extension/values/value.ts';

/** Records of one event: the event, a host call, an effect, the call that came back. */
const perEvent = 4;

/** Milliseconds between two events. */
const apart = 20;

/** Text that would do harm as markup; records 12 to 15 carry it everywhere. */
export const hostile = '<img src=x onerror="window.harmed=true"><script>window.harmed=true</script>\u202egnp';
const hostileEvent = 3;

/** What is out of the ordinary in a made recording. Events are counted from 0. */
interface Oddities {
  isFailed(event: number): boolean;
  isHostile(event: number): boolean;
  /** Milliseconds that the host call of an event took. */
  hostCallOf(event: number): number;
  /** Milliseconds that the call of an event took. */
  callOf(event: number): number;
  /** Milliseconds that an event came later than it would have. */
  lateBy(event: number): number;
}

/** Some calls fail, some take long, one event carries {@link hostile} text. */
const many: Oddities = {
  isFailed: (event) => event % 1000 === 777,
  isHostile: (event) => event === hostileEvent,
  hostCallOf: () => quickHostCall,
  callOf: (event) => quickCall(event) + (event % 50 === 0 ? 6 : 0),
  lateBy: () => 0,
};

/** One host call of {@link slowMs}, with the call that waits for it, and one trap; nothing else. */
const one: Oddities = {
  isFailed: (event) => event === trapEvent,
  isHostile: () => false,
  hostCallOf: (event) => (event === slowEvent ? slowMs : quickHostCall),
  callOf: (event) => quickCall(event) + (event === slowEvent ? slowMs : 0),
  lateBy: (event) => (event > slowEvent ? slowMs : 0),
};

const quickHostCall = 0.0004;
function quickCall(event: number): number {
  return (16 + ((event * 7919) % 97)) / 400;
}

const slowMs = 812;
const slowEvent = 44_444;
const trapEvent = 71_777;

/** Records to be found in a recording of {@link Oddities} of which there is `one`. */
export const slowRecord = slowEvent * perEvent + 1;
export const trapRecord = trapEvent * perEvent + 3;

export const plugins = ['gain', 'speech-gate'] as const;

export const startedAt = Date.UTC(2026, 8, 21, 12, 30);

type MadeKind = 'event' | 'hostCall' | 'log' | 'telemetry' | 'lifecycle' | 'effect' | 'call' | 'memory';

const encoder = new TextEncoder();

/**
 * A recording of any length that is never in memory: each record follows from its number, which is
 * its payload. Two plugins take turns; some calls fail, some lines are logged, one plugin reports
 * telemetry, a beginning and its end; now and then the memory is measured.
 */
export class MadeRecording implements Recording {
  events: number;
  readonly info: RecordingInfo = {
    version: 1,
    contract: 'streamkit',
    startedAt,
    tools: {},
    plugins: plugins.map((name) => ({
      name,
      contract: 'streamkit',
      language: 'rust',
      limits: { memoryBytes: 1 << 26, deadlineMs: 5000 },
    })),
  };

  readonly #odd: Oddities;

  constructor(events: number, odd: 'many' | 'one' = 'many') {
    this.events = events;
    this.#odd = odd === 'one' ? one : many;
  }

  get count(): number {
    return this.events * perEvent;
  }

  head(record: number): RecordHead {
    if (!Number.isInteger(record) || record < 0 || record >= this.count)
      throw new RangeError(`There is no record ${record}: the recording has ${this.count}.`);
    const odd = this.#odd;
    const event = eventOf(record);
    const kind = kindOf(record);
    return {
      kind: RecordKind[kind === 'log' || kind === 'telemetry' || kind === 'effect' ? 'hostCall' : kind],
      plugin: event % plugins.length,
      name: odd.isHostile(event) ? hostile : nameOf(kind),
      time: startedAt + timeOf(record, odd),
      event: kind === 'lifecycle' || kind === 'memory' ? 0 : event + 1,
      flags:
        kind === 'log' ? RecordFlag.log : kind === 'telemetry' || kind === 'effect' ? RecordFlag.effect : 0,
      ...(kind === 'call'
        ? {
            durationMs: odd.callOf(event),
            status: odd.isFailed(event) ? CallStatus.trap : CallStatus.ok,
          }
        : {}),
      ...(kind === 'hostCall' ? { durationMs: odd.hostCallOf(event) } : {}),
    };
  }

  at(record: number): RawRecord {
    return { ...this.head(record), payload: payloadOf(record, this.#odd) };
  }
}

/** What a contract would say of the made records. */
export const describers: Describers = {
  describe: (record) => describe(record),
  telemetry: (record) => telemetry(record),
  links: (record) => links(record),
  level: (record) => ((record.flags & RecordFlag.log) === 0 ? undefined : 'info'),
  values: (record) => values(record),
  command: () => ['hotplug', 'run', '.', '--event', '{"text":"it\'s"}'],
};

function payloadOf(record: number, odd: Oddities): Uint8Array {
  const event = eventOf(record);
  const kind = kindOf(record);
  switch (kind) {
    case 'call': {
      const failed = odd.isFailed(event);
      return encodeCall({
        durationMs: odd.callOf(event),
        status: failed ? CallStatus.trap : CallStatus.ok,
        text: failed
          ? 'Runtime error: unreachable executed in gain::process'
          : odd.isHostile(event)
            ? hostile
            : '',
      });
    }
    case 'lifecycle':
      return encoder.encode(
        JSON.stringify({
          text: `Running build ${2 + Math.floor(event / 2000)} (3f9a${event})`,
          durationMs: 21.4,
        }),
      );
    case 'memory':
      return float(1_114_112 + ((event / 200) % 6) * 65_536 * 3 + (event % plugins.length) * 500_000);
    case 'event':
    case 'hostCall':
    case 'log':
    case 'telemetry':
    case 'effect':
      return float(record);
  }
}

function float(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

function recordOf({ payload }: RawRecord): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getFloat64(0, true);
}

function describe(record: RawRecord): Description | undefined {
  if (record.kind === RecordKind.call) {
    if (record.status !== CallStatus.trap) return undefined;
    return { summary: 'Runtime error: unreachable executed in gain::process', fields: failure };
  }
  const number = recordOf(record);
  const event = eventOf(number);
  if (record.name === hostile) return { summary: hostile, fields: [{ name: hostile, value: hostile }] };
  switch (kindOf(number)) {
    case 'event':
      return { summary: `audio · 48 kHz · 960 samples · 1 channel · packet ${event + 1}`, fields };
    case 'log':
      return { summary: `info: level ${((event * 37) % 100) / 10 - 12} dB, gain 0.5`, fields };
    case 'effect':
      return { summary: `out · audio · 960 samples · peak −6.0 dBFS`, fields };
    case 'hostCall':
    case 'telemetry':
    case 'lifecycle':
    case 'memory':
    case 'call':
      return { summary: `→ ${event * 20_000_000} ns`, fields };
  }
}

function telemetry(record: RawRecord): Telemetry | undefined {
  const number = recordOf(record);
  if (kindOf(number) !== 'telemetry') return undefined;
  const event = eventOf(number);
  const part = speechPart(event);
  const data = `{"confidence":0.93,"packet":${event}}`;
  // Both parts are of the same turn.
  const turnId = `turn-${Math.floor(event / speechEvery) % 40}`;
  return { eventType: `vad.speech_${part ?? 'start'}`, latencyMs: 4.2, turnId, data };
}

/** Every tenth of ten events of `gain` sends what the next one of `speech-gate` is. */
function links(record: RawRecord): Links | undefined {
  if (record.kind !== RecordKind.event && record.kind !== RecordKind.hostCall) return undefined;
  const number = recordOf(record);
  const event = eventOf(number);
  const kind = kindOf(number);
  if (kind === 'effect' && event % 20 === 10) return { gives: String(event) };
  return kind === 'event' && event % 20 === 11 ? { takes: String(event - 1) } : undefined;
}

function values(record: RawRecord): Crossing | undefined {
  if (record.kind !== RecordKind.event && record.kind !== RecordKind.hostCall) return undefined;
  const samples = Float32Array.from({ length: 960 }, (_, at) => Math.sin(at / 6));
  return {
    arguments: [
      { name: 'pin', value: { type: 'string', value: record.name } },
      {
        name: 'packet',
        value: {
          type: 'variant',
          name: 'audio',
          value: {
            type: 'record',
            fields: [
              { name: 'sample-rate', value: { type: 'u32', value: 48_000 } },
              { name: 'channels', value: { type: 'u16', value: 1 } },
              { name: 'samples', value: numberList('f32', samples) },
            ],
          },
        },
      },
    ],
  };
}

const fields = [
  { name: 'sample rate', value: '48000' },
  {
    name: 'samples',
    value: `[${Array.from({ length: 96 }, (_, at) => Math.sin(at / 6).toFixed(3)).join(', ')}, …]`,
  },
  {
    name: 'metadata',
    value: '{"timestamp_us":20000,"duration_us":20000,"sequence":1,"source":"tone.wav"}',
  },
];

const failure = [
  { name: 'failure', value: 'trap' },
  { name: 'what happened', value: 'The plugin ran into unreachable code while it handled event 778.' },
  { name: 'what to do', value: 'Read the panic text and go to the first frame that is yours.' },
  { name: 'state', value: 'Failed: Runtime error: Plugin process failed: unreachable' },
  {
    name: 'stderr',
    value:
      "thread 'main' panicked at src/lib.rs:42:17:\nindex out of bounds: the len is 960 but the index is 960",
  },
  { name: 'at', value: 'core::panicking::panic_bounds_check' },
  { name: 'at', value: 'gain::apply (/home/me/gain/src/lib.rs:42:17)' },
  { name: 'at', value: 'gain::process (/home/me/gain/src/lib.rs:20:5)' },
  { name: 'host call', value: 'log(info, "level −6 dB")' },
  { name: 'host call', value: 'send-output("out", audio 960 samples)' },
  { name: 'host call', value: 'clock.now() → 15540000000' },
];

function eventOf(record: number): number {
  return Math.floor(record / perEvent);
}

function nameOf(kind: MadeKind): string {
  const names: Readonly<Record<MadeKind, string>> = {
    event: 'in',
    hostCall: 'clock.now',
    log: 'log',
    telemetry: 'telemetry',
    lifecycle: 'reloaded',
    effect: 'send-output',
    call: 'process',
    memory: 'memory',
  };
  return names[kind];
}

function kindOf(record: number): MadeKind {
  const number = eventOf(record);
  switch (record % perEvent) {
    case 0:
      return 'event';
    case 1:
      if (number % 2000 === 1999) return 'lifecycle';
      if (number % 200 < plugins.length) return 'memory';
      if (speechPart(number) !== undefined) return 'telemetry';
      return number % 10 < 2 ? 'log' : 'hostCall';
    case 2:
      return 'effect';
    default:
      return 'call';
  }
}

/** Whether the telemetry of an event says that speech began or ended; not around events that measure memory. */
function speechPart(event: number): 'start' | 'end' | undefined {
  if (event % 200 < speechEvery) return undefined;
  if (event % speechEvery === 1) return 'start';
  return event % speechEvery === 1 + speechEvents ? 'end' : undefined;
}

/** Speech begins every so many events, and lasts for so many of them. */
const speechEvery = 25;
const speechEvents = 14;

/** Milliseconds since the start. A call's time is when it ended. */
function timeOf(record: number, odd: Oddities): number {
  const number = eventOf(record);
  const hostCall = 0.01;
  // What follows a host call comes after it has returned.
  const effect = hostCall + 0.01 + odd.hostCallOf(number) - quickHostCall;
  const offsets = [0, hostCall, effect, odd.callOf(number)];
  return number * apart + odd.lateBy(number) + (offsets[record % perEvent] ?? 0);
}
