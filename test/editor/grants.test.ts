/** A plugin whose hotplug.json grants a host: the user is asked before it runs, and once. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { eventually } from './harness/eventually.ts';
import { clickUntil } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';

const DIALOG = '.monaco-dialog-box';

test('what hotplug.json grants is asked for once, and refused until then', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-grants-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  const { folder } = await scaffold({ contract: 'holomush', language: 'javascript', name: 'caller', parent });
  await writeFile(
    join(folder, 'src', 'plugin.js'),
    `export function handle_event() { Http.request({ url: 'http://127.0.0.1:${port}/' }); }\n`,
  );
  const file = join(folder, 'hotplug.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...config, allowedHosts: ['127.0.0.1'] }));

  await using session = await openWorkbench({ folder, settings: { 'hotplug.startOnOpen': true } });
  const dialog = session.page.locator(DIALOG);
  const choose = async (title: string): Promise<void> => {
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /caller wants to reach 127\.0\.0\.1\./);
    const button = dialog.getByRole('button', { name: title, exact: true });
    await clickUntil(`"${title}" is chosen`, button, () => dialog.isHidden());
  };
  const row = (words: string): Promise<unknown> =>
    eventually(`the Hotplug view shows "${words}"`, () => session.treeRows(), {
      until: (rows) => rows.some((one) => one.includes(words)),
    });
  try {
    await dialog.waitFor();
    await session.screenshot('grants');
    await choose('Not Now');
    await session.openView('Hotplug');
    await row('Events: 7 handled');
    assert.equal(asked, 0);

    await session.runCommand('Hotplug: Stop Plugin');
    await row('Stopped');
    await session.runCommand('Hotplug: Start Plugin');
    await choose('Allow');
    await eventually('the server is asked', () => asked > 0);

    await session.runCommand('Hotplug: Stop Plugin');
    await row('Stopped');
    const before = asked;
    await session.runCommand('Hotplug: Start Plugin');
    await eventually('the server is asked again', () => asked > before);
    assert.equal(await dialog.isVisible(), false);
  } finally {
    await session.screenshot('grants-last');
  }
});
