// Builds dist/interpreters: the components in which the host runs JavaScript plugins during development,
// streamkit-javascript.wasm and extism-javascript.wasm. They contain QuickJS and ask the host for the
// plugin's source, so that a save costs a bundle and an instantiation, never a new component. Beside that
// of a contract with a WIT stands what the bundler has to know of the world.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { findComponentizer, type Componentizer } from '../extension/toolchains/javascript-componentize.ts';
import { planExtismInterpreter } from '../extension/toolchains/javascript-extism.ts';
import { planInterpreter, type InterpreterPlan } from '../extension/toolchains/javascript-interpreter.ts';
import { componentWit } from '../extension/toolchains/javascript-wit.ts';
import { replaceFile } from '../extension/toolchains/output.ts';
import { readWitFolder } from '../extension/wit/files.ts';
import { root } from './paths.ts';

const output = join(root, 'dist', 'interpreters');

/** Builds what is missing or out of date; gives whether it built anything. */
export async function buildInterpreters(): Promise<boolean> {
  const componentizer = findComponentizer(root);
  if (componentizer === undefined) throw new Error('componentize-qjs is not installed: run npm install.');
  const component = await componentWit(await readWitFolder(join(root, 'wit', 'streamkit')), 'plugin');
  const world = JSON.stringify(component.javaScript);
  const built = [
    await build(componentizer, 'streamkit', await planInterpreter(component), world),
    await build(componentizer, 'extism', await planExtismInterpreter()),
  ];
  return built.includes(true);
}

async function build(
  componentizer: Componentizer,
  name: string,
  { inputs, make }: InterpreterPlan,
  world?: string,
): Promise<boolean> {
  const hash = createHash('sha256')
    .update(JSON.stringify([componentizer.version, world, inputs]))
    .digest('hex');
  const file = join(output, `${name}-javascript.wasm`);
  const hashFile = `${file}.inputs`;
  if ((await readFile(hashFile, 'utf8').catch(() => '')) === hash) return false;

  await replaceFile(file, await make(componentizer));
  if (world !== undefined) await replaceFile(join(output, `${name}-javascript.json`), world);
  await replaceFile(hashFile, hash);
  return true;
}

if (import.meta.main) {
  const started = performance.now();
  const built = await buildInterpreters();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(built ? `interpreters: built in ${seconds} s\n` : 'interpreters: up to date\n');
}
