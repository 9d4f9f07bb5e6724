/** The half of both contracts that runs inside the worker: Chipmunk's side of the boundary, for one instance. */
import { mkdirSync } from 'node:fs';
import type { AdapterContext, ContractAdapter, LoadedComponent, Outcome } from '../../host/adapter.ts';
import type { Frame } from '../../host/ring.ts';
import { filesystemImports } from '../../host/wasi/preview2-files.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { bindingOf, isChipmunkBinding } from './binding.ts';
import { API_VERSION, BYTE_SOURCE, PARSER, type Kind } from './check.ts';
import { configItems, readParams, type ConfigItem } from './config.ts';
import { grantsOf, guestItems } from './guest-paths.ts';
import { decodeParse, PARSE } from './event.ts';
import { sharedImports, type Level } from './host-calls.ts';
import { metadataOf, type ChipmunkMetadata, type Columns, type Version } from './metadata.ts';
import {
  directParse,
  liftedParse,
  payloadOf,
  type LiftedParser,
  type Parse,
  type ParseSink,
} from './parse.ts';
import { decodeRead, encodeReadResult, READ, SourceErrors, type ReadAnswer } from './read.ts';
import { ROWS } from './result.ts';
import { Window, type WindowState } from './window.ts';

/** What both kinds export, as jco lifts it. */
interface Plugin {
  getVersion(): Version;
  getConfigSchemas(): ChipmunkMetadata['schemas'];
  getRenderOptions?(): { readonly columnsOptions?: Columns | undefined };
  init(general: { readonly logLevel: Level }, items: readonly ConfigItem[]): void;
  parse?: LiftedParser['parse'];
  read?(length: bigint): Uint8Array;
}

/** How the real host words what `init` gives. Source: PluginGuestError. */
const INIT_ERRORS: Readonly<Record<string, string>> = {
  config: 'Configuration Error',
  io: 'IO Error',
  unsupported: 'Unsupported Error',
  other: 'Error',
};

export function parserAdapter(context: AdapterContext): ContractAdapter {
  const window = new Window();
  let parse: Parse | undefined;
  /** What came ahead of an event that refers to it. */
  let given: Uint8Array | undefined;
  const { boundary } = context;
  const rows = boundary.name(ROWS);
  const sink: ParseSink = {
    answer: (head) => {
      boundary.answerEarly(head);
    },
    piece: (items) => {
      boundary.record(RecordKind.hostCall, RecordFlag.effect, rows, items);
    },
  };
  const deliver = (frame: Frame): Outcome => {
    const event = decodeParse(frame.payload);
    const bytes = event?.load?.from instanceof Uint8Array ? event.load.from : given;
    given = undefined;
    boundary.eventTaken(boundary.name(PARSE));
    if (event === undefined || parse === undefined) return damaged();
    if (event.load !== undefined) {
      if (bytes?.length !== event.load.length) return damaged();
      window.load(event.load, bytes);
    }
    return { ok: true, result: parse(window.slice(event), event.timestamp, sink) };
  };
  return {
    ...adapterOf(context, PARSER, (component, plugin) => {
      const lifted = plugin.parse;
      parse = directParse(component) ?? (lifted === undefined ? undefined : liftedParse({ parse: lifted }));
    }),
    callOf: () => PARSE,
    data: (bytes) => {
      given = bytes;
    },
    deliver: (_name, frame) => deliver(frame),
    kept: { copy: () => window.state, restore: (state) => window.restore(state as WindowState) },
  };
}

export function byteSourceAdapter(context: AdapterContext): ContractAdapter {
  let source: Plugin | undefined;
  return {
    ...adapterOf(context, BYTE_SOURCE, (_component, plugin) => {
      source = plugin;
    }),
    callOf: () => READ,
    deliver: (_name, frame) => {
      const { boundary } = context;
      const length = decodeRead(frame.payload);
      boundary.eventTaken(boundary.name(READ));
      if (length === undefined || source === undefined) return damaged();
      return { ok: true, result: encodeReadResult(readFrom(source, length)) };
    },
  };
}

function readFrom(source: Plugin, length: bigint): ReadAnswer {
  try {
    return { case: 'ok', bytes: source.read?.(length) ?? new Uint8Array() };
  } catch (error) {
    const payload = payloadOf(error);
    const known = SourceErrors.find((one) => one === payload?.tag);
    if (known === undefined) throw error;
    return { case: known, message: typeof payload?.val === 'string' ? payload.val : '' };
  }
}

function damaged(): Outcome {
  return { ok: false, message: 'the event is damaged', stateText: undefined };
}

/** What both have in common. */
function adapterOf(
  context: AdapterContext,
  kind: Kind,
  ready: (component: LoadedComponent, plugin: Plugin) => void,
): Pick<ContractAdapter, 'imports' | 'metadata' | 'start' | 'control' | 'trapText'> {
  const { boundary, params, temporary } = context;
  const binding = isChipmunkBinding(context.binding) ? context.binding : bindingOf(undefined);
  const asked = metadataOf(context.metadata);
  // A throwaway instance is asked without a configuration, and can read nothing.
  const { folder } = binding;
  const items = asked === undefined ? [] : configItems(asked.schemas, readParams(params), folder);
  return {
    imports: () => ({
      ...filesystemImports(boundary, () => {
        // A preopened folder is there from the beginning.
        mkdirSync(temporary, { recursive: true });
        return grantsOf(items, folder, temporary);
      }),
      ...sharedImports(boundary, temporary),
    }),
    metadata: (component) => {
      const plugin = pluginOf(component, kind);
      // In the real host's order.
      const version = inCall('get-version', () => plugin.getVersion());
      const columns = inCall('get-render-options', () => plugin.getRenderOptions?.().columnsOptions);
      const schemas = inCall('get-config-schemas', () => plugin.getConfigSchemas());
      return {
        version,
        ...(columns === undefined ? {} : { columns }),
        schemas,
      } satisfies ChipmunkMetadata;
    },
    start: (component) => {
      const plugin = pluginOf(component, kind);
      try {
        plugin.init({ logLevel: binding.logLevel }, guestItems(items, folder));
      } catch (error) {
        throw initError(named('init', error));
      }
      ready(component, plugin);
    },
    // A configuration is given to a fresh instance only.
    control: () => ({ ok: true }),
    trapText,
  };
}

/** Says which call it was that trapped. */
function inCall<T>(call: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw named(call, error);
  }
}

/** A trap with the name of the call in front; its stack stays as it is. */
function named(call: string, error: unknown): unknown {
  if (error instanceof Error && payloadOf(error) === undefined) error.message = `${call}: ${error.message}`;
  return error;
}

function initError(error: unknown): unknown {
  const given = payloadOf(error);
  const title = given === undefined ? undefined : INIT_ERRORS[given.tag];
  if (given === undefined || title === undefined) return error;
  return new GuestFault(`Error reported from the plugin. ${title}: ${String(given.val)}`, {
    what: `the plugin does not start: init gave ${given.tag}(${JSON.stringify(given.val)})`,
    advice: 'Correct the configuration, or what the plugin makes of it.',
  });
}

function trapText(call: string, message: string): string {
  return call === PARSE
    ? `Call parse on the plugin failed. Error: ${message}`
    : `Plugin Host Error: ${message}`;
}

function pluginOf({ exports }: LoadedComponent, kind: Kind): Plugin {
  const short = kind.interface
    .slice(kind.interface.indexOf('/') + 1)
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const found = exports[short] ?? exports[`${kind.interface}@${API_VERSION}`];
  if (typeof found === 'object' && found !== null && 'init' in found) return found as Plugin;
  throw new Error(`the component does not export ${kind.interface}`);
}
