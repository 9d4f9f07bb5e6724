/** StreamKit plugins in Hotplug's host and in wasmtime: the same lives, and what each made of them. */
import assert from 'node:assert/strict';
import { decodeLog, decodeSend, type Packet } from '../../extension/contracts/streamkit/packet.ts';
import type { FailureReport } from '../../extension/host/report.ts';
import { CallStatus, decodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { Hosted } from './hosted.ts';
import { askWasmtime } from './wasmtime.ts';

/** One life of a node: its parameters and what happens to it, in turn; an error or a trap ends it before the last step. */
export interface Scenario {
  readonly params?: string;
  readonly steps: readonly ScenarioStep[];
}
export type ScenarioStep =
  | PacketStep
  /** New parameters; none where undefined. */
  | { readonly update: string | undefined }
  | 'cleanup';

interface PacketStep {
  readonly packet: Packet;
  /** `in` where absent. */
  readonly pin?: string;
}

/** What came of a scenario: see test/wasmtime/streamkit.py. Of traps, whose texts are the engine's own, only `true` is kept. */
export interface Lived {
  readonly metadata: unknown;
  readonly steps: readonly LivedStep[];
  readonly stdout: string;
  readonly stderr: string;
}
interface LivedStep {
  readonly name: string;
  readonly calls: readonly unknown[];
  readonly ok?: true;
  readonly error?: string;
  readonly trap?: string;
}

const NODE = 'tested';

/** A component and the lives that it is to lead. */
export interface Lives {
  readonly component: string;
  /** A component of the contract's WIT: types that are not the same are refused, as by a host with bindings. */
  readonly contract?: string;
  readonly scenarios: readonly Scenario[];
}

/** What becomes of these lives in wasmtime, or why it refuses the component. */
export type WasmtimeLives = { readonly scenarios: readonly Lived[] } | { readonly refused: string };

export async function inWasmtime(plugins: readonly Lives[]): Promise<readonly WasmtimeLives[]> {
  const requests = plugins.map(({ scenarios, ...plugin }) => ({
    ...plugin,
    scenarios: scenarios.map(({ params, steps }) => ({
      node: NODE,
      params: params ?? null,
      steps: steps.map(stepJson),
    })),
  }));
  return (await askWasmtime('streamkit.py', requests)) as readonly WasmtimeLives[];
}

function stepJson(step: ScenarioStep): unknown {
  if (step === 'cleanup') return { cleanup: true };
  if ('update' in step) return { update: step.update ?? null };
  return { process: [step.pin ?? 'in', packetJson(step.packet)] };
}

/** A packet as test/wasmtime/values.py has it. */
function packetJson(packet: Packet): unknown {
  switch (packet.tag) {
    case 'audio': {
      const { sampleRate, channels, samples } = packet;
      const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
      return {
        tag: 'audio',
        value: { 'sample-rate': sampleRate, channels, samples: bytes.toString('hex') },
      };
    }
    case 'text':
      return { tag: 'text', value: packet.text };
    case 'binary':
      return { tag: 'binary', value: Buffer.from(packet.bytes).toString('hex') };
    case 'custom':
      return { tag: 'custom', value: { 'type-id': packet.typeId, encoding: 'json', data: packet.data } };
  }
}

/** What becomes of a life in Hotplug's own host, and the report of its failure. */
export async function inHotplug(
  component: string,
  { params, steps }: Scenario,
): Promise<Lived & { readonly failure?: FailureReport }> {
  await using hosted = await Hosted.create();
  await hosted.start(
    { kind: 'component', path: component },
    { deadlineMs: 60_000, ...(params === undefined ? {} : { params }) },
  );
  // The metadata and the constructor.
  let answered = 2;
  await answers(hosted, answered);
  for (const part of partsOf(steps)) {
    if ((await hosted.status()).state === 'failed') break;
    if (Array.isArray(part)) {
      await hosted.host.request('send', { plugin: hosted.id, events: part.map(eventOf) });
      answered += part.length;
    } else if (part === 'cleanup') {
      await hosted.host.request('stop', { plugin: hosted.id });
      answered++;
    } else {
      await hosted.host.request('updateParams', { plugin: hosted.id, params: part.update });
      answered++;
    }
    // What is no packet overtakes those that wait.
    await answers(hosted, answered);
  }
  const { lastError } = await hosted.status();
  return { ...livedIn(hosted), ...(lastError === undefined ? {} : { failure: lastError }) };
}

/** The steps with the packets that follow each other together. */
function partsOf(
  steps: readonly ScenarioStep[],
): readonly (PacketStep[] | Exclude<ScenarioStep, PacketStep>)[] {
  const parts: (PacketStep[] | Exclude<ScenarioStep, PacketStep>)[] = [];
  for (const step of steps) {
    const last = parts.at(-1);
    if (step === 'cleanup' || 'update' in step) parts.push(step);
    else if (Array.isArray(last)) last.push(step);
    else parts.push([step]);
  }
  return parts;
}

/** Waits until so many calls came back, or the plugin has failed. */
async function answers(hosted: Hosted, count: number): Promise<void> {
  await hosted.reach(`${count} answers`, ({ state }) => {
    if (state === 'failed') return true;
    const calls = hosted.records('call').map(({ payload }) => decodeCall(payload));
    // The report of a failure comes after its record.
    return calls.length >= count && calls.every(({ status }) => status === CallStatus.ok);
  });
}

function eventOf({ packet, pin }: PacketStep): Readonly<Record<string, unknown>> {
  switch (packet.tag) {
    case 'audio': {
      const { sampleRate, channels, samples } = packet;
      return { pin: pin ?? 'in', packet: { audio: { sampleRate, channels, samples } } };
    }
    case 'text':
      return { pin: pin ?? 'in', packet: { text: packet.text } };
    case 'binary':
      return { pin: pin ?? 'in', packet: { binary: packet.bytes } };
    case 'custom':
      return {
        pin: pin ?? 'in',
        packet: { custom: { typeId: packet.typeId, data: JSON.parse(packet.data) as unknown } },
      };
  }
}

/** Reads what happened from the recording. */
function livedIn({ host: { recording } }: Hosted): Lived {
  const steps: LivedStep[] = [];
  const output = new Map<string, string>();
  let calls: unknown[] = [];
  let metadata: unknown = null;
  for (let index = 0; index < recording.count; index++) {
    const { kind, name, flags, payload } = recording.at(index);
    if (kind === RecordKind.output)
      output.set(name, (output.get(name) ?? '') + Buffer.from(payload).toString('utf8'));
    if (kind === RecordKind.hostCall && (flags & RecordFlag.wasi) === 0) calls.push(callJson(flags, payload));
    if (kind !== RecordKind.call) continue;
    const { status, text } = decodeCall(payload);
    if (name === 'metadata' && status === CallStatus.ok) metadata = JSON.parse(text);
    steps.push({
      name,
      calls,
      ...(status === CallStatus.ok
        ? { ok: true }
        : status === CallStatus.error
          ? { error: text }
          : { trap: text }),
    });
    calls = [];
  }
  return { metadata, steps, stdout: output.get('stdout') ?? '', stderr: output.get('stderr') ?? '' };
}

function callJson(flags: number, payload: Uint8Array): unknown {
  if ((flags & RecordFlag.log) !== 0) {
    const { level, message } = decodeLog(payload);
    return ['log', level, message];
  }
  const sent = decodeSend(payload);
  assert.ok(sent?.packet !== undefined);
  return ['send-output', sent.pin, packetJson(sent.packet), sent.error ?? null];
}

/** Fails where the component does anything else in wasmtime than in Hotplug's own host. */
export async function assertSame(component: string, scenarios: readonly Scenario[]): Promise<void> {
  const [there] = await inWasmtime([{ component, scenarios }]);
  assert.ok(there !== undefined && 'scenarios' in there, JSON.stringify(there));
  for (const [index, scenario] of scenarios.entries()) {
    const lived: Lived | undefined = there.scenarios[index];
    assert.ok(lived !== undefined);
    assertAlike(await inHotplug(component, scenario), lived, `scenario ${index}`);
  }
}

/** Fails where two lives differ in anything but the texts of traps. */
export function assertAlike(
  { failure: _, ...here }: Lived & { readonly failure?: FailureReport },
  there: Lived,
  message?: string,
): void {
  assert.deepEqual(
    { ...here, steps: here.steps.map(plainTrap) },
    { ...there, metadata: lifted(there.metadata), steps: there.steps.map(plainTrap) },
    message,
  );
}

/** What a trap says is the engine's own text. */
function plainTrap({ trap, ...step }: LivedStep): unknown {
  return trap === undefined ? step : { ...step, trap: true };
}

/** A value in JavaScript's names, as Hotplug records metadata. */
function lifted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lifted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name === 'value' && 'tag' in value
        ? 'val'
        : name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      lifted(part),
    ]),
  );
}
