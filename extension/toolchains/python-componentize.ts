/** componentize-py: how it is called, and what its output says in terms of the project's files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../project/project.ts';
import { withoutExport } from '../wasm/exports.ts';
import { parsePython } from './diagnostics/python.ts';
import type { Program } from './python-environment.ts';
import { run, type RunResult } from './run.ts';

/**
 * What componentize-py exports beside the world, before everything else: it runs it once, while it makes the
 * component, and nobody calls it afterwards. A host that knows a plugin by its first export would take it for that.
 */
const OWN_EXPORT = 'exports';

export interface Componentize {
  readonly componentizer: Program;
  readonly cwd: string;
  readonly signal: AbortSignal | undefined;
  /** Folder of the WIT, and the world with its package: `streamkit:plugin/plugin@0.1.0`. */
  readonly wit: string;
  readonly world: string;
  /** Name of the Python module that implements the world. */
  readonly entry: string;
  /** Folders with modules, in the order in which they are searched. */
  readonly roots: readonly string[];
  readonly output: string;
  /** A folder for an environment without packages: componentize-py adds those of the Python that runs it to where there is none. */
  readonly nothing: string;
  readonly options?: readonly string[];
}

/** Makes a component of a module and what it imports, which exports the world and nothing else. */
export async function componentize(request: Componentize): Promise<RunResult> {
  const { componentizer, wit, world, entry, roots, output, nothing, options = [] } = request;
  await mkdir(join(nothing, 'lib', 'python3', 'site-packages'), { recursive: true });
  const result = await call(
    componentizer,
    request,
    [
      '-d',
      wit,
      '-w',
      world,
      ...options,
      'componentize',
      entry,
      ...roots.flatMap((root) => ['-p', root]),
      '-o',
      output,
    ],
    nothing,
  );
  if (result.ended === 'exited' && result.code === 0)
    await writeFile(output, withoutExport(await readFile(output), OWN_EXPORT));
  return result;
}

/** Writes the modules of a world as stubs, for editors and type checkers. */
export function writeBindings(
  request: Pick<Componentize, 'componentizer' | 'cwd' | 'signal' | 'wit' | 'world' | 'options'>,
  folder: string,
): Promise<RunResult> {
  const { componentizer, wit, world, options = [] } = request;
  return call(componentizer, request, ['-d', wit, '-w', world, ...options, 'bindings', folder], undefined);
}

function call(
  { path }: Program,
  { cwd, signal }: Pick<Componentize, 'cwd' | 'signal'>,
  args: readonly string[],
  environment: string | undefined,
): Promise<RunResult> {
  return run([path, ...args], {
    cwd,
    ...(signal === undefined ? {} : { signal }),
    env: {
      // Its own stack says nothing to a plugin's author.
      RUST_BACKTRACE: '0',
      PYTHONDONTWRITEBYTECODE: '1',
      ...(environment === undefined ? {} : { VIRTUAL_ENV: environment }),
    },
  });
}

/** What componentize-py said of a failure: its own Python's frames are left out, and files have their real names. */
export function readOutput(
  { stdout, stderr }: Pick<RunResult, 'stdout' | 'stderr'>,
  roots: readonly string[],
): { readonly text: string; readonly diagnostics: readonly Diagnostic[]; readonly failure: string } {
  const said = withRealNames(withoutWrapper(stdout + stderr), roots);
  const diagnostics = parsePython(said, roots[0] ?? '.');
  return { text: said, diagnostics, failure: failureIn(said) };
}

/** From `AssertionError: ` on, without the causes that say the same once more. */
function withoutWrapper(output: string): string {
  const start =
    /^Traceback \(most recent call last\):\n(?: .*\n)*?\s*sys\.exit\(script\(\)\)\n(?: .*\n)*(?:AssertionError|[\w.]*PanicException): /m.exec(
      output,
    );
  const text =
    start === null ? output : output.slice(0, start.index) + output.slice(start.index + start[0].length);
  const causes = text.lastIndexOf('\nCaused by:\n');
  const before = text.slice(0, causes < 0 ? undefined : causes).trim();
  // The causes are all there is where nothing was written by the plugin's own Python.
  return before === '' ? text.trim() : before;
}

/** In a component the folders that are searched are called `/0`, `/1` and so on. */
function withRealNames(text: string, roots: readonly string[]): string {
  return text.replaceAll(/(?<=File ")\/(\d+)\/([^"\n]*)/g, (name, index: string, path: string) => {
    const root = roots[Number(index)];
    return root === undefined ? name : join(root, ...path.split('/'));
  });
}

function failureIn(text: string): string {
  const host = /called trapping stub: (\S+)/.exec(text)?.[1];
  if (host !== undefined) {
    return `A module calls ${host.replace('#', ' ')} while it is imported. A component's modules are imported when it is built, and there is no host then: call it in a function.`;
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.findLast((line) => /^[\w.]+: /.test(line)) ??
    lines.at(-1)?.trim() ??
    'componentize-py failed without saying why.'
  );
}
