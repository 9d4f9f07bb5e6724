import { Reader } from './reader.ts';

/** The debug sections of a module; absent ones are empty. */
export interface DebugSections {
  readonly line: Reader;
  readonly lineStrings: Reader;
  readonly strings: Reader;
  readonly info: Reader;
  readonly abbreviations: Reader;
}

/** DWARF forms that line tables and compile units use (DWARF 5, 7.5.6). */
const Form = {
  addr: 0x01,
  block2: 0x03,
  block4: 0x04,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  block1: 0x0a,
  data1: 0x0b,
  flag: 0x0c,
  sdata: 0x0d,
  strp: 0x0e,
  udata: 0x0f,
  refAddr: 0x10,
  secOffset: 0x17,
  exprloc: 0x18,
  flagPresent: 0x19,
  strx: 0x1a,
  addrx: 0x1b,
  data16: 0x1e,
  lineStrp: 0x1f,
  strx1: 0x25,
  strx2: 0x26,
  strx3: 0x27,
  strx4: 0x28,
} as const;

const ATTRIBUTE_STATEMENTS = 0x10;
const ATTRIBUTE_DIRECTORY = 0x1b;

/** Reads a length and tells how wide offsets are from there on: 4 bytes, or 8 in 64-bit DWARF. */
export function initialLength(reader: Reader): { readonly length: number; readonly width: 4 | 8 } {
  const length = reader.u32();
  return length === 0xffffffff ? { length: Number(reader.u64()), width: 8 } : { length, width: 4 };
}

export function readOffset(reader: Reader, width: 4 | 8): number {
  return width === 8 ? Number(reader.u64()) : reader.u32();
}

/**
 * Reads a value of a form: text or a number where it has one, `undefined` for what only needs to be
 * passed over. Throws for a form that this file does not know, for its size is unknown as well.
 */
export function readForm(
  reader: Reader,
  form: number,
  width: 4 | 8,
  sections: DebugSections,
): string | number | undefined {
  switch (form) {
    case Form.string:
      return reader.cString();
    case Form.strp:
      return stringAt(sections.strings, readOffset(reader, width));
    case Form.lineStrp:
      return stringAt(sections.lineStrings, readOffset(reader, width));
    case Form.udata:
      return Number(reader.uleb64());
    case Form.data1:
    case Form.flag:
      return reader.u8();
    case Form.data2:
      return reader.u16();
    case Form.data4:
    case Form.addr:
      return reader.u32();
    case Form.data8:
      return Number(reader.u64());
    case Form.secOffset:
    case Form.refAddr:
      return readOffset(reader, width);
    case Form.flagPresent:
      return undefined;
    case Form.data16:
      reader.skip(16);
      return undefined;
    case Form.sdata:
    case Form.strx:
    case Form.addrx:
      reader.uleb64();
      return undefined;
    case Form.strx1:
    case Form.strx2:
    case Form.strx3:
    case Form.strx4:
      reader.skip(form - Form.strx1 + 1);
      return undefined;
    case Form.block1:
      reader.skip(reader.u8());
      return undefined;
    case Form.block2:
      reader.skip(reader.u16());
      return undefined;
    case Form.block4:
      reader.skip(reader.u32());
      return undefined;
    case Form.block:
    case Form.exprloc:
      reader.skip(reader.uleb32());
      return undefined;
    default:
      throw new RangeError(`unknown DWARF form ${form}`);
  }
}

function stringAt(strings: Reader, offset: number): string {
  return new Reader(strings.bytes, strings.file, strings.position + offset, strings.end).cString();
}

/**
 * The compilation directory of each line program, by the program's offset in `.debug_line`. Only DWARF
 * up to 4 needs it: line programs of DWARF 5 name the directory themselves. Damaged units are left out.
 */
export function compilationDirectories(sections: DebugSections): ReadonlyMap<number, string> {
  const directories = new Map<number, string>();
  const { bytes, file, end } = sections.info;
  const units = new Reader(bytes, file, sections.info.position, end);
  try {
    while (!units.done) {
      const { length, width } = initialLength(units);
      const start = units.skip(length);
      const unit = new Reader(bytes, file, start, start + length);
      if (unit.u16() > 4) continue;
      try {
        readUnit(unit, width, sections, directories);
      } catch {
        continue;
      }
    }
  } catch {
    return directories;
  }
  return directories;
}

function readUnit(
  unit: Reader,
  width: 4 | 8,
  sections: DebugSections,
  directories: Map<number, string>,
): void {
  const { bytes, file, position, end } = sections.abbreviations;
  const abbreviation = new Reader(bytes, file, position + readOffset(unit, width), end);
  unit.u8(); // address size: 4 in every wasm32 module
  // The unit's own entry comes first, and so does its abbreviation in what compilers write.
  if (unit.uleb32() !== abbreviation.uleb32()) return;
  abbreviation.uleb32(); // tag
  abbreviation.u8(); // has children
  let directory: string | undefined;
  let statements: number | undefined;
  for (;;) {
    const attribute = abbreviation.uleb32();
    const form = abbreviation.uleb32();
    if (attribute === 0 && form === 0) break;
    const value = readForm(unit, form, width, sections);
    if (attribute === ATTRIBUTE_DIRECTORY && typeof value === 'string') directory = value;
    if (attribute === ATTRIBUTE_STATEMENTS && typeof value === 'number') statements = value;
    if (directory !== undefined && statements !== undefined) {
      directories.set(statements, directory);
      return;
    }
  }
}
