import { malformed, Reader } from './reader.ts';
import type { Section } from './sections.ts';

/** Limits of a memory or a table, and where they are in the module's bytes. */
export interface Limits {
  readonly flags: number;
  readonly minimum: bigint;
  readonly maximum: bigint | undefined;
  /** Bytes of a memory's page as a power of two: 16 but for modules that choose another. */
  readonly pageLog2: number;
  readonly start: number;
  readonly end: number;
}

/** Bits of {@link Limits.flags}. */
export const LimitsFlag = { maximum: 1, shared: 2, is64Bit: 4, pageSize: 8 } as const;

const PAGE_LOG2 = 16;

export type Import =
  | { readonly kind: 'function' | 'table' | 'global' | 'tag' }
  | { readonly kind: 'memory'; readonly limits: Limits };

/** The imports that an import section of a core module lists. Throws a UserError for a damaged one. */
export function readImports(module: Uint8Array, section: Section, file: string): readonly Import[] {
  const reader = new Reader(module, file, section.payloadStart, section.end);
  const imports: Import[] = [];
  for (let left = reader.uleb32(); left > 0; left--) {
    reader.name();
    reader.name();
    imports.push(readImport(reader));
  }
  return imports;
}

export interface NamedImport {
  readonly module: string;
  readonly name: string;
  readonly kind: Import['kind'];
  /** Index of a function's type. */
  readonly type?: number;
}

/** The same with their names. */
export function readNamedImports(module: Uint8Array, section: Section, file: string): readonly NamedImport[] {
  const reader = new Reader(module, file, section.payloadStart, section.end);
  const imports: NamedImport[] = [];
  for (let left = reader.uleb32(); left > 0; left--) {
    const from = reader.name();
    const name = reader.name();
    if (module[reader.position] === 0) {
      reader.u8();
      imports.push({ module: from, name, kind: 'function', type: reader.uleb32() });
    } else {
      imports.push({ module: from, name, kind: readImport(reader).kind });
    }
  }
  return imports;
}

function readImport(reader: Reader): Import {
  const kind = reader.u8();
  switch (kind) {
    case 0:
      reader.uleb32();
      return { kind: 'function' };
    case 1:
      skipType(reader);
      readLimits(reader);
      return { kind: 'table' };
    case 2:
      return { kind: 'memory', limits: readLimits(reader) };
    case 3:
      skipType(reader);
      reader.u8();
      return { kind: 'global' };
    case 4:
      reader.u8();
      reader.uleb32();
      return { kind: 'tag' };
    default:
      throw malformed(reader.file, reader.position - 1, `there is no import of kind ${kind}`);
  }
}

/** A value type: one byte, or a reference with a heap type after it. */
export function skipType(reader: Reader): void {
  const type = reader.u8();
  if (type === 0x63 || type === 0x64) reader.sleb32();
}

export function readLimits(reader: Reader): Limits {
  const start = reader.position;
  const flags = reader.u8();
  if (flags > 0xf) throw malformed(reader.file, start, `limits have unknown flags ${flags}`);
  const number = (): bigint => (flags & LimitsFlag.is64Bit ? reader.uleb64() : BigInt(reader.uleb32()));
  const minimum = number();
  const maximum = flags & LimitsFlag.maximum ? number() : undefined;
  const pageLog2 = flags & LimitsFlag.pageSize ? reader.uleb32() : PAGE_LOG2;
  if (pageLog2 > PAGE_LOG2) throw malformed(reader.file, start, `pages of 2^${pageLog2} bytes do not exist`);
  return { flags, minimum, maximum, pageLog2, start, end: reader.position };
}
