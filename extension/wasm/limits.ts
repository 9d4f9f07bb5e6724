import { UserError } from '../errors.ts';
import { concat, malformed, Reader, uleb } from './reader.ts';
import { layerOf, ModuleSection, readSections, type Section } from './sections.ts';

/** Bytes of one WebAssembly page. */
export const PAGE = 65536;
const PAGE_LOG2 = 16;

/** A memory's limits, and where they are in the module's bytes. */
export interface MemoryLimits {
  readonly imported: boolean;
  readonly minimum: bigint;
  readonly maximum: bigint | undefined;
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  /** Bytes of a page as a power of two: 16 but for modules that choose another. */
  readonly pageLog2: number;
}

const HAS_MAXIMUM = 1;
const IS_64_BIT = 4;
const HAS_PAGE_SIZE = 8;

/** Every memory of a core module: the imported ones first, as WebAssembly counts them. */
export function memoriesOf(module: Uint8Array, file = 'the module'): readonly MemoryLimits[] {
  if (layerOf(module, file) !== 'module') throw malformed(file, 0, 'a core module is due here');
  return readSections(module, file).flatMap((section) => memoriesIn(module, section, file));
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
  if (layerOf(module, file) !== 'module') throw malformed(file, 0, 'a core module is due here');
  const parts: (Uint8Array | number[])[] = [];
  let copied = 0;
  for (const section of readSections(module, file)) {
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

function limited(memory: MemoryLimits, maxPages: number, file: string): number[] {
  const granted = (BigInt(maxPages) * BigInt(PAGE)) >> BigInt(memory.pageLog2);
  if (memory.minimum > granted) {
    throw new UserError(
      `${file} wants ${mebibytes(memory.minimum << BigInt(memory.pageLog2))} of memory to start with, and the contract grants ${mebibytes(BigInt(maxPages) * BigInt(PAGE))}.`,
      'Make its static data smaller, or lower the initial memory in the linker options.',
    );
  }
  const maximum = memory.maximum !== undefined && memory.maximum < granted ? memory.maximum : granted;
  const page = memory.flags & HAS_PAGE_SIZE ? uleb(memory.pageLog2) : [];
  return [memory.flags | HAS_MAXIMUM, ...uleb(memory.minimum), ...uleb(maximum), ...page];
}

function mebibytes(bytes: bigint): string {
  return `${String(Math.round((Number(bytes) / (1 << 20)) * 100) / 100)} MiB`;
}

function memoriesIn(module: Uint8Array, section: Section, file: string): MemoryLimits[] {
  const reader = new Reader(module, file, section.payloadStart, section.end);
  const memories: MemoryLimits[] = [];
  if (section.id === ModuleSection.memory) {
    for (let left = reader.uleb32(); left > 0; left--) memories.push(readLimits(reader, false));
  } else if (section.id === ModuleSection.import) {
    for (let left = reader.uleb32(); left > 0; left--) {
      reader.name();
      reader.name();
      const memory = readImport(reader);
      if (memory) memories.push(memory);
    }
  }
  return memories;
}

function readImport(reader: Reader): MemoryLimits | undefined {
  const kind = reader.u8();
  switch (kind) {
    case 0: // function
      reader.uleb32();
      return undefined;
    case 1: // table
      skipType(reader);
      readLimits(reader, true);
      return undefined;
    case 2:
      return readLimits(reader, true);
    case 3: // global
      skipType(reader);
      reader.u8();
      return undefined;
    case 4: // tag
      reader.u8();
      reader.uleb32();
      return undefined;
    default:
      throw malformed(reader.file, reader.position - 1, `there is no import of kind ${kind}`);
  }
}

/** A value type: one byte, or a reference with a heap type after it. */
function skipType(reader: Reader): void {
  const type = reader.u8();
  if (type === 0x63 || type === 0x64) reader.sleb32();
}

function readLimits(reader: Reader, imported: boolean): MemoryLimits {
  const start = reader.position;
  const flags = reader.u8();
  if (flags > 0xf) throw malformed(reader.file, start, `limits have unknown flags ${flags}`);
  const number = (): bigint => (flags & IS_64_BIT ? reader.uleb64() : BigInt(reader.uleb32()));
  const minimum = number();
  const maximum = flags & HAS_MAXIMUM ? number() : undefined;
  const pageLog2 = flags & HAS_PAGE_SIZE ? reader.uleb32() : PAGE_LOG2;
  if (pageLog2 > PAGE_LOG2) throw malformed(reader.file, start, `pages of 2^${pageLog2} bytes do not exist`);
  return { imported, minimum, maximum, start, end: reader.position, flags, pageLog2 };
}
