import { readImports } from './imports.ts';
import { malformed, Reader } from './reader.ts';
import { ModuleSection, readSections } from './sections.ts';

/** Where a core module's functions are in its bytes. */
export interface Code {
  /** Offset of the Code section's payload: what DWARF counts from. Undefined where there is no code. */
  readonly start: number | undefined;
  /** Is this offset in the module inside the body of the function with this index? */
  contains(functionIndex: number, offset: number): boolean;
}

/** Finds a core module's functions; throws a UserError for a damaged one. */
export function codeOf(module: Uint8Array, file = 'the module'): Code {
  const sections = readSections(module, file);
  const code = sections.find(({ id }) => id === ModuleSection.code);
  if (!code) return { start: undefined, contains: () => false };
  const imported = sections
    .filter(({ id }) => id === ModuleSection.import)
    .flatMap((section) => readImports(module, section, file))
    .filter(({ kind }) => kind === 'function').length;
  const reader = new Reader(module, file, code.payloadStart, code.end);
  const count = reader.uleb32();
  if (count > reader.end - reader.position)
    throw malformed(file, code.start, `there are no ${count} functions`);
  const starts = new Float64Array(count + 1);
  for (let index = 0; index < count; index++) {
    starts[index] = reader.position;
    reader.skip(reader.uleb32());
  }
  starts[count] = reader.position;
  return {
    start: code.payloadStart,
    contains: (functionIndex, offset) => {
      const index = functionIndex - imported;
      const [start, end] = [starts[index], starts[index + 1]];
      return start !== undefined && end !== undefined && offset >= start && offset < end;
    },
  };
}
