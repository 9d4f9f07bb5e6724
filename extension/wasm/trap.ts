import type { GuestFrame } from '../host/report.ts';
import { type Code, codeOf } from './code.ts';
import { demangle } from './demangle.ts';
import { type LineTable, lineTable } from './dwarf.ts';
import { functionNames } from './names.ts';

/** A core module twice: as V8 ran it, and as it was built, with its debug sections. The code must be the same. */
export interface RunModule {
  readonly wasm: Uint8Array;
  readonly original: Uint8Array;
}

/** A frame of V8's that lies in WebAssembly. */
interface WasmFrame {
  /** V8's name of the module, with its hash; the same for all frames of one module. */
  readonly module: string;
  readonly name: string | undefined;
  readonly functionIndex: number;
  /** Offset from the start of the module. */
  readonly offset: number;
}

const WASM_FRAME =
  /^\s*at (?:async )?(?:(?<name>.*) \()?wasm:\/\/wasm\/(?<module>.*):wasm-function\[(?<index>\d+)\]:0x(?<offset>[0-9a-f]+)\)?\s*$/;

/**
 * The guest's frames of a V8 stack, innermost first: demangled, with file, line and column where the
 * original module has DWARF. Frames in JavaScript are left out. A call that the compiler inlined has no
 * frame of its own; the line of its code is shown in the function that took it in. V8 keeps
 * `Error.stackTraceLimit` frames, ten unless that is raised where the plugin runs.
 */
export function explainStack(stack: string, modules: readonly RunModule[]): readonly GuestFrame[] {
  const frames = stack.split('\n').flatMap(parseFrame);
  const loaded = modules.flatMap(load);
  const chosen = new Map<string, Loaded | undefined>();
  for (const { module } of frames) {
    if (chosen.has(module)) continue;
    const own = frames.filter((frame) => frame.module === module);
    const fitting = loaded.filter(({ code }) =>
      own.every(({ functionIndex, offset }) => code.contains(functionIndex, offset)),
    );
    chosen.set(
      module,
      fitting.find((candidate) => own.every((frame) => agrees(candidate, frame))) ?? fitting[0],
    );
  }
  return frames.map((frame) => explain(frame, chosen.get(frame.module)));
}

interface Loaded {
  readonly code: Code;
  readonly names: ReadonlyMap<number, string>;
  readonly lines: LineTable;
}

/** A module that cannot be read explains nothing, and must not hide the trap behind an error of its own. */
function load({ wasm, original }: RunModule): Loaded[] {
  try {
    return [{ code: codeOf(wasm), names: functionNames(original), lines: lineTable(original) }];
  } catch {
    return [];
  }
}

function parseFrame(line: string): WasmFrame[] {
  const { name, module, index, offset } = WASM_FRAME.exec(line)?.groups ?? {};
  if (module === undefined || index === undefined || offset === undefined) return [];
  return [{ module, name, functionIndex: Number(index), offset: parseInt(offset, 16) }];
}

/** V8 writes `module.function`, or the function alone where the module has no name. */
function agrees({ names }: Loaded, { functionIndex, name }: WasmFrame): boolean {
  const expected = names.get(functionIndex);
  return name === undefined || expected === undefined || name === expected || name.endsWith(`.${expected}`);
}

function explain(frame: WasmFrame, module: Loaded | undefined): GuestFrame {
  const name = module?.names.get(frame.functionIndex) ?? withoutModule(frame);
  const start = module?.code.start;
  const location = start === undefined ? undefined : module?.lines.lookup(frame.offset - start);
  return {
    function: demangle(name),
    ...(location && { file: location.file, line: location.line }),
    ...(location && location.column > 0 && { column: location.column }),
  };
}

function withoutModule({ module, name = '' }: WasmFrame): string {
  const prefix = `${module.replace(/-?[0-9a-f]{8}$/, '')}.`;
  return prefix !== '.' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
