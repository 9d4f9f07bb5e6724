import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Builder } from '../../extension/project/builder.ts';
import type { BuildStamp } from '../../extension/project/project.ts';
import { rust } from '../../extension/toolchains/rust.ts';
import { projectAt, temporaryFolder, writeFiles } from './project-fixture.ts';

const wit = `package my:sums@1.0.0;

interface counting {
  /// Adds.
  add: func(count: u32) -> u32;
  forget: func();
}

world plugin {
  export counting;
}
`;

const source = `struct Plugin;

impl exports::my::sums::counting::Guest for Plugin {
    fn add(count: u32) -> u32 {
        count
    }

    fn forget() {}
}
`;

/** A project whose builds do nothing, and how one goes. */
async function project(
  t: TestContext,
): Promise<{ folder: string; build: () => Promise<{ stamp: BuildStamp; output: string }> }> {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { 'wit/world.wit': wit, 'src/lib.rs': source });
  const build = async (): Promise<{ stamp: BuildStamp; output: string }> => {
    let output = '';
    const builder = new Builder({
      project: projectAt(folder, { language: 'rust', contract: 'custom' }),
      toolchain: {
        ...rust,
        build: () =>
          Promise.resolve({
            ok: true,
            artifact: { kind: 'component', path: join(folder, 'x.wasm') },
            diagnostics: [],
          }),
        bindings: () => Promise.resolve(['src/bindings.rs']),
      },
      write: (text) => (output += text),
    });
    const stamp = await builder.build('development');
    await builder.dispose();
    return { stamp, output };
  };
  return { folder, build };
}

void test('a change of the WIT is said at the function that it breaks, once, and the bindings are written anew', async (t) => {
  const { folder, build } = await project(t);
  const first = await build();
  assert.deepEqual([first.stamp.status, first.stamp.diagnostics, first.output], ['ok', [], '']);

  const file = join(folder, 'wit', 'world.wit');
  await writeFile(file, wit.replace('add: func(count: u32)', 'add: func(count: u64)'));
  const changed = await build();
  const line = source.slice(0, source.indexOf('fn add')).split('\n').length;
  assert.equal(changed.stamp.status, 'ok');
  assert.deepEqual(
    changed.stamp.diagnostics.map(({ severity, file, line }) => [severity, file, line]),
    [['warning', join(folder, 'src', 'lib.rs'), line]],
  );
  assert.match(
    changed.stamp.diagnostics[0]?.message ?? '',
    /^export my:sums\/counting@1\.0\.0#add changed in the WIT: .*u32.*u64.* \(wit\/world\.wit:5:\d+\)$/,
  );
  assert.ok(changed.output.includes(`${join(folder, 'src', 'lib.rs')}:${line}:`), changed.output);
  assert.match(changed.output, /^src\/bindings\.rs was written anew from wit\/\.$/m);

  const again = await build();
  assert.deepEqual([again.stamp.diagnostics, again.output], [[], '']);
});

void test('an export that is gone is said where the code still has it; a comment changes nothing', async (t) => {
  const { folder, build } = await project(t);
  await build();
  const file = join(folder, 'wit', 'world.wit');
  await writeFile(file, wit.replace('/// Adds.', '/// Adds one to the other.'));
  assert.deepEqual((await build()).stamp.diagnostics, []);
  await writeFile(file, wit.replace('  forget: func();\n', ''));
  const { stamp } = await build();
  const line = source.slice(0, source.indexOf('fn forget')).split('\n').length;
  assert.deepEqual(
    stamp.diagnostics.map(({ file, line }) => [file, line]),
    [[join(folder, 'src', 'lib.rs'), line]],
  );
});

void test('a mistake in the WIT is a problem in its line, and the next build compares with the last good one', async (t) => {
  const { folder, build } = await project(t);
  await build();
  const kept = await readFile(join(folder, '.hotplug', 'wit.json'), 'utf8');
  const file = join(folder, 'wit', 'world.wit');
  await writeFile(file, wit.replace('count: u32', 'count: u33'));
  const { stamp, output } = await build();
  assert.equal(stamp.status, 'failed');
  assert.deepEqual(
    stamp.diagnostics.map(({ severity, file, line }) => [severity, file, line]),
    [['error', file, 5]],
  );
  assert.ok(output.includes(`${file}:5:`), output);
  assert.equal(await readFile(join(folder, '.hotplug', 'wit.json'), 'utf8'), kept);
});
