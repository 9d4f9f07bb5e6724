/** The components that run Python sources in development: CPython, a world's bindings, and no plugin. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assetPath } from '../assets.ts';
import { hasInterpreter, keptInterpreter, type InterpreterInputs } from './interpreter.ts';
import { componentize, readOutput } from './python-componentize.ts';
import type { Program } from './python-environment.ts';
import type { PythonModule } from './python-modules.ts';
import { worldName, type PythonWorld } from './python-project.ts';

/** The world that an interpreter has: the plugin's own with `hotplug:dev/source`. */
const interpreterWorld = 'hotplug-interpreter';
/** The interface's module in the bindings; no interface of a user's is called that. */
const sourceModule = 'hotplug_dev_source';
const entry = 'hotplug_interpreter';

/** What an interpreter is for. */
export interface InterpreterOf {
  readonly world: PythonWorld;
  readonly componentizer: Program;
  /** Modules of packages that are imported into it ahead, so that no save has to compile them; by their names. */
  readonly packages: Readonly<Record<string, PythonModule>>;
}

/** One that is there or can be made. */
export interface Interpreter {
  /** Whether it was made before. */
  kept(): Promise<boolean>;
  /** Absolute path of its component, made now where it is not kept. Rejects with what componentize-py says. */
  get(signal?: AbortSignal): Promise<string>;
}

export async function pythonInterpreter(wanted: InterpreterOf): Promise<Interpreter> {
  const { world, componentizer, packages } = wanted;
  const source = await readFile(assetPath('wit', 'dev', 'source.wit'), 'utf8');
  const script = await readFile(assetPath('python', `${entry}.py`), 'utf8');
  const inputs: InterpreterInputs = [
    world.hash,
    worldName(world, world.name),
    componentizer.version,
    source,
    script,
    JSON.stringify(packages),
  ];
  return {
    kept: () => hasInterpreter('python', inputs),
    get: (signal) =>
      keptInterpreter('python', inputs, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'hotplug-python-'));
        try {
          return await make(folder, wanted, { source, script }, signal);
        } finally {
          await rm(folder, { recursive: true, force: true, maxRetries: 3 });
        }
      }),
  };
}

async function make(
  folder: string,
  { world, componentizer, packages }: InterpreterOf,
  { source, script }: { readonly source: string; readonly script: string },
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const wit = join(folder, 'wit');
  await cp(world.wit, wit, { recursive: true });
  await write(join(wit, 'deps', 'hotplug-dev', 'source.wit'), source);
  await write(
    join(wit, `${interpreterWorld}.wit`),
    `world ${interpreterWorld} {\n  include ${world.name};\n  import hotplug:dev/source@0.1.0;\n}\n`,
  );
  const app = join(folder, 'app');
  await write(join(app, `${entry}.py`), script);
  // The script looks for packages in `/1`, which is where a release build has them, too.
  const installed = join(folder, 'packages');
  await mkdir(installed);
  for (const { file, source: text } of Object.values(packages))
    await write(join(installed, ...file.split('/').slice(2)), text);
  const output = join(folder, 'interpreter.wasm');
  const result = await componentize({
    componentizer,
    cwd: folder,
    signal,
    wit,
    world: worldName(world, interpreterWorld),
    entry,
    roots: [app, installed],
    output,
    nothing: join(folder, 'nothing'),
    options: [...world.options, '--import-interface-name', `hotplug:dev/source@0.1.0=${sourceModule}`],
  });
  if (result.ended === 'cancelled') throw new Error('it was cancelled');
  if (result.ended !== 'exited' || result.code !== 0) throw new Error(readOutput(result, []).text);
  return readFile(output);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
