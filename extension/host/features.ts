/** What V8 runs and the engine of the real hosts refuses to compile. */
import { UserError } from '../errors.ts';
import { LimitsFlag } from '../wasm/imports.ts';
import { memoriesOf } from '../wasm/limits.ts';
import { ModuleSection, readSections } from '../wasm/sections.ts';

/** The first proposal's instructions, as WebAssembly's text form has them: a `try_table` is of the standard. */
const LEGACY = /^\s+(try|catch_all|delegate|rethrow)( |$)/m;

/** Throws a UserError where a core module of the component `path` uses what only V8 has. */
export async function requireFeatures(module: Uint8Array, path: string): Promise<void> {
  if (memoriesOf(module, path).some(({ flags }) => (flags & LimitsFlag.shared) !== 0)) {
    throw new UserError(
      `${path} has a memory that threads share, and the real host has no threads.`,
      'Build it without threads: no `-pthread`, and for Rust no target feature `atomics`.',
    );
  }
  if (readSections(module, path).some(({ id }) => id === ModuleSection.tag))
    await requireStandard(module, path);
}

/** Reads the code as text, which takes a while: only of a module that throws exceptions. */
async function requireStandard(module: Uint8Array, path: string): Promise<void> {
  const { print } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  if (!LEGACY.test(await print(module))) return;
  throw new UserError(
    `${path} uses the exceptions of WebAssembly's first proposal (\`try\`, \`catch\`), which the real host refuses.`,
    'Build it with the standard ones: clang 20 and later take `-mllvm -wasm-use-legacy-eh=false`, clang 19 `-mllvm -wasm-enable-exnref`; or build without exceptions and setjmp.',
  );
}
