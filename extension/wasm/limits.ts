import { UserError } from '../errors.ts';
import { type Limits, LimitsFlag, readImports, readLimits } from './imports.ts';
import { concat, malformed, Reader, uleb } from './reader.ts';
import { layerOf, ModuleSection, readSections, type Section } from './sections.ts';

/** Bytes of one WebAssembly page. */
export const PAGE = 65536;

export interface Memory extends Limits {
  readonly imported: boolean;
}

/** Every memory of a core module: the imported ones first, as WebAssembly counts them. */
export function memoriesOf(module: Uint8Array, file = 'the module'): readonly Memory[] {
  return moduleSections(module, file).flatMap((section) => memoriesIn(module, section, file));
}

/**
 * Lowers the maximum of each memory, own and imported, to `maxPages` pages of 64 KiB where it has a
 * greater one or none. Throws a UserError where a memory starts out larger than that. All other bytes
 * stay as they are; the result is a copy.
 */
export function limitMemory(
  module: Uint8Array,
  maxPages: number,
  file = 'the module',
): Uint8Array<ArrayBuffer> {
  const parts: (Uint8Array | number[])[] = [];
  let copied = 0;
  for (const section of moduleSections(module, file)) {
    const memories = memoriesIn(module, section, file);
    if (memories.length === 0) continue;
    const payload: (Uint8Array | number[])[] = [];
    let at = section.payloadStart;
    for (const memory of memories) {
      payload.push(module.subarray(at, memory.start), limited(memory, maxPages, file));
      at = memory.end;
    }
    payload.push(module.subarray(at, section.end));
    const bytes = concat(payload);
    parts.push(module.subarray(copied, section.start), [section.id, ...uleb(bytes.length)], bytes);
    copied = section.end;
  }
  return concat([...parts, module.subarray(copied)]);
}

function limited(memory: Memory, maxPages: number, file: string): number[] {
  const contract = BigInt(maxPages) * BigInt(PAGE);
  const granted = contract >> BigInt(memory.pageLog2);
  if (memory.minimum > granted) {
    const wanted = memory.minimum << BigInt(memory.pageLog2);
    throw new UserError(
      `${file} wants ${mebibytes(wanted)} of memory to start with, and the contract grants ${mebibytes(contract)}.`,
      'Make its static data smaller, or lower the initial memory in the linker options.',
    );
  }
  const maximum = memory.maximum !== undefined && memory.maximum < granted ? memory.maximum : granted;
  const page = memory.flags & LimitsFlag.pageSize ? uleb(memory.pageLog2) : [];
  return [memory.flags | LimitsFlag.maximum, ...uleb(memory.minimum), ...uleb(maximum), ...page];
}

function mebibytes(bytes: bigint): string {
  return `${String(Math.round((Number(bytes) / (1 << 20)) * 100) / 100)} MiB`;
}

function moduleSections(module: Uint8Array, file: string): readonly Section[] {
  if (layerOf(module, file) !== 'module') throw malformed(file, 0, 'a core module is due here');
  return readSections(module, file);
}

function memoriesIn(module: Uint8Array, section: Section, file: string): Memory[] {
  if (section.id === ModuleSection.import) {
    return readImports(module, section, file).flatMap((item) =>
      item.kind === 'memory' ? [{ ...item.limits, imported: true }] : [],
    );
  }
  if (section.id !== ModuleSection.memory) return [];
  const reader = new Reader(module, file, section.payloadStart, section.end);
  const memories: Memory[] = [];
  for (let left = reader.uleb32(); left > 0; left--)
    memories.push({ ...readLimits(reader), imported: false });
  return memories;
}
