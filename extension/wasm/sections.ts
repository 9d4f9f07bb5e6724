import { UserError } from '../errors.ts';
import { concat, malformed, offsetText, Reader, uleb } from './reader.ts';

/** A section of a core module or a component. All numbers are offsets in the bytes that it was read from. */
export interface Section {
  readonly id: number;
  /** Where the id byte is. */
  readonly start: number;
  readonly payloadStart: number;
  readonly end: number;
  /** The name of a custom section (id 0), and where its own bytes start after that. */
  readonly name?: string;
  readonly dataStart: number;
}

export type Layer = 'module' | 'component';

/** Section ids that mean something here. */
export const ModuleSection = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  global: 6,
  export: 7,
  code: 10,
  tag: 13,
} as const;
export const ComponentSection = {
  custom: 0,
  module: 1,
  component: 4,
  instance: 5,
  alias: 6,
  import: 10,
  export: 11,
} as const;

const PREAMBLE = 8;
const LAST_ID: Readonly<Record<Layer, number>> = { module: 13, component: 12 };
/** Deeper nesting than this is no toolchain's output. */
const DEEPEST = 64;

/** Tells a core module from a component; throws a UserError for everything else. */
export function layerOf(bytes: Uint8Array, file = 'the module'): Layer {
  const [a, b, c, d, version = 0, versionHigh = 0, layer = 0, layerHigh = 0] = bytes;
  if (a !== 0 || b !== 0x61 || c !== 0x73 || d !== 0x6d) throw notWasm(bytes, file);
  if (bytes.length < PREAMBLE) {
    throw malformed(file, bytes.length, `the file ends within its first ${PREAMBLE} bytes`);
  }
  const [v, l] = [version | (versionHigh << 8), layer | (layerHigh << 8)];
  if (l === 0 && v === 1) return 'module';
  if (l === 1 && v === 13) return 'component';
  const what = l === 1 ? `a component of binary version ${v}` : `WebAssembly of version ${v}, layer ${l}`;
  throw new UserError(
    `${file} is ${what}, which cannot be run: core modules of version 1 and components of version 13 can.`,
    'Build it again with current tools.',
  );
}

/** Throws a UserError that says what it is instead unless these are a component's bytes. */
export function requireComponent(bytes: Uint8Array, file: string): void {
  if (layerOf(bytes, file) !== 'component') throw noComponent(file);
}

/** The error for a core module where a component is due. */
export function noComponent(file: string): UserError {
  return new UserError(
    `${file} is a core module, and a component is due.`,
    'Build for a component target (Rust: --target wasm32-wasip2), or wrap it with `wasm-tools component new`.',
  );
}

/** The top-level sections of a core module or a component, in order. Sizes are checked, contents are not. */
export function readSections(bytes: Uint8Array, file = 'the module'): readonly Section[] {
  const layer = layerOf(bytes, file);
  const reader = new Reader(bytes, file, PREAMBLE);
  const sections: Section[] = [];
  while (!reader.done) {
    const start = reader.position;
    const id = reader.u8();
    if (id > LAST_ID[layer]) throw malformed(file, start, `a ${layer} has no section of kind ${id}`);
    const size = reader.uleb32();
    const payloadStart = reader.position;
    const end = payloadStart + size;
    if (end > bytes.length) {
      throw new UserError(
        `${file} is truncated at ${offsetText(bytes.length)}: the section at ${offsetText(start)} goes on for ${end - bytes.length} more bytes.`,
        'Build it again, or copy it again if it came from elsewhere.',
      );
    }
    if (id === ModuleSection.custom) {
      const inner = new Reader(bytes, file, payloadStart, end);
      const name = inner.name();
      sections.push({ id, start, payloadStart, end, name, dataStart: inner.position });
    } else {
      sections.push({ id, start, payloadStart, end, dataStart: payloadStart });
    }
    reader.skip(size);
  }
  return sections;
}

/**
 * Takes custom sections out of a component, its nested components and its core modules, and mends the
 * sizes around them. Sections that names and bindings hang on stay whatever `keep` says.
 */
export function stripCustomSections(
  component: Uint8Array,
  keep: (name: string) => boolean,
  file = 'the component',
): Uint8Array<ArrayBuffer> {
  return strip(component, keep, file, 0);
}

/** A module or component with one more custom section at its end. */
export function withCustomSection(
  bytes: Uint8Array,
  name: string,
  content: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(name);
  const payload = concat([uleb(encoded.length), encoded, content]);
  return concat([bytes, [ModuleSection.custom, ...uleb(payload.length)], payload]);
}

function strip(
  bytes: Uint8Array,
  keep: (name: string) => boolean,
  file: string,
  depth: number,
): Uint8Array<ArrayBuffer> {
  if (depth > DEEPEST) throw malformed(file, 0, `components are nested more than ${DEEPEST} deep`);
  const component = layerOf(bytes, file) === 'component';
  const parts: (Uint8Array | number[])[] = [bytes.subarray(0, PREAMBLE)];
  for (const section of readSections(bytes, file)) {
    if (section.name !== undefined && !isNeeded(section.name) && !keep(section.name)) continue;
    if (component && (section.id === ComponentSection.module || section.id === ComponentSection.component)) {
      const nested = strip(bytes.subarray(section.payloadStart, section.end), keep, file, depth + 1);
      parts.push([section.id, ...uleb(nested.length)], nested);
    } else {
      parts.push(bytes.subarray(section.start, section.end));
    }
  }
  return concat(parts);
}

function isNeeded(name: string): boolean {
  return name === 'name' || name === 'component-name' || name.startsWith('component-type');
}

function notWasm(bytes: Uint8Array, file: string): UserError {
  if (bytes.length === 0) return new UserError(`${file} is empty.`, 'Build it again.');
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart();
  const what = /^\((module|component)/.test(start)
    ? 'it is WebAssembly in text form'
    : start.startsWith('\x7fELF')
      ? 'it is a native program or library'
      : start.startsWith('\x1f\x8b') || start.startsWith('PK\x03\x04')
        ? 'it is a compressed archive'
        : `it starts with ${[...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')} where 00 61 73 6d is due`;
  return new UserError(
    `${file} is not WebAssembly: ${what}.`,
    'Point to the .wasm file that the build leaves.',
  );
}
