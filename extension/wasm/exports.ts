import { concat, Reader } from './reader.ts';
import { ComponentSection, readSections, type Section } from './sections.ts';

/** Sorts of what a component exports, as they are written. */
const FUNCTION = 1;
const INSTANCE = 5;
/** A section with one instance that has nothing in it. */
const EMPTY_INSTANCE = [ComponentSection.instance, 3, 1, 1, 0];

/**
 * A component without one of its exports. As it is where it does not export that, or in a way in which tools
 * do not write it. Throws a UserError for a damaged one.
 *
 * An export is a definition, too, and everything after it is counted on from there. So another definition of
 * the same sort stands in its place and no number changes: once more the alias that was exported, or an empty
 * instance. What would refer to the export by its number is not looked for, as tools refer to what it exports.
 */
export function withoutExport(component: Uint8Array, name: string, file = 'the component'): Uint8Array {
  const sections = readSections(component, file);
  for (const [index, section] of sections.entries()) {
    const sort = sortOf(component, section, name, file);
    if (sort === undefined) continue;
    const instead = standIn(component, sort, sections[index - 1]);
    if (instead === undefined) return component;
    return concat([component.subarray(0, section.start), instead, component.subarray(section.end)]);
  }
  return component;
}

/** The sort of what a section exports by this name and nothing beside it. */
function sortOf(component: Uint8Array, section: Section, name: string, file: string): number | undefined {
  if (section.id !== ComponentSection.export) return undefined;
  const reader = new Reader(component, file, section.payloadStart, section.end);
  if (reader.uleb32() !== 1 || reader.u8() > 1 || reader.name() !== name) return undefined;
  return reader.u8();
}

/** A section that defines something of this sort. `before` is the one before the export's. */
function standIn(
  component: Uint8Array,
  sort: number,
  before: Section | undefined,
): Uint8Array | readonly number[] | undefined {
  if (sort === INSTANCE) return EMPTY_INSTANCE;
  if (sort !== FUNCTION || before?.id !== ComponentSection.alias) return undefined;
  const [count, aliased] = component.subarray(before.payloadStart, before.end);
  return count === 1 && aliased === FUNCTION ? component.subarray(before.start, before.end) : undefined;
}
