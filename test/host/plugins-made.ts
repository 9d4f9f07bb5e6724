/** Chipmunk plugins in a few lines of JavaScript, really built: what each export does is given as source. */
import { readFile } from 'node:fs/promises';
import { assetPath } from '../../extension/assets.ts';
import { componentizeSource, findComponentizer } from '../../extension/toolchains/javascript-componentize.ts';
import { readWitFolder, type WitFile } from '../../extension/wit/files.ts';

export interface Exports {
  readonly version?: string;
  readonly schemas?: string;
  readonly render?: string;
  readonly init?: string;
  /** Of `data`, an Uint8Array. */
  readonly parse?: string;
}

const SCHEMAS = `[
  { id: 'separator', title: 'Separator', inputType: { tag: 'text', val: ';' } },
  { id: 'factor', title: 'Factor', description: 'How much', inputType: { tag: 'float', val: 1.5 } },
  { id: 'mode', title: 'Mode', inputType: { tag: 'dropdown', val: [['a', 'b'], 'a'] } },
]`;

/** The function bodies of a parser; what is absent is a correct one. */
export async function makeParser(
  exports: Exports = {},
  change: (wit: string) => string = (wit) => wit,
): Promise<Uint8Array> {
  const {
    version = 'return { major: 1, minor: 2, patch: 3 };',
    schemas = `return ${SCHEMAS};`,
    render = `return { columnsOptions: { columns: [{ caption: 'Time', description: 'When', width: 50 }], minWidth: 10, maxWidth: 100 } };`,
    init = '',
    parse = 'return [{ value: undefined, consumed: data.length }];',
  } = exports;
  const source = `export const parser = {
    getVersion() { ${version} },
    getConfigSchemas() { ${schemas} },
    getRenderOptions() { ${render} },
    init() { ${init} },
    parse(data) { ${parse} },
  };`;
  return make('parser', 'parse', source, change);
}

/** A byte source that gives nothing. */
export async function makeByteSource(): Promise<Uint8Array> {
  const source = `export const byteSource = {
    getVersion() { return { major: 0, minor: 0, patch: 1 }; },
    getConfigSchemas() { return [{ id: 'input', title: 'Input', inputType: { tag: 'files', val: ['log'] } }]; },
    init() { throw { tag: 'config', val: 'no input' }; },
    read() { return new Uint8Array(); },
  };`;
  return make('bytesource', 'bytesource', source, (wit) => wit);
}

async function make(
  folder: string,
  world: string,
  source: string,
  change: (wit: string) => string,
): Promise<Uint8Array> {
  const componentizer = findComponentizer(undefined);
  if (componentizer === undefined) throw new Error('componentize-qjs is not installed');
  const read = await readWitFolder(assetPath('wit', 'chipmunk', '0.1.0', folder));
  const wit: readonly WitFile[] = read.map((file) => ({ ...file, text: change(file.text) }));
  const request = { wit, world, source, fileName: 'plugin.js', disguise: false };
  return componentizeSource(componentizer, request);
}

/** A core module, which is no plugin. */
export async function coreModule(): Promise<Uint8Array> {
  return readFile(assetPath('test', 'fixtures', 'wasm', 'trap-c-dwarf4.wasm'));
}
