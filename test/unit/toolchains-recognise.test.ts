import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageIds } from '../../extension/project/languages.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { witPackage } from '../../extension/toolchains/wit.ts';
import { folderWith } from './toolchains-fixture.ts';

const wit = { 'wit/plugin.wit': '// a comment\npackage streamkit:plugin@0.1.0;\n' };

async function answers(folder: string): Promise<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  for (const toolchain of Object.values(toolchains)) found[toolchain.id] = await toolchain.recognise(folder);
  return found;
}

/** What a folder is asked for, with no language's answer. */
const nothing = Object.fromEntries(languageIds.map((id) => [id, undefined]));

const cases: readonly {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, string>>;
}[] = [
  {
    name: 'a crate with the SDK',
    files: { 'Cargo.toml': '[dependencies]\nstreamkit-plugin-sdk-wasm = "0.1"\n' },
    expected: { rust: 'Cargo.toml with streamkit-plugin-sdk-wasm' },
  },
  {
    name: 'a crate with wit-bindgen and the WIT',
    files: { 'Cargo.toml': '[dependencies]\nwit-bindgen = "0.44"\n', ...wit },
    expected: { rust: 'Cargo.toml with wit-bindgen and wit/ of streamkit:plugin' },
  },
  {
    name: 'a crate of cargo-component',
    files: {
      'Cargo.toml': '[dependencies]\nwit-bindgen-rt = "0.44"\n[package.metadata.component]\n',
      ...wit,
    },
    expected: { rust: 'Cargo.toml with wit-bindgen-rt and wit/ of streamkit:plugin' },
  },
  {
    name: "a crate with Chipmunk's API",
    files: { 'Cargo.toml': '[dependencies]\nplugins_api = { path = "../api", features = ["parser"] }\n' },
    expected: { rust: 'Cargo.toml with plugins_api' },
  },
  {
    name: 'a crate of something else',
    files: { 'Cargo.toml': '[dependencies]\nserde = "1"\n' },
    expected: {},
  },
  { name: 'a manifest that is no TOML', files: { 'Cargo.toml': '[[', ...wit }, expected: {} },
  {
    name: 'JavaScript',
    files: { 'src/plugin.ts': '', ...wit },
    expected: { typescript: 'src/plugin.ts and wit/ of streamkit:plugin' },
  },
  {
    name: 'JavaScript by its manifest',
    files: { 'package.json': '{"main":"lib/node.js"}', 'lib/node.js': '', ...wit },
    expected: { javascript: 'lib/node.js and wit/ of streamkit:plugin' },
  },
  {
    name: 'a Go module with the WIT',
    files: { 'go.mod': 'module gain\n', ...wit },
    expected: { go: 'go.mod and wit/ of streamkit:plugin' },
  },
  { name: 'a Go module of something else', files: { 'go.mod': 'module gain\n' }, expected: {} },
  {
    name: 'Python',
    files: { 'src/app.py': '', 'pyproject.toml': '', ...wit },
    expected: { python: 'src/app.py and wit/ of streamkit:plugin' },
  },
  { name: 'a Python script that is no plugin', files: { 'app.py': '' }, expected: {} },
  {
    name: 'a Makefile beside C files and the WIT',
    files: { Makefile: '', 'plugin.c': '', ...wit },
    expected: { c: 'Makefile and wit/ of streamkit:plugin' },
  },
  {
    name: 'C that has the exports',
    files: { 'gain.c': 'void exports_streamkit_plugin_node_metadata(node_metadata_t *ret) {}' },
    expected: { c: "gain.c with StreamKit's exports" },
  },
  {
    name: 'another WIT',
    files: { 'wit/a.wit': 'package a:b;', 'plugin.js': '', Makefile: '' },
    expected: { javascript: 'plugin.js and wit/ of a:b' },
  },
  {
    name: 'a crate with another WIT',
    files: { 'wit/a.wit': 'package a:b;', 'Cargo.toml': '[dependencies]\nwit-bindgen = "0.63"\n' },
    expected: { rust: 'Cargo.toml with wit-bindgen and wit/ of a:b' },
  },
  {
    name: 'a crate that hosts components',
    files: { 'wit/a.wit': 'package a:b;', 'Cargo.toml': '[dependencies]\nwasmtime = "48"\n' },
    expected: {},
  },
  {
    name: 'a Go module with another WIT',
    files: { 'wit/a.wit': 'package a:b;', 'go.mod': 'module x\n' },
    expected: { go: 'go.mod and wit/ of a:b' },
  },
  { name: 'nothing', files: {}, expected: {} },
];

for (const { name, files, expected } of cases) {
  test(`recognises ${name}`, async (t) => {
    const found = await answers(await folderWith(t, files));
    assert.deepEqual(found, { ...nothing, ...expected });
  });
}

test('a folder that does not exist is no project', async () => {
  assert.deepEqual(await answers('/there/is/no/such/folder'), nothing);
  assert.equal(await witPackage('/there/is/no/such/folder'), undefined);
});
