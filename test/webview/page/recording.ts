import type {
  Lane,
  LaneQuery,
  LaneWindow,
  RecordDetail,
  Row,
  RowFilter,
  RowKind,
  RowQuery,
  RowWindow,
  Slice,
} from '../../../webview/protocol.ts';

/** Records of one event: the event, a host call, an effect, the call that came back. */
const perEvent = 4;

/** Milliseconds between two events. */
const apart = 20;

/** Text that would do harm as markup; records 12 to 15 carry it everywhere. */
export const hostile = '<img src=x onerror="window.harmed=true"><script>window.harmed=true</script>\u202egnp';
const hostileEvent = 3;

export const plugins = ['gain', 'speech-gate'] as const;

/**
 * A recording of any length that is never in memory: each record follows from its number. Two
 * plugins take turns; some calls fail, some lines are logged, one plugin reports telemetry.
 */
export class MadeRecording {
  events: number;
  readonly #positions = new Map<string, readonly number[]>();

  constructor(events: number) {
    this.events = events;
  }

  get count(): number {
    return this.events * perEvent;
  }

  get duration(): number {
    return Math.max(0, this.events - 1) * apart + 1;
  }

  rows({ filter, first, count }: RowQuery): RowWindow {
    const all = this.#matching(filter);
    const matching = all === undefined ? this.count : all.length;
    const start = first === 'end' ? Math.max(0, matching - count) : Math.min(first, matching);
    const rows: Row[] = [];
    for (let at = start; at < Math.min(matching, start + count); at += 1) {
      rows.push(this.row(all === undefined ? at : (all[at] ?? 0)));
    }
    return { matching, total: this.count, first: start, rows };
  }

  #matching(filter: RowFilter): readonly number[] | undefined {
    if (filter.text === undefined && filter.kinds === undefined && filter.plugins === undefined)
      return undefined;
    const key = JSON.stringify([filter, this.events]);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const words = (filter.text ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const found: number[] = [];
    for (let record = 0; record < this.count; record += 1) {
      if (filter.kinds !== undefined && !filter.kinds.includes(kindOf(record))) continue;
      if (filter.plugins !== undefined && !filter.plugins.includes(pluginOf(eventOf(record)))) continue;
      if (words.length > 0) {
        const row = this.row(record);
        const text = `${row.plugin} ${row.kind} ${row.name} ${row.summary}`.toLowerCase();
        if (!words.every((word) => text.includes(word))) continue;
      }
      found.push(record);
    }
    this.#positions.set(key, found);
    return found;
  }

  row(record: number): Row {
    const event = eventOf(record);
    const kind = kindOf(record);
    const failed = isFailed(event) && (kind === 'call' || kind === 'lifecycle');
    const base = {
      record,
      kind,
      plugin: pluginOf(event),
      time: timeOf(record),
      event: kind === 'lifecycle' ? 0 : event + 1,
      status: failed ? ('error' as const) : ('ok' as const),
    };
    if (event === hostileEvent) return { ...base, name: hostile, summary: hostile };
    switch (kind) {
      case 'event':
        return {
          ...base,
          name: 'in',
          summary: `audio · 48 kHz · 960 samples · 1 channel · packet ${event + 1}`,
        };
      case 'hostCall':
        return { ...base, name: 'clock.now', summary: `→ ${event * 20_000_000} ns`, durationMs: 0.0004 };
      case 'log':
        return {
          ...base,
          name: 'log',
          summary: `info: level ${((event * 37) % 100) / 10 - 12} dB, gain 0.5`,
        };
      case 'telemetry':
        return {
          ...base,
          name: 'telemetry',
          summary: `vad.speech_start (4.2 ms) {"confidence":0.93,"packet":${event}}`,
        };
      case 'lifecycle':
        return {
          ...base,
          name: 'reloaded',
          summary: `Running build ${1 + event / 2000} (3f9a${event})`,
          durationMs: 21.4,
        };
      case 'effect':
        return { ...base, name: 'send-output', summary: `out · audio · 960 samples · peak −6.0 dBFS` };
      case 'call': {
        const summary = failed ? 'Runtime error: unreachable executed in gain::process' : 'ok';
        return { ...base, name: 'process', summary, durationMs: durationOf(event) };
      }
    }
  }

  detail(record: number): RecordDetail {
    const row = this.row(record);
    const fields = [
      { name: 'pin', value: row.name },
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
    if (row.status === 'error') {
      return {
        ...row,
        fields: failure,
        resendable: false,
        source: { file: '/home/me/gain/src/lib.rs', line: 42, column: 17 },
      };
    }
    return {
      ...row,
      fields: eventOf(record) === hostileEvent ? [{ name: hostile, value: hostile }] : fields,
      resendable: row.kind === 'event',
    };
  }

  lanes({ from = 0, to = this.duration, buckets }: LaneQuery): LaneWindow {
    const size = Math.max((to - from) / buckets, 0.000_001);
    const lanes: Lane[] = [];
    const memory: { plugin: string; times: number[]; bytes: number[] }[] = [];
    for (const [index, plugin] of plugins.entries()) {
      const found: Record<Lane['kind'], Slice[]> = {
        calls: [],
        hostCalls: [],
        logs: [],
        reloads: [],
        telemetry: [],
      };
      const times: number[] = [];
      const bytes: number[] = [];
      const firstEvent = Math.max(0, Math.floor(from / apart) - 1);
      for (let event = firstEvent; event < this.events && event * apart <= to; event += 1) {
        if (event % plugins.length !== index) continue;
        for (let record = event * perEvent; record < (event + 1) * perEvent; record += 1) add(this, record);
        if (event % 200 === index || times.length === 0) {
          times.push(event * apart);
          bytes.push(1_114_112 + ((event / 200) % 6) * 65_536 * 3 + index * 500_000);
        }
      }
      times.push(Math.min(to, this.duration));
      bytes.push(bytes.at(-1) ?? 0);
      memory.push({ plugin, times, bytes });
      for (const [kind, slices] of Object.entries(found))
        if (isLane(kind)) lanes.push({ plugin, kind, slices });

      function add(recording: MadeRecording, record: number): void {
        const kind = laneOf(kindOf(record));
        if (kind === undefined) return;
        const end = timeOf(record);
        const start = kind === 'calls' ? end - durationOf(event(record)) : end;
        if (end < from || start > to) return;
        const last = found[kind].at(-1);
        const error = kind === 'calls' && isFailed(event(record));
        if (
          last !== undefined &&
          Math.floor((last.from - from) / size) === Math.floor((start - from) / size)
        ) {
          found[kind][found[kind].length - 1] = {
            ...last,
            to: Math.max(last.to, end),
            count: last.count + 1,
            record: error && !last.error ? record : last.record,
            error: last.error || error,
          };
        } else {
          const { name } = recording.row(record);
          found[kind].push({ from: start, to: end, count: 1, record, name, error });
        }
      }
    }
    return { from, to, duration: this.duration, lanes, memory };
  }
}

function event(record: number): number {
  return eventOf(record);
}

function eventOf(record: number): number {
  return Math.floor(record / perEvent);
}

function pluginOf(number: number): string {
  return plugins[number % plugins.length] ?? '';
}

function isFailed(number: number): boolean {
  return number % 1000 === 777;
}

function durationOf(number: number): number {
  return 0.04 + ((number * 7919) % 97) / 400 + (number % 50 === 0 ? 6 : 0);
}

function kindOf(record: number): RowKind {
  const number = eventOf(record);
  switch (record % perEvent) {
    case 0:
      return 'event';
    case 1:
      if (number % 2000 === 1999) return 'lifecycle';
      if (number % 25 === 1) return 'telemetry';
      return number % 10 < 2 ? 'log' : 'hostCall';
    case 2:
      return 'effect';
    default:
      return 'call';
  }
}

function timeOf(record: number): number {
  const number = eventOf(record);
  const offsets = [0, 0.01, 0.02, durationOf(number)];
  return number * apart + (offsets[record % perEvent] ?? 0);
}

function laneOf(kind: RowKind): Lane['kind'] | undefined {
  if (kind === 'call') return 'calls';
  if (kind === 'hostCall' || kind === 'effect') return 'hostCalls';
  if (kind === 'log') return 'logs';
  if (kind === 'telemetry') return 'telemetry';
  return kind === 'lifecycle' ? 'reloads' : undefined;
}

function isLane(kind: string): kind is Lane['kind'] {
  return ['calls', 'hostCalls', 'logs', 'reloads', 'telemetry'].includes(kind);
}
