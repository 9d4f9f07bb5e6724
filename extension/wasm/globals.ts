/** Makes the mutable globals of a core module readable from outside, so that its state can be kept and brought back. */
import { readImports, skipType } from './imports.ts';
import { concat, Reader, uleb } from './reader.ts';
import { ModuleSection, readSections } from './sections.ts';

/** What the names of the added exports start with; the global's index follows. */
export const GLOBAL_EXPORT = 'hotplug:global:';

/** Sections that come after the exports; a new export section goes before the first of them. */
const AFTER_EXPORTS = new Set([8, 9, 12, 10, 11]);
/** Numbers, and what the host handed over: Extism's kernel has a global for that. */
const KEPT = new Set([0x7f, 0x7e, 0x7d, 0x7c, 0x6f]);
const GLOBAL_KIND = 3;

/**
 * Adds an export for each mutable number and host reference among the module's own globals. Undefined
 * where the module has globals that cannot be kept: vectors, other references, and initial values in a
 * form that is not known here. All other bytes stay as they are; the result is a copy.
 */
export function exportGlobals(module: Uint8Array, file = 'the module'): Uint8Array<ArrayBuffer> | undefined {
  const sections = readSections(module, file);
  const globals = sections.find(({ id }) => id === ModuleSection.global);
  if (globals === undefined) return concat([module]);
  const imports = sections.find(({ id }) => id === ModuleSection.import);
  const imported =
    imports === undefined
      ? 0
      : readImports(module, imports, file).filter(({ kind }) => kind === 'global').length;
  const mutable = mutableGlobals(new Reader(module, file, globals.payloadStart, globals.end), imported);
  if (mutable === undefined) return undefined;
  if (mutable.length === 0) return concat([module]);

  const entries = mutable.flatMap((index) => {
    const name = [...new TextEncoder().encode(`${GLOBAL_EXPORT}${index}`)];
    return [...uleb(name.length), ...name, GLOBAL_KIND, ...uleb(index)];
  });
  const exports = sections.find(({ id }) => id === ModuleSection.export);
  let count = mutable.length;
  let old: Uint8Array = new Uint8Array();
  if (exports !== undefined) {
    const reader = new Reader(module, file, exports.payloadStart, exports.end);
    count += reader.uleb32();
    old = module.subarray(reader.position, exports.end);
  }
  const payload = concat([uleb(count), old, entries]);
  const section = concat([[ModuleSection.export, ...uleb(payload.length)], payload]);
  const from = exports?.start ?? sections.find(({ id }) => AFTER_EXPORTS.has(id))?.start ?? module.length;
  return concat([module.subarray(0, from), section, module.subarray(exports?.end ?? from)]);
}

/** Indexes of the mutable globals; undefined where one of them cannot be kept or read. */
function mutableGlobals(reader: Reader, imported: number): readonly number[] | undefined {
  const indexes: number[] = [];
  const count = reader.uleb32();
  for (let index = imported; index < imported + count; index++) {
    const type = reader.bytes[reader.position] ?? 0;
    skipType(reader);
    const isMutable = reader.u8() === 1;
    if (!skipInitial(reader) || (isMutable && !KEPT.has(type))) return undefined;
    if (isMutable) indexes.push(index);
  }
  return indexes;
}

/** Reads past a constant expression; false for an instruction that is not known here. */
function skipInitial(reader: Reader): boolean {
  for (;;) {
    switch (reader.u8()) {
      case 0x0b: // end
        return true;
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0xd0: // ref.null
        skipLeb(reader);
        break;
      case 0x43: // f32.const
        reader.skip(4);
        break;
      case 0x44: // f64.const
        reader.skip(8);
        break;
      case 0x23: // global.get
      case 0xd2: // ref.func
        reader.uleb32();
        break;
      case 0x6a: // i32 and i64 add, sub, mul
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break;
      default:
        return false;
    }
  }
}

/** A LEB128 number of whatever size. */
function skipLeb(reader: Reader): void {
  while ((reader.u8() & 0x80) !== 0);
}
