/** The WIT tool itself: vendor/wit-tool.wasm, as the build transpiled it into dist/wit-tool. */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { assetPath } from '../assets.ts';
import { messageOf, UserError } from '../errors.ts';
import type { WitFile } from './files.ts';
import type { WitPlace } from './model.ts';

/** What the component exports; tools/wit/wit/tool.wit describes it. */
interface Tool {
  packageOf(files: readonly WitFile[]): string;
  worldOf(component: Uint8Array, without: readonly string[]): string;
  componentType(files: readonly WitFile[], world: string): { name: string; content: Uint8Array };
  cBindings(files: readonly WitFile[], world: string, libraryHasWasi: boolean): Generated[];
  goBindings(
    files: readonly WitFile[],
    world: string,
    libraryHasWasi: boolean,
    options: { importPath: string | undefined; stubs: boolean },
  ): Generated[];
}

interface Generated {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Why the tool refused something. */
interface Problem {
  readonly cause: 'wit' | 'package-missing' | 'world-missing' | 'not-a-component' | 'unsupported';
  readonly message: string;
  readonly place?: WitPlace;
}

/** A mistake in WIT, where there is a place for it. */
export class WitError extends UserError {
  readonly place: WitPlace | undefined;

  constructor(message: string, advice: string, place: WitPlace | undefined, options?: ErrorOptions) {
    super(message, advice, options);
    this.place = place;
  }
}

type Instantiate = (
  getCoreModule: () => WebAssembly.Module,
  imports: Record<string, never>,
  instantiateCore: (module: WebAssembly.Module) => WebAssembly.Instance,
) => Tool;

interface Loaded {
  readonly instantiate: Instantiate;
  readonly module: WebAssembly.Module;
}

let loading: Promise<Loaded> | undefined;

/** Reads and compiles the tool, once in a process: some 50 ms. */
async function load(): Promise<Loaded> {
  const script: unknown = await import(pathToFileURL(assetPath('dist', 'wit-tool', 'tool.js')).href);
  const core = await readFile(assetPath('dist', 'wit-tool', 'tool.core.wasm'));
  if (!hasInstantiate(script)) throw new Error('dist/wit-tool/tool.js has no instantiate function');
  return { instantiate: script.instantiate, module: await WebAssembly.compile(core) };
}

function hasInstantiate(script: unknown): script is { instantiate: Instantiate } {
  return typeof script === 'object' && script !== null && 'instantiate' in script;
}

/**
 * Asks the tool something, in an instance of its own: nothing is left behind, neither memory nor the
 * wreck of a panic. Throws a WitError for what the tool refuses.
 */
export async function askTool<T>(ask: (tool: Tool) => T): Promise<T> {
  loading ??= load();
  const { instantiate, module } = await loading;
  let core: WebAssembly.Instance | undefined;
  const tool = instantiate(
    () => module,
    {},
    (compiled) => (core = new WebAssembly.Instance(compiled)),
  );
  try {
    return ask(tool);
  } catch (error) {
    if (isProblem(error)) throw witError(error);
    if (error instanceof WebAssembly.RuntimeError) throw panicked(error, core?.exports);
    throw error;
  }
}

function isProblem(error: unknown): error is Problem {
  return (
    typeof error === 'object' &&
    error !== null &&
    'cause' in error &&
    'message' in error &&
    !(error instanceof Error)
  );
}

const advice: Readonly<Record<Problem['cause'], string>> = {
  wit: 'Correct the WIT there.',
  'package-missing':
    "Put the package's WIT into the folder deps/ beside the file, as a folder or a file of its own.",
  'world-missing': 'Name one of its worlds.',
  'not-a-component': 'Give a WebAssembly component; core modules have no WIT.',
  unsupported: 'Leave it out of the world, or write this part by hand.',
};

function witError({ cause, message, place }: Problem): WitError {
  const at = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
  return new WitError(`${at}${message}`, advice[cause], place);
}

/** Generators panic for what they cannot do yet; the message of the panic stays in the instance's memory. */
function panicked(error: WebAssembly.RuntimeError, core: WebAssembly.Exports = {}): UserError {
  const { memory, last_words_pointer: pointer, last_words_length: length } = core;
  const words =
    memory instanceof WebAssembly.Memory && isGetter(pointer) && isGetter(length)
      ? Buffer.from(memory.buffer, pointer(), length()).toString('utf8')
      : '';
  return new UserError(
    `The WIT tool gave up: ${words === '' ? messageOf(error) : words}.`,
    advice.unsupported,
    { cause: error },
  );
}

function isGetter(exported: unknown): exported is () => number {
  return typeof exported === 'function';
}
