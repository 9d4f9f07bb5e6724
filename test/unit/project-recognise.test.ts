import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { findProjects, recognise, type Recogniser } from '../../extension/project/recognise.ts';
import { temporaryFolder, writeFiles } from './project-fixture.ts';

/** Knows a language by one file. */
function byFile(id: Recogniser['id'], file: string): Recogniser {
  return {
    id,
    recognise: (folder) =>
      access(join(folder, file)).then(
        () => file,
        () => undefined,
      ),
  };
}

const fakes = [byFile('rust', 'Cargo.toml'), byFile('c', 'Makefile'), byFile('javascript', 'package.json')];
const streamkitWit = '// comment\npackage streamkit:plugin@0.1.0;\nworld plugin {}\n';
const otherWit = 'package wasi:cli@0.2.0;\n';

test('a project of others is known by its WIT package or its SDK', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'a/Makefile': '',
    'a/wit/deps/wasi/package.wit': otherWit,
    'a/wit/plugin.wit': streamkitWit,
    'b/Cargo.toml': '[dependencies]\nstreamkit-plugin-sdk-wasm = "0.1"\n',
    'c/Makefile': '',
    'd/wit/plugin.wit': streamkitWit,
    'e/Makefile': '',
    'e/wit/plugin.wit': otherWit,
  });
  const found = await recognise(join(folder, 'a'), fakes);
  assert.deepEqual(found, {
    folder: join(folder, 'a'),
    name: 'a',
    contract: 'streamkit',
    language: 'c',
    recognisedBy: 'Makefile',
    config: {},
  });
  const rust = await recognise(join(folder, 'b'), fakes);
  assert.deepEqual([rust?.language, rust?.contract, rust?.recognisedBy], ['rust', 'streamkit', 'Cargo.toml']);
  // A WIT that nobody knows is a contract of its own.
  const own = await recognise(join(folder, 'e'), fakes);
  assert.deepEqual([own?.language, own?.contract, own?.recognisedBy], ['c', 'custom', 'Makefile']);
  for (const other of ['c', 'd', 'missing']) {
    assert.equal(await recognise(join(folder, other), fakes), undefined, other);
  }
});

test('hotplug.json comes first and may leave to the folder what it says itself', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'a/hotplug.json': '{"name":"gain","contract":"streamkit","language":"c","oops":1}',
    'a/Cargo.toml': '',
    'b/hotplug.json': '{}',
    'b/Cargo.toml': 'streamkit-plugin-sdk-wasm = "0.1"',
    'c/hotplug.json': '{"contract":"streamkit"}',
    'd/hotplug.json': '{"language":"rust"}',
  });
  const a = await recognise(join(folder, 'a'), fakes);
  assert.deepEqual(
    [a?.name, a?.language, a?.recognisedBy, a?.findings?.length],
    ['gain', 'c', 'hotplug.json', 1],
  );
  const b = await recognise(join(folder, 'b'), fakes);
  assert.deepEqual(
    [b?.name, b?.language, b?.contract, b?.recognisedBy],
    ['b', 'rust', 'streamkit', 'hotplug.json'],
  );
  await assert.rejects(recognise(join(folder, 'c'), fakes), /does not say the language/);
  await assert.rejects(recognise(join(folder, 'd'), fakes), /does not say the contract/);
});

test('projects are found three levels deep, not in builds and packages, and not inside each other', async (t) => {
  const folder = await temporaryFolder(t);
  const good = '{"contract":"streamkit","language":"c"}';
  await writeFiles(folder, {
    'one/hotplug.json': good,
    'one/inner/hotplug.json': good,
    'a/b/three/hotplug.json': good,
    'a/b/c/four/hotplug.json': good,
    'node_modules/x/hotplug.json': good,
    'target/hotplug.json': good,
    '.hidden/hotplug.json': good,
    'dist/hotplug.json': good,
    'broken/hotplug.json': '{',
  });
  const { projects, broken } = await findProjects(folder, fakes);
  assert.deepEqual(projects.map((project) => project.folder).sort(), [
    join(folder, 'a', 'b', 'three'),
    join(folder, 'one'),
  ]);
  assert.deepEqual(
    broken.map(({ folder: at, error }) => [at, error instanceof UserError]),
    [[join(folder, 'broken'), true]],
  );
  assert.equal((await findProjects(join(folder, 'one'), fakes)).projects.length, 1);
});

test("a plugin of Chipmunk's is known by its crate's feature, its target or its WIT", async (t) => {
  const folder = await temporaryFolder(t);
  const metadata = '[package.metadata.component]\npackage = "component:x"\n';
  await writeFiles(folder, {
    'a/Cargo.toml': `${metadata}[dependencies]\nplugins_api = { git = "https://github.com/esrlabs/chipmunk", features = ["parser"] }\n`,
    'b/Cargo.toml': '[dependencies.plugins_api]\npath = "../api"\nfeatures = ["bytesource"]\n',
    'c/Cargo.toml': `${metadata}[package.metadata.component.target]\npath = "wit"\nworld = "chipmunk:parser/parse"\n`,
    'd/Makefile': '',
    'd/wit/parser.wit': 'package chipmunk:parser@0.1.0;\n',
    'e/Makefile': '',
    'e/wit/bytesource.wit': 'package chipmunk:bytesource@0.1.0;\n',
    'f/Cargo.toml': '[dependencies]\nplugins_api = "1"\n',
  });
  const contracts = async (name: string): Promise<string | undefined> =>
    (await recognise(join(folder, name), fakes))?.contract;
  assert.equal(await contracts('a'), 'chipmunk-parser');
  assert.equal(await contracts('b'), 'chipmunk-bytesource');
  assert.equal(await contracts('c'), 'chipmunk-parser');
  assert.equal(await contracts('d'), 'chipmunk-parser');
  assert.equal(await contracts('e'), 'chipmunk-bytesource');
  assert.equal(await contracts('f'), undefined);
});
