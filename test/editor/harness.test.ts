import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/paths.ts';
import { eventually } from './harness/eventually.ts';
import { openWorkbench, runInside } from './harness/workbench.ts';

const probe = join(root, 'test', 'fixtures', 'editor-extension');

test('the harness drives the palette, inputs, the editor, Problems, webviews and the status bar', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-harness-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'lines.txt');
  await writeFile(file, 'one\ntwo\nthree\n');
  await using session = await openWorkbench({ folder, extensionDevelopmentPath: probe });

  await session.chooseFrom('Probe: Ask', 'pear');
  await session.fill('Name', 'x');
  await session.fill('Name', '');
  await eventually('the input says what is wrong', async () =>
    (await session.inputMessage()).includes('A name is needed'),
  );
  await session.answer('A name is needed', 'Conference');
  await eventually('the status bar shows the answers', async () =>
    (await session.statusBar()).some((item) => item.includes('probe pear Conference')),
  );

  await session.openFile('lines.txt');
  await session.editLine(file, 'two', 'bad {("');
  await session.save();
  await eventually('the problem is listed', async () =>
    (await session.problems()).some((row) => row.includes('a bad line')),
  );

  await session.runCommand('Probe: Open Panel');
  const frame = await session.webview('#probe-text');
  assert.equal(await frame.locator('#probe-text').textContent(), 'hello from the panel');
  await session.screenshot('harness');
});

test('a module runs inside the extension host, and its failure is one', async () => {
  const passed = await runInside({
    extensionDevelopmentPath: probe,
    tests: join(probe, 'pass.js'),
    folder: probe,
  });
  assert.ok(passed.passed, passed.log.join('\n'));
  assert.ok(passed.log.some((line) => line.includes('running inside')));
  const failed = await runInside({
    extensionDevelopmentPath: probe,
    tests: join(probe, 'fail.js'),
    folder: probe,
  });
  assert.ok(!failed.passed);
});
