import type { ModuleInfo } from '../host/component.ts';
import { memoriesOf } from './limits.ts';
import { malformed, Reader } from './reader.ts';
import { ComponentSection, layerOf, readSections, type Section } from './sections.ts';

/** Deeper nesting than this is no toolchain's output. */
const DEEPEST = 64;

/**
 * The core modules of a component, in the order in which they occur, nested components included; of a
 * core module, itself. Views of the same bytes.
 */
export function coreModules(bytes: Uint8Array, file = 'the component'): readonly Uint8Array[] {
  return layersOf(bytes, file, 0).filter((layer) => layerOf(layer, file) === 'module');
}

/** Whether some core module of a component says which lines of sources its code comes from. */
export function hasLines(bytes: Uint8Array, file = 'the component'): boolean {
  return coreModules(bytes, file).some((module) =>
    readSections(module, file).some(({ name }) => name === '.debug_line'),
  );
}

/** What is to be said of each core module of a component. */
export function componentModules(bytes: Uint8Array, file = 'the component'): readonly ModuleInfo[] {
  return coreModules(bytes, file).map((module) => moduleInfo(module, file));
}

/**
 * Names that a component imports and exports at its top level, with versions: `wasi:io/poll@0.2.0`.
 * Throws a UserError for a damaged one.
 */
export function componentNames(
  bytes: Uint8Array,
  file = 'the component',
): { readonly imports: readonly string[]; readonly exports: readonly string[] } {
  const imports: string[] = [];
  const exports: string[] = [];
  if (layerOf(bytes, file) === 'component') {
    for (const section of readSections(bytes, file)) {
      if (section.id === ComponentSection.import) imports.push(...importNames(bytes, section, file));
      if (section.id === ComponentSection.export) exports.push(...exportNames(bytes, section, file));
    }
  }
  return { imports, exports };
}

/** Tools that the producers sections of a component and its modules name, each once: `rustc 1.95.0`. */
export function producersOf(bytes: Uint8Array, file = 'the component'): readonly string[] {
  const tools = new Set<string>();
  for (const layer of layersOf(bytes, file, 0)) {
    for (const section of readSections(layer, file)) {
      if (section.name !== 'producers') continue;
      const reader = new Reader(layer, file, section.dataStart, section.end);
      for (let fields = reader.uleb32(); fields > 0; fields--) {
        const field = reader.name();
        for (let values = reader.uleb32(); values > 0; values--) {
          const tool = `${reader.name()} ${reader.name()}`.trim();
          if (field === 'processed-by' || field === 'sdk') tools.add(tool);
        }
      }
    }
  }
  return [...tools];
}

/** The bytes themselves, then the components and modules inside. */
function layersOf(bytes: Uint8Array, file: string, depth: number): Uint8Array[] {
  if (depth > DEEPEST) throw malformed(file, 0, `components are nested more than ${DEEPEST} deep`);
  if (layerOf(bytes, file) === 'module') return [bytes];
  const nested = readSections(bytes, file)
    .filter(({ id }) => id === ComponentSection.module || id === ComponentSection.component)
    .flatMap((section) => layersOf(bytes.subarray(section.payloadStart, section.end), file, depth + 1));
  return [bytes, ...nested];
}

function moduleInfo(module: Uint8Array, file: string): ModuleInfo {
  const own = memoriesOf(module, file).find((memory) => !memory.imported);
  const customSections: Record<string, number> = {};
  for (const { name, dataStart, end } of readSections(module, file)) {
    if (name !== undefined) customSections[name] = (customSections[name] ?? 0) + end - dataStart;
  }
  return {
    bytes: module.length,
    ...(own && {
      memory: {
        minimumPages: Number(own.minimum),
        ...(own.maximum !== undefined && { maximumPages: Number(own.maximum) }),
      },
    }),
    customSections,
  };
}

function importNames(bytes: Uint8Array, section: Section, file: string): string[] {
  const reader = new Reader(bytes, file, section.payloadStart, section.end);
  const names: string[] = [];
  for (let left = reader.uleb32(); left > 0; left--) {
    names.push(externName(reader));
    skipExternType(reader);
  }
  return names;
}

function exportNames(bytes: Uint8Array, section: Section, file: string): string[] {
  const reader = new Reader(bytes, file, section.payloadStart, section.end);
  const names: string[] = [];
  for (let left = reader.uleb32(); left > 0; left--) {
    names.push(externName(reader));
    const sort = reader.u8();
    if (sort === 0) reader.u8();
    reader.uleb32();
    if (reader.u8() === 1) skipExternType(reader);
  }
  return names;
}

/** A name after its form: 0 and 1 are plain, 2 has attributes after it. */
function externName(reader: Reader): string {
  const form = reader.u8();
  if (form > 2) throw malformed(reader.file, reader.position - 1, `there is no name of form ${form}`);
  const name = reader.name();
  if (form === 2) {
    for (let left = reader.uleb32(); left > 0; left--) {
      reader.u8();
      reader.name();
    }
  }
  return name;
}

function skipExternType(reader: Reader): void {
  const kind = reader.u8();
  switch (kind) {
    case 0: // core module
      reader.u8();
      reader.uleb32();
      return;
    case 2: // value: an index or a value type
    case 3: // type: an index, or a fresh resource
      if (reader.u8() === 0 || kind === 2) reader.sleb32();
      return;
    case 1: // function
    case 4: // component
    case 5: // instance
      reader.uleb32();
      return;
    default:
      throw malformed(reader.file, reader.position - 1, `there is no import or export of kind ${kind}`);
  }
}
