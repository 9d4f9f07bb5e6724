import { malformed, Reader } from './reader.ts';
import { type DebugSections, readForm, readOffset } from './units.ts';

/** One row of a line table: from this address on, this file, line and column. */
export interface Rows {
  readonly addresses: number[];
  readonly files: number[];
  readonly lines: number[];
  readonly columns: number[];
}

/** A run of rows without holes. Its rows are `first` to `last`, both included; it ends before `end`. */
export interface Sequence {
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
  readonly unit: LineUnit;
}

/** The file names of one line program. */
export interface LineUnit {
  readonly directories: readonly string[];
  readonly files: readonly { readonly name: string; readonly directory: number }[];
  /** DWARF 5 counts files from 0, earlier versions from 1. */
  readonly firstFile: 0 | 1;
  readonly compilationDirectory: string | undefined;
}

interface Header {
  readonly unit: LineUnit;
  readonly minimumInstruction: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: readonly number[];
}

const CONTENT_PATH = 1;
const CONTENT_DIRECTORY = 2;

/**
 * Runs one line program and appends its rows and sequences. `reader` stands behind the unit's length and
 * ends with the unit. Throws where the program is damaged; sequences that were complete by then stay.
 */
export function runLineProgram(
  reader: Reader,
  width: 4 | 8,
  sections: DebugSections,
  compilationDirectory: string | undefined,
  rows: Rows,
  sequences: Sequence[],
): void {
  const header = readHeader(reader, width, sections, compilationDirectory);
  const { unit, lineBase, lineRange, opcodeBase, minimumInstruction } = header;
  let [address, file, line, column, first] = [0, 1, 1, 0, rows.addresses.length];
  const reset = (): void => {
    [address, file, line, column, first] = [0, 1, 1, 0, rows.addresses.length];
  };
  const emit = (): void => {
    rows.addresses.push(address);
    rows.files.push(file);
    rows.lines.push(line);
    rows.columns.push(column);
  };
  const special = (opcode: number): void => {
    address += Math.floor((opcode - opcodeBase) / lineRange) * minimumInstruction;
  };
  while (!reader.done) {
    const opcode = reader.u8();
    if (opcode >= opcodeBase) {
      special(opcode);
      line += lineBase + ((opcode - opcodeBase) % lineRange);
      emit();
      continue;
    }
    switch (opcode) {
      case 0: {
        const size = reader.uleb32();
        const start = reader.skip(size);
        const extended = new Reader(reader.bytes, reader.file, start, start + size);
        const kind = extended.u8();
        if (kind === 1) {
          const last = rows.addresses.length - 1;
          const begin = rows.addresses[first];
          if (begin !== undefined) sequences.push({ start: begin, end: address, first, last, unit });
          reset();
        } else if (kind === 2) {
          address = size >= 9 ? Number(extended.u64()) : extended.u32();
        }
        break;
      }
      case 1:
        emit();
        break;
      case 2:
        address += Number(reader.uleb64()) * minimumInstruction;
        break;
      case 3:
        line += reader.sleb32();
        break;
      case 4:
        file = reader.uleb32();
        break;
      case 5:
        column = reader.uleb32();
        break;
      case 8:
        special(255);
        break;
      case 9:
        address += reader.u16();
        break;
      default:
        for (let left = header.operandCounts[opcode - 1] ?? 0; left > 0; left--) reader.uleb64();
    }
  }
}

function readHeader(
  reader: Reader,
  width: 4 | 8,
  sections: DebugSections,
  compilationDirectory: string | undefined,
): Header {
  const version = reader.u16();
  if (version < 2 || version > 5) {
    throw malformed(reader.file, reader.position, `line tables have no version ${version}`);
  }
  if (version >= 5) reader.skip(2); // address and segment selector sizes
  const length = readOffset(reader, width);
  const program = reader.position + length;
  const minimumInstruction = reader.u8();
  if (version >= 4) reader.u8(); // operations an instruction: 1 on WebAssembly
  reader.u8(); // statements by default
  const lineBase = (reader.u8() << 24) >> 24;
  const lineRange = reader.u8();
  if (lineRange === 0) throw malformed(reader.file, reader.position, 'a line range is 0');
  const opcodeBase = reader.u8();
  const operandCounts = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => reader.u8());
  const names = version >= 5 ? readNames5(reader, width, sections) : readNames4(reader);
  reader.skip(program - reader.position);
  const firstFile = version >= 5 ? 0 : 1;
  const unit: LineUnit = { ...names, firstFile, compilationDirectory };
  return { unit, minimumInstruction, lineBase, lineRange, opcodeBase, operandCounts };
}

type Names = Pick<LineUnit, 'directories' | 'files'>;

/** Up to DWARF 4: directory 0 is the compilation directory, which only `.debug_info` knows. */
function readNames4(reader: Reader): Names {
  const directories: string[] = [''];
  for (let name = reader.cString(); name !== ''; name = reader.cString()) directories.push(name);
  const files: { name: string; directory: number }[] = [];
  for (let name = reader.cString(); name !== ''; name = reader.cString()) {
    files.push({ name, directory: reader.uleb32() });
    reader.uleb64(); // time
    reader.uleb64(); // size
  }
  return { directories, files };
}

function readNames5(reader: Reader, width: 4 | 8, sections: DebugSections): Names {
  const directories = readEntries(reader, width, sections).map(({ name }) => name);
  return { directories, files: readEntries(reader, width, sections) };
}

function readEntries(
  reader: Reader,
  width: 4 | 8,
  sections: DebugSections,
): { name: string; directory: number }[] {
  const formats = Array.from({ length: reader.u8() }, () => [reader.uleb32(), reader.uleb32()] as const);
  const count = reader.uleb32();
  // Entries of no bytes would make a long loop of a damaged count.
  if (count > reader.end - reader.position) {
    throw malformed(reader.file, reader.position, `there are no ${count} file names`);
  }
  return Array.from({ length: formats.length === 0 ? 0 : count }, () => {
    const entry = { name: '', directory: 0 };
    for (const [content, form] of formats) {
      const value = readForm(reader, form, width, sections);
      if (content === CONTENT_PATH && typeof value === 'string') entry.name = value;
      if (content === CONTENT_DIRECTORY && typeof value === 'number') entry.directory = value;
    }
    return entry;
  });
}
