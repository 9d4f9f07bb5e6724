import type { AdapterContext, ContractAdapter, LoadedComponent, Outcome } from '../../host/adapter.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { directProcess, type Process } from './direct.ts';
import { lowerLog, lowerSend, type GuestMemory } from './lower.ts';
import { decodePacket, type Packet } from './packet.ts';

/** An instance as jco lifts it. */
interface NodeInstance {
  process(pin: string, packet: unknown): void;
  updateParams(params: string | undefined): void;
  cleanup(): void;
}
interface Node {
  metadata(): unknown;
  readonly NodeInstance: new (params: string | undefined) => NodeInstance;
}

const lower = Symbol.for('cabiLower');
const decoder = new TextDecoder();

/** StreamKit's side of the boundary, for one instance. */
export function streamkitAdapter(context: AdapterContext): ContractAdapter {
  const { boundary, node } = context;
  const guest: GuestMemory = {};
  let outputs: ReadonlySet<string> | undefined;
  let instance: NodeInstance | undefined;
  let processPacket: Process | undefined;

  const answerLive = (pin: string, customJson: string | undefined): string | undefined => {
    if (outputs === undefined) return 'Output sender not initialized';
    if (customJson !== undefined) {
      try {
        JSON.parse(customJson);
      } catch (error) {
        return `Invalid custom JSON: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    return outputs.has(pin) ? undefined : `unknown output pin '${pin}' on node '${node}'`;
  };
  const answerSend = (pin: string, customJson: string | undefined): string | undefined =>
    boundary.answers === undefined
      ? answerLive(pin, customJson)
      : boundary.answer('send-output', pin, readAnswer, () => answerLive(pin, customJson), taken);
  // The lowered functions do the work; these bodies would only run in bindings without the hook.
  const unlowered = (): never => {
    throw new Error('the host call was not lowered');
  };
  const host = {
    log: Object.assign(unlowered.bind(undefined), { [lower]: lowerLog(boundary, guest) }),
    sendOutput: Object.assign(unlowered.bind(undefined), { [lower]: lowerSend(boundary, guest, answerSend) }),
  };

  const running = (): NodeInstance => {
    if (instance === undefined) throw new Error('the instance was not started');
    return instance;
  };

  return {
    imports: () => ({
      'streamkit:plugin/host': host,
      'streamkit:plugin/types': {},
    }),
    callOf: () => 'process',
    metadata: (component) => nodeOf(component).metadata(),
    start: (component, params) => {
      outputs = new Set(outputsOf(context.metadata));
      instance = new (nodeOf(component).NodeInstance)(params);
      processPacket = directProcess(component, guest) ?? liftedProcess(running());
    },
    deliver: (pin, frame) => {
      boundary.eventTaken(boundary.name(pin));
      const error = processPacket?.(pin, frame.payload);
      return error === undefined
        ? { ok: true }
        : failed(error, `Runtime error: Plugin process failed: ${error}`);
    },
    control: (name, frame) => {
      boundary.record(RecordKind.event, RecordFlag.control, boundary.name(name), frame.payload);
      const params = frame.payload.length === 0 ? undefined : decoder.decode(frame.payload);
      const error = errorOf(() => {
        running().updateParams(params);
      });
      return error === undefined
        ? { ok: true }
        : failed(error, `Configuration error: Plugin rejected params update: ${error}`);
    },
    stop: () => {
      running().cleanup();
    },
    trapText,
  };
}

/** Reads a recorded answer to `send-output`: nothing for ok, else a byte and the error's text. */
function readAnswer(bytes: Uint8Array): string | undefined {
  return bytes.length === 0 ? undefined : decoder.decode(bytes.subarray(1));
}

const taken = (): undefined => undefined;

function failed(message: string, stateText: string): Outcome {
  return { ok: false, message, stateText };
}

/** The state texts of the real host, by call. Source: StreamKit's plugin-wasm wrapper at 0.1.5. */
function trapText(call: string, message: string): string {
  switch (call) {
    case 'instantiate':
      return `Configuration error: Failed to instantiate plugin: ${message}`;
    case 'bind':
      return `Configuration error: Failed to bind plugin interface: ${message}`;
    case 'constructor':
      return `Configuration error: Plugin construct error: ${message}`;
    case 'update-params':
      return `Configuration error: Plugin update_params invocation error: ${message}`;
    case 'cleanup':
      return `Plugin cleanup error: ${message}`;
    case 'metadata':
      return `failed to load WASM plugin: ${message}`;
    default:
      return `Runtime error: Plugin process error (WASM trap/panic): ${message}`;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'metadata' in value && 'NodeInstance' in value;
}

function nodeOf(component: LoadedComponent): Node {
  const node = component.exports['node'] ?? component.exports['streamkit:plugin/node@0.1.0'];
  if (!isNode(node)) throw new Error('the component does not export streamkit:plugin/node');
  return node;
}

/** Names of the output pins in metadata as jco lifts it. */
function outputsOf(metadata: unknown): readonly string[] {
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    !('outputs' in metadata) ||
    !Array.isArray(metadata.outputs)
  )
    return [];
  return metadata.outputs.flatMap((pin: unknown) =>
    typeof pin === 'object' && pin !== null && 'name' in pin && typeof pin.name === 'string'
      ? [pin.name]
      : [],
  );
}

/** The text of a `result`'s err case as the bindings throw it; a trap passes through. */
function errorOf(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (
      typeof error === 'object' &&
      error !== null &&
      'payload' in error &&
      typeof error.payload === 'string'
    )
      return error.payload;
    throw error;
  }
}

/** `process` the ordinary way, for components that the direct call does not fit. */
export function liftedProcess(instance: { process(pin: string, packet: unknown): void }): Process {
  return (pin, bytes) => {
    const packet = decodePacket(bytes);
    if (packet === undefined) throw new Error('the event is not a packet');
    return errorOf(() => {
      instance.process(pin, lifted(packet));
    });
  };
}

function lifted(packet: Packet): unknown {
  switch (packet.tag) {
    case 'audio':
      return {
        tag: 'audio',
        val: { sampleRate: packet.sampleRate, channels: packet.channels, samples: packet.samples },
      };
    case 'text':
      return { tag: 'text', val: packet.text };
    case 'binary':
      return { tag: 'binary', val: packet.bytes };
    case 'custom':
      return { tag: 'custom', val: { typeId: packet.typeId, encoding: 'json', data: packet.data } };
  }
}
