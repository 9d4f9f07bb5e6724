/** Development interpreters: components with QuickJS inside that run whatever source the host gives them. */
import { readFile } from 'node:fs/promises';
import { assetPath } from '../assets.ts';
import { keptInterpreter } from './interpreter.ts';
import { componentizeSource, type Componentizer } from './javascript-componentize.ts';
import { interpreterEntry } from './javascript-entry.ts';
import { developmentWit, type ComponentWit } from './javascript-wit.ts';
import type { JavaScriptWorld } from './javascript-world.ts';

/** What an interpreter is made of. */
export interface InterpreterPlan {
  /** Everything that makes it another one, beside the version of componentize-qjs. */
  readonly inputs: readonly string[];
  readonly make: (componentizer: Componentizer) => Promise<Uint8Array>;
}

/** Plans the interpreter of a world, with the entry module that is generated for it or another one. */
export async function planInterpreter(component: ComponentWit, entry?: string): Promise<InterpreterPlan> {
  const { files, world } = await developmentWit(component);
  const { disguise } = component;
  const source = entry ?? interpreterEntry(component.world, { disguise });
  return {
    inputs: [source, world, ...files.flatMap(({ path, text }) => [path, text])],
    make: (componentizer) =>
      componentizeSource(componentizer, { wit: files, world, source, fileName: 'interpreter.js', disguise }),
  };
}

/**
 * The interpreter of a project's own world: absolute path. Made where it is not there yet, which takes a
 * second or two; `making` is told.
 */
export async function ownInterpreter(
  component: ComponentWit,
  componentizer: Componentizer,
  making: () => void,
): Promise<string> {
  const { inputs, make } = await planInterpreter(component);
  return keptInterpreter('javascript', [componentizer.version, ...inputs], () => {
    making();
    return make(componentizer);
  });
}

/** What the bundler has to know of the world of a contract whose interpreter is shipped; undefined where none is. */
export async function shippedWorld(contract: string): Promise<JavaScriptWorld | undefined> {
  const file = assetPath('dist', 'interpreters', `${contract}-javascript.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as JavaScriptWorld);
}
