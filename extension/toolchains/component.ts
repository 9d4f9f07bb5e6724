/** From a core module to a component. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assetPath } from '../assets.ts';
import { readImports } from '../wasm/imports.ts';
import { concat, Reader, uleb } from '../wasm/reader.ts';
import { ComponentSection, ModuleSection, readSections, type Section } from '../wasm/sections.ts';

/** Makes a component of a core module that carries its component type. Rejects where the two do not fit. */
export async function componentOf(core: Uint8Array): Promise<Uint8Array> {
  // Loading it compiles 2.4 MB of WebAssembly, so only once something needs it.
  const { componentNew } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  return componentNew(core, [['wasi_snapshot_preview1', await adapter()]]);
}

function adapter(): Promise<Uint8Array> {
  return readFile(assetPath('vendor', 'wasi_snapshot_preview1.reactor.wasm'));
}

/** What a component has around its main module, and what the tools changed in that. */
interface Shell {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Whole sections of the main module by {@link sectionKey}: names of imports are made different, producers are added. */
  readonly replaced: ReadonlyMap<string, Uint8Array>;
}

const shells = new Map<string, Shell>();
/** Shells that are kept: a build process builds few projects. */
const KEPT = 8;

/**
 * The same for a core module whose component type is apart from it. What stands around the module depends
 * only on what the module imports and exports, which most edits do not change: where `quick`, the next build
 * of a large module does not wait for the tools to look through all of it.
 */
export async function componentOfType(
  core: Uint8Array,
  type: Uint8Array,
  quick: boolean,
): Promise<Uint8Array> {
  if (!quick) return componentOf(withSection(core, 'component-type', type));
  const key = shapeOf(core, type);
  const known = shells.get(key);
  if (known !== undefined) {
    const main = withReplaced(core, known.replaced);
    return concat([known.before, uleb(main.length), main, known.after]);
  }
  const component = await componentOf(withSection(core, 'component-type', type));
  const shell = shellOf(component, core);
  if (shell !== undefined) {
    shells.set(key, shell);
    const [oldest] = shells.keys();
    if (shells.size > KEPT && oldest !== undefined) shells.delete(oldest);
  }
  return component;
}

/** A module with one more custom section at its end. */
function withSection(module: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const named = new TextEncoder().encode(name);
  const payload = concat([uleb(named.length), named, content]);
  return concat([module, [0], uleb(payload.length), payload]);
}

/** Undefined where the component has no module with this one's code. */
function shellOf(component: Uint8Array, core: Uint8Array): Shell | undefined {
  const code = codeIn(core);
  for (const { id, start, payloadStart, end } of readSections(component)) {
    if (id !== ComponentSection.module) continue;
    const main = component.subarray(payloadStart, end);
    if (Buffer.compare(codeIn(main), code) !== 0) continue;
    const replaced = readSections(main, FILE)
      .filter(isReplaced)
      .map((section) => [sectionKey(section), main.slice(section.start, section.end)] as const);
    return {
      before: component.slice(0, start + 1),
      after: component.slice(end),
      replaced: new Map(replaced),
    };
  }
  return undefined;
}

function codeIn(module: Uint8Array): Uint8Array {
  const code = readSections(module, FILE).find(({ id }) => id === ModuleSection.code);
  return code === undefined ? new Uint8Array() : module.subarray(code.payloadStart, code.end);
}

function withReplaced(core: Uint8Array, replaced: Shell['replaced']): Uint8Array {
  const sections = readSections(core, FILE);
  const [first] = sections;
  const head = core.subarray(0, first?.start ?? core.length);
  return concat([
    head,
    ...sections.map(
      (section) =>
        (isReplaced(section) ? replaced.get(sectionKey(section)) : undefined) ??
        core.subarray(section.start, section.end),
    ),
  ]);
}

function isReplaced({ id, name }: Section): boolean {
  return id === ModuleSection.import || name === 'producers';
}

function sectionKey({ id, name = '' }: Section): string {
  return `${id} ${name}`;
}

const TYPE_SECTION = 1;
const FUNCTION_SECTION = 3;
const FILE = 'the core module';

/** All of a module that its component depends on: the types of what it imports and of what it exports. */
function shapeOf(core: Uint8Array, type: Uint8Array): string {
  const hash = createHash('sha256').update(type);
  const sections = new Map(readSections(core, FILE).map((section) => [section.id, section]));
  const bytesOf = (id: number): Uint8Array => {
    const section = sections.get(id);
    return section === undefined ? new Uint8Array() : core.subarray(section.payloadStart, section.end);
  };
  for (const id of [TYPE_SECTION, ModuleSection.import]) {
    hash.update(Uint32Array.of(bytesOf(id).length)).update(bytesOf(id));
  }
  const imports = sections.get(ModuleSection.import);
  const imported = imports === undefined ? [] : readImports(core, imports, FILE);
  const functions = imported.filter(({ kind }) => kind === 'function').length;
  const types = functionTypes(bytesOf(FUNCTION_SECTION));
  const reader = new Reader(bytesOf(ModuleSection.export), FILE);
  for (let left = reader.done ? 0 : reader.uleb32(); left > 0; left--) {
    const name = reader.name();
    const kind = reader.u8();
    const index = reader.uleb32();
    hash.update(JSON.stringify([name, kind, kind === 0 ? types[index - functions] : undefined]));
  }
  return hash.digest('hex');
}

/** The index of its type for each function that a module defines. */
function functionTypes(payload: Uint8Array): readonly number[] {
  const reader = new Reader(payload, FILE);
  return Array.from({ length: reader.done ? 0 : reader.uleb32() }, () => reader.uleb32());
}
