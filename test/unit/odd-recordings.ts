/** Recordings as no host should write them, and as hosts, plugins and clocks do write them now and then. */
import {
  encodeLog,
  encodePacket,
  encodeSend,
  type Packet,
} from '../../extension/contracts/streamkit/packet.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import type { RecordedPlugin } from '../../extension/recording/record.ts';
import { STARTED_AT } from './recording-fixture.ts';

const utf8 = new TextEncoder();
const YEAR = 365 * 86_400_000;

/** What would do harm where text is taken for markup. */
export const markup =
  '<img src=x onerror="window.harmed=true"><script>window.harmed=true</script>\'"&lt;${window.harmed=true}';

/** Texts that a page, a terminal or a file would trip over: all of them are the names of something somewhere. */
export const oddTexts = {
  markup,
  controls: 'a\u0000b\u0007c\u001b[31md\u001b]0;title\u0007e\rf\ng\th\u007fi\u0085j\u009b2Jk',
  direction: '\u202egnp.exe\u202c \u2066שלום עולם\u2069 \u0627\u0644\u0633\u0644\u0627\u0645',
  surrogates: 'high \ud83d low \ude00 whole 😀',
  long: `${'n'.repeat(65_000)}end`,
  longMarkup: '<b>'.repeat(20_000),
  wide: '漢'.repeat(400),
  empty: '',
  words: 'constructor __proto__ toString',
  proto: '__proto__',
  formula: '=HYPERLINK("http://localhost/","x")',
} as const;

function plugin(name: string, contract = 'streamkit'): RecordedPlugin {
  return { name, contract, language: 'rust', limits: { memoryBytes: 1 << 26, deadlineMs: 5000 } };
}

/** Writes records with what one test is about and sensible things for the rest. */
export class Odd implements Disposable {
  readonly recording: LiveRecording;
  #time = 0;

  constructor(
    plugins: readonly (string | RecordedPlugin)[] = ['gain'],
    options: { readonly path?: string; readonly tools?: Readonly<Record<string, string>> } = {},
  ) {
    this.recording = new LiveRecording({ contract: 'streamkit', startedAt: STARTED_AT, ...options });
    for (const one of plugins) this.recording.addPlugin(typeof one === 'string' ? plugin(one) : one);
  }

  /** Milliseconds since the start at which the next records are; they may be any number. */
  at(time: number): this {
    this.#time = time;
    return this;
  }

  event(event: number, about: { plugin?: number; name?: string; packet?: Packet } = {}): this {
    const { plugin = 0, name = 'in', packet = { tag: 'text', text: 'hello' } } = about;
    return this.raw(RecordKind.event, encodePacket(packet), { plugin, name, event });
  }

  call(
    event: number,
    about: { plugin?: number; name?: string; durationMs?: number; status?: CallStatus; text?: string } = {},
  ): this {
    const { plugin = 0, name = 'process', durationMs = 1, status = CallStatus.ok, text = '' } = about;
    return this.raw(RecordKind.call, encodeCall({ durationMs, status, text }), { plugin, name, event });
  }

  send(
    event: number,
    about: { plugin?: number; pin?: string; packet?: Packet; durationMs?: number } = {},
  ): this {
    const { plugin = 0, pin = 'out', packet = { tag: 'text', text: 'x' }, durationMs = 0 } = about;
    const payload = encodeSend(pin, encodePacket(packet), undefined);
    return this.raw(RecordKind.hostCall, payload, {
      plugin,
      name: 'send-output',
      event,
      flags: RecordFlag.effect,
      durationMs,
    });
  }

  log(event: number, message: string, { plugin = 0, name = 'log' } = {}): this {
    const payload = encodeLog('warn', message);
    return this.raw(RecordKind.hostCall, payload, { plugin, name, event, flags: RecordFlag.log });
  }

  telemetry(event: number, data: Readonly<Record<string, unknown>>, { plugin = 0 } = {}): this {
    const packet = { tag: 'custom', typeId: 'core::telemetry/event@1', data: JSON.stringify(data) } as const;
    return this.send(event, { plugin, pin: 'telemetry', packet });
  }

  life(change: string, rest: Readonly<Record<string, unknown>> = {}, { plugin = 0 } = {}): this {
    return this.raw(RecordKind.lifecycle, utf8.encode(JSON.stringify({ change, ...rest })), {
      plugin,
      name: change,
    });
  }

  output(text: string, { plugin = 0, name = 'stderr', event = 0 } = {}): this {
    return this.raw(RecordKind.output, utf8.encode(text), { plugin, name, event });
  }

  number(kind: 'memory' | 'counter', name: string, value: number, { plugin = 0 } = {}): this {
    return this.raw(RecordKind[kind], new Uint8Array(new Float64Array([value]).buffer), { plugin, name });
  }

  raw(
    kind: RecordKind,
    payload: Uint8Array,
    { plugin = 0, name = '', event = 0, flags = 0, durationMs = 0 } = {},
  ): this {
    this.recording.append(plugin, kind, name, STARTED_AT + this.#time, event, flags, payload, durationMs);
    return this;
  }

  [Symbol.dispose](): void {
    this.recording.close();
  }
}

/** A whole event at each of these times: the event, what it sent, a log line, its call. */
function eventsAt(odd: Odd, times: readonly number[], durations: readonly number[] = [1]): Odd {
  for (const [index, time] of times.entries()) {
    const durationMs = durations[index % durations.length] ?? 0;
    const event = index + 1;
    odd
      .at(time)
      .event(event)
      .at(time + 0.25)
      .send(event, { durationMs });
    odd.log(event, `line ${event}`).telemetry(event, { event_type: 'step.start', span_id: `s${event}` });
    odd.at(time + 0.5).telemetry(event, { event_type: 'step', span_id: `s${event}`, latency_ms: durationMs });
    odd
      .at(time + 1)
      .number('memory', 'memory', 65_536 * (event + 16))
      .call(event, { durationMs });
  }
  return odd;
}

/** Clocks that run backwards, stand still, jump a year there and back, and are no numbers. */
export function oddTimes(path?: string): Odd {
  const odd = new Odd(['gain'], path === undefined ? {} : { path });
  odd.at(0).life('running', { text: 'Running' });
  return eventsAt(odd, [
    ...[0, 10, 5, 2, 2, 2, 30, -50, 40, YEAR, 50, -YEAR, 60, 2 * YEAR, 70, 70.000_000_1, -1e15, 80],
    ...[1e18, 90, NaN, 100, Infinity, 110, -Infinity, 120, Number.MAX_VALUE, 130, 5e-324, 140],
  ]);
}

/** Durations that are none, negative, no number, longer than the recording, and as long as a number can be. */
export function oddDurations(path?: string): Odd {
  const odd = new Odd(['gain'], path === undefined ? {} : { path });
  const durations = [0, -0, -1, NaN, Infinity, -Infinity, 5e-324, 1e-9, 1, 1e4, YEAR, 1e300, -1e300];
  return eventsAt(
    odd,
    durations.map((_, index) => index * 10),
    durations,
  );
}

/** So many records in one millisecond: all at one instant, or a part of a microsecond apart. */
export function crowd(records: number, apart = 0, path?: string): Odd {
  const odd = new Odd(['gain', 'vad'], path === undefined ? {} : { path });
  for (let record = 0; record < records; record += 4) {
    const event = record / 4 + 1;
    const plugin = event % 2;
    odd
      .at(record * apart)
      .event(event, { plugin })
      .send(event, { plugin })
      .log(event, 'line', { plugin });
    const isFailed = event === Math.ceil(records / 8);
    odd.call(event, { plugin, durationMs: 0, status: isFailed ? CallStatus.trap : CallStatus.ok });
  }
  return odd;
}

/** So many lanes: plugins with calls, effects, logs and as many types of telemetry each. */
export function manyLanes(plugins: number, types: number, path?: string): Odd {
  const names = Array.from({ length: plugins }, (_, index) => `plugin ${index}`);
  const odd = new Odd(names, path === undefined ? {} : { path });
  for (const plugin of names.keys()) {
    odd.at(plugin).event(1, { plugin }).log(1, 'line', { plugin });
    for (let type = 0; type < types; type++) odd.telemetry(1, { event_type: `type.${type}` }, { plugin });
    odd.at(plugin + 0.5).call(1, { plugin, durationMs: 0.5 });
  }
  return odd;
}

/** An odd text in every place that has a text. */
export function oddNames(texts: readonly string[] = Object.values(oddTexts), path?: string): Odd {
  const tools = Object.fromEntries(texts.map((text, index) => [`tool ${index} ${text.slice(0, 200)}`, text]));
  const plugins = texts.map((text) => ({ ...plugin(text), language: text, params: text }));
  const odd = new Odd(plugins, { tools, ...(path === undefined ? {} : { path }) });
  for (const [index, text] of texts.entries()) {
    const where = { plugin: index };
    const report = {
      kind: text,
      what: text,
      advice: text,
      stateText: text,
      call: text,
      stderr: text,
      event: { number: 1, name: text, summary: text },
      frames: [{ function: text, file: text, line: 1, column: 2 }],
      hostCalls: [text],
      source: { file: text, line: 1 },
    };
    odd.at(index * 100);
    const rest = { text, artifact: text, runner: text, producers: [text], params: text, began: text };
    odd.life('running', rest, where).life('failed', { text, report }, where);
    // A change that nobody knows.
    odd.life(text, { text, report: text }, where);
    odd.raw(RecordKind.lifecycle, utf8.encode(text), { ...where, name: 'diagnostic' });
    odd.at(index * 100 + 1).event(1, { ...where, name: text, packet: { tag: 'text', text } });
    odd.event(2, {
      ...where,
      name: text,
      packet: { tag: 'custom', typeId: text, data: JSON.stringify({ [text]: text }) },
    });
    odd
      .log(2, text, where)
      .output(text, { ...where, event: 2 })
      .output(text, { ...where, name: text });
    odd.send(2, { ...where, pin: text, packet: { tag: 'text', text } });
    const ids = { span_id: text, correlation_id: text, turn_id: text };
    odd.telemetry(2, { event_type: `${text}.start`, ...ids, [text]: 1, more: { [text]: text } }, where);
    odd.at(index * 100 + 3).telemetry(2, { event_type: text, ...ids, latency_ms: 2, [text]: 5 }, where);
    odd.raw(RecordKind.hostCall, utf8.encode(JSON.stringify({ args: [text], result: text })), {
      ...where,
      name: text,
      event: 2,
      flags: RecordFlag.wasi,
      durationMs: 0.5,
    });
    odd.number('counter', text, 3, where).number('memory', text, 65_536, where);
    odd.at(index * 100 + 10).call(2, { ...where, name: text, durationMs: 9, status: CallStatus.trap, text });
  }
  return odd;
}

/** Numbers of counters and telemetry that are none, and payloads that mean nothing. */
export function oddPayloads(path?: string): Odd {
  const odd = new Odd(['gain'], path === undefined ? {} : { path });
  const numbers = [NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1];
  for (const [index, value] of numbers.entries()) {
    odd.at(index).number('counter', 'queue', value).number('memory', 'memory', value);
    odd.number('counter', 'dropped', value);
  }
  const garbage = [
    new Uint8Array(0),
    new Uint8Array(1),
    new Uint8Array(7).fill(255),
    Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256),
    utf8.encode('{"args":'),
    new Uint8Array(64).fill(255),
  ];
  for (const [index, payload] of garbage.entries())
    for (const kind of Object.values(RecordKind))
      for (const flags of [0, RecordFlag.effect, RecordFlag.log, RecordFlag.wasi, RecordFlag.control, 255])
        odd.at(100 + index).raw(kind, payload, { name: 'x', event: 1, flags });
  return odd;
}

/** One of each kind with so many bytes of payload. */
export function bigPayloads(bytes: number, path?: string): Odd {
  const odd = new Odd(['gain'], path === undefined ? {} : { path });
  const text = '<b>\u001b[2J'.repeat(Math.ceil(bytes / 7)).slice(0, bytes);
  const samples = new Float32Array(bytes / 4).fill(0.5);
  odd.at(0).life('running', { text });
  odd.at(1).event(1, { packet: { tag: 'audio', sampleRate: 48_000, channels: 1, samples } });
  odd.send(1, { packet: { tag: 'binary', bytes: new Uint8Array(bytes).fill(7) } });
  odd
    .log(1, text)
    .output(text)
    .telemetry(1, { event_type: 'big', data: text, list: [text.slice(0, 10)] });
  const data = JSON.stringify({ list: Array.from({ length: bytes / 8 }, (_, index) => index % 1000) });
  odd.at(2).event(2, { packet: { tag: 'custom', typeId: 'big', data } });
  odd.event(3, { packet: { tag: 'text', text } });
  const wasi = utf8.encode(
    JSON.stringify({ args: [text], result: { list: Array.from(text.slice(0, bytes / 8)) } }),
  );
  odd.raw(RecordKind.hostCall, wasi, { name: 'write', event: 3, flags: RecordFlag.wasi });
  odd.raw(RecordKind.hostCall, wasi, { name: 'unknown', event: 3 });
  odd.at(3).call(3, { status: CallStatus.error, text });
  // The same with one place that is another: for differences.
  const others = samples.slice();
  others[1000] = 1;
  odd.at(4).event(4, { packet: { tag: 'audio', sampleRate: 48_000, channels: 1, samples: others } });
  return odd;
}
