/**
 * componentize-qjs exports a function `init` of its own, before everything else: it runs it once, while it makes the
 * component, and nobody calls it afterwards. A host that knows a plugin by its first export (Chipmunk) takes it for
 * the plugin's, so it is left out where nothing else in the binary counts on it.
 */
import { Reader, concat } from '../wasm/reader.ts';
import { ComponentSection, readSections, type Section } from '../wasm/sections.ts';

const INIT = 'init';
const SORT = { function: 1, instance: 5 } as const;
/** Sections that define things of which none refers to a function by its number. */
const ALIAS = 6;
const TYPE = 7;

/** The component without that export; as it is where it has none, or where functions are numbered after it. */
export function withoutInit(component: Uint8Array): Uint8Array {
  const sections = readSections(component, 'the component');
  const at = sections.findIndex((section) => isExport(component, section, SORT.function, INIT));
  const init = sections[at];
  if (init === undefined) return component;
  const countsOn = ({ id }: Section): boolean =>
    id !== ALIAS && id !== TYPE && id !== ComponentSection.custom && id !== ComponentSection.export;
  const after = sections.slice(at + 1);
  const isLast = after.every(
    (section) =>
      !countsOn(section) &&
      (section.id !== ComponentSection.export || isExport(component, section, SORT.instance)),
  );
  return isLast ? concat([component.subarray(0, init.start), component.subarray(init.end)]) : component;
}

/** Whether a section exports one thing of this sort, by this name where one is given. */
function isExport(bytes: Uint8Array, section: Section, sort: number, name?: string): boolean {
  if (section.id !== ComponentSection.export) return false;
  const reader = new Reader(bytes, 'the component', section.payloadStart, section.end);
  if (reader.uleb32() !== 1) return false;
  reader.u8();
  const found = reader.name();
  return (name === undefined || found === name) && reader.u8() === sort;
}
