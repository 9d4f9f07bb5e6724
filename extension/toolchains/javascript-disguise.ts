/**
 * A way around a limit of componentize-qjs: it runs the component that it makes once, with WASI 0.2 as
 * wasmtime has it and a trap for every other import, and refuses an interface that has something of WASI's in
 * it (`wasi:http/types` with a stream), because the trap's stream is not WASI's. So for such a world the
 * package names of WASI are others while the component is made, and put right in the binary afterwards.
 */
import { componentNames } from '../wasm/info.ts';
import type { WitFile } from '../wit/files.ts';
import type { WitType, WitWorld } from '../wit/model.ts';
import { interfaceOf } from '../wit/text.ts';
import { hasType } from './javascript-limits.ts';

const REAL = 'wasi:';
/** As long as the real one, so that no length in the binary changes. */
const FALSE = 'wqjs:';
/** What componentize-qjs has itself. */
const known = /^wasi:(?:cli|clocks|filesystem|io|random|sockets)\//;

/** Whether an interface that componentize-qjs does not know has a resource of one that it knows. */
export function needsDisguise({ imports }: WitWorld): boolean {
  const foreign = (type: WitType): boolean =>
    (type.kind === 'own' || type.kind === 'borrow') && known.test(`${interfaceOf(type.resource)}/`);
  return imports.interfaces.some(
    ({ name, functions }) =>
      !known.test(name) &&
      functions.some(({ params, result }) =>
        [...params.map(({ type }) => type), ...(result === undefined ? [] : [result])].some((type) =>
          hasType(type, foreign),
        ),
      ),
  );
}

/** The WIT under the other names. */
export function disguised(files: readonly WitFile[]): readonly WitFile[] {
  return files.map(({ path, text }) => ({ path, text: text.replaceAll(/\bwasi:/g, FALSE) }));
}

/** An interface's name while the component is made. */
export function disguisedName(name: string): string {
  return name.startsWith(REAL) ? FALSE + name.slice(REAL.length) : name;
}

/**
 * The component with the real names. The engine inside imports WASI, too: where both would import the
 * same name, the plugin's one gets another patch version, which a host answers with the same interface.
 */
export function undisguised(component: Uint8Array): Uint8Array {
  const { imports } = componentNames(component, 'the component');
  const taken = new Set(imports.filter((name) => name.startsWith(REAL)));
  const bytes = Buffer.from(component);
  for (const name of imports.filter((one) => one.startsWith(FALSE))) {
    let real = REAL + name.slice(FALSE.length);
    if (taken.has(real)) real = otherPatch(real);
    replaceAll(bytes, name, real);
  }
  replaceAll(bytes, FALSE, REAL);
  return bytes;
}

/** `wasi:io/streams@0.2.12` is `wasi:io/streams@0.2.11`. */
function otherPatch(name: string): string {
  const last = Number(name.at(-1));
  return `${name.slice(0, -1)}${last === 0 ? 1 : last - 1}`;
}

function replaceAll(bytes: Buffer, from: string, to: string): void {
  for (let at = bytes.indexOf(from, 0, 'latin1'); at >= 0; at = bytes.indexOf(from, at + 1, 'latin1'))
    bytes.write(to, at, 'latin1');
}
