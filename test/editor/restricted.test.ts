import assert from 'node:assert/strict';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { eventually } from './harness/eventually.ts';
import { clickUntil } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';

test('in Restricted Mode nothing is built and nothing runs, until the workspace is trusted', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-restricted-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({
    contract: 'streamkit',
    language: 'javascript',
    name: 'my-gain',
    parent,
  });
  const built = (): Promise<boolean> =>
    access(join(folder, '.hotplug')).then(
      () => true,
      () => false,
    );
  const settings = { 'hotplug.startOnOpen': true, 'security.workspace.trust.startupPrompt': 'never' };
  await using session = await openWorkbench({ folder, workspaceTrust: true, settings });

  await session.openView('Hotplug');
  const shown = (words: string): Promise<unknown> =>
    eventually(`the Hotplug view shows "${words}"`, () => session.treeRows(), {
      until: (rows) => rows.some((row) => row.includes(words)),
    });
  await shown('JavaScript plugin, Stopped');
  assert.equal((await session.offered('Hotplug: New Plugin…')).length, 1);
  assert.deepEqual(await session.offered('Hotplug: Start Plugin'), []);
  assert.deepEqual(await session.offered('Hotplug: Build Plugin'), []);
  assert.equal(await built(), false);
  await session.screenshot('restricted');

  await session.runCommand('Workspaces: Manage Workspace Trust');
  const trust = session.page.getByRole('button', { name: 'Trust', exact: true });
  await trust.waitFor();
  await clickUntil('the workspace is trusted', trust, () => trust.isHidden());
  await shown('JavaScript plugin, Running');
  assert.equal(await built(), true);
});
