import { type LineUnit, type Rows, runLineProgram, type Sequence } from './line-program.ts';
import { Reader } from './reader.ts';
import { ModuleSection, readSections } from './sections.ts';
import { compilationDirectories, type DebugSections, initialLength } from './units.ts';

interface SourceLocation {
  /** Absolute where the compiler wrote enough to tell. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1; 0 where the compiler did not say. */
  readonly column: number;
}

export interface LineTable {
  /** `codeOffset` is counted from the start of the Code section's payload. */
  lookup(codeOffset: number): SourceLocation | undefined;
}

/**
 * The line table of a core module (DWARF 2 to 5), read at the first look-up; functions that the linker
 * dropped are left out. A position inside an inlined call is the inlined code's: the callers it was
 * inlined into are not listed. Throws a UserError where the module's sections are damaged; damaged debug
 * sections only make look-ups give undefined.
 */
export function lineTable(module: Uint8Array, file = 'the module'): LineTable {
  const found = readSections(module, file);
  const code = found.find(({ id }) => id === ModuleSection.code);
  const size = code ? code.end - code.payloadStart : 0;
  const open = (name: string): Reader => {
    const section = found.find((candidate) => candidate.name === name);
    return new Reader(module, file, section?.dataStart ?? 0, section?.end ?? 0);
  };
  const sections: DebugSections = {
    line: open('.debug_line'),
    lineStrings: open('.debug_line_str'),
    strings: open('.debug_str'),
    info: open('.debug_info'),
    abbreviations: open('.debug_abbrev'),
  };
  let table: Table | undefined;
  return { lookup: (codeOffset) => find((table ??= build(sections, size)), codeOffset) };
}

interface Table {
  readonly rows: Rows;
  /** By start; they do not overlap. */
  readonly sequences: readonly Sequence[];
}

function build(sections: DebugSections, codeSize: number): Table {
  const rows: Rows = { addresses: [], files: [], lines: [], columns: [] };
  const sequences: Sequence[] = [];
  const directories = compilationDirectories(sections);
  const { bytes, file, position: base, end } = sections.line;
  const units = new Reader(bytes, file, base, end);
  try {
    while (!units.done) {
      const offset = units.position - base;
      const { length, width } = initialLength(units);
      const start = units.skip(length);
      const unit = new Reader(bytes, file, start, start + length);
      try {
        runLineProgram(unit, width, sections, directories.get(offset), rows, sequences);
      } catch {
        // The unit is damaged; the next one starts at a known place all the same.
        continue;
      }
    }
  } catch {
    // What follows cannot be found; what came before stays useful.
  }
  // The linker gives code that it dropped the address 0 or one past every address.
  const live = sequences.filter(({ start, end: last }) => start > 0 && last > start && last <= codeSize);
  return { rows, sequences: live.sort((a, b) => a.start - b.start) };
}

function find({ rows, sequences }: Table, address: number): SourceLocation | undefined {
  const sequence = sequences[lastAtMost(sequences.length, (index) => sequences[index]?.start, address)];
  if (!sequence || address >= sequence.end) return undefined;
  const { first, last, unit } = sequence;
  const count = last - first + 1;
  let row = first + lastAtMost(count, (index) => rows.addresses[first + index], address);
  // Line 0 is code of no line, such as a jump that the compiler added: the line before is what led there.
  while (row > first && rows.lines[row] === 0) row--;
  const line = rows.lines[row];
  const name = pathOf(unit, rows.files[row]);
  if (!line || line < 0 || name === undefined) return undefined;
  return { file: name, line, column: rows.columns[row] ?? 0 };
}

/** The last index whose key is at most `limit`; -1 where there is none. Keys must not fall. */
function lastAtMost(count: number, key: (index: number) => number | undefined, limit: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((key(middle) ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function pathOf(unit: LineUnit, file: number | undefined): string | undefined {
  const entry = file === undefined ? undefined : unit.files[file - unit.firstFile];
  if (!entry) return undefined;
  const directory = unit.directories[entry.directory] ?? '';
  const root = unit.firstFile === 0 ? (unit.directories[0] ?? '') : (unit.compilationDirectory ?? '');
  return join(root, join(directory, entry.name));
}

function join(directory: string, name: string): string {
  if (directory === '' || /^([A-Za-z]:|\w+:\/)?[\\/]/.test(name)) return name;
  return `${directory.replace(/[\\/]$/, '')}/${name.replace(/^(\.[\\/])+/, '')}`;
}
