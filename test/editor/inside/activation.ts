import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../../extension/main.ts';
import { Command, TASK_TYPE } from '../../../extension/editor/names.ts';

/** Runs inside the extension host, with a plugin project as the only folder. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<Api>('hotplug.hotplug');
  assert.ok(extension, 'the extension is not there');
  const api = await extension.activate();
  console.log(`activated in ${api.activationMs.toFixed(1)} ms`);
  assert.equal(api.hostPid(), undefined, 'a host process runs although nothing was started');

  const registered = new Set(await vscode.commands.getCommands(true));
  for (const command of Object.values(Command))
    assert.ok(registered.has(command), `${command} is not registered`);

  const tasks = await vscode.tasks.fetchTasks({ type: TASK_TYPE });
  const kinds = tasks.map(({ definition }) => String(definition['task'])).sort();
  assert.deepEqual(kinds, ['build', 'build', 'watch']);
  const build = tasks.find(
    ({ definition }) => definition['task'] === 'build' && definition['mode'] === undefined,
  );
  assert.ok(build, 'there is no task that builds for development');
  const ended = new Promise<number | undefined>((resolve) => {
    vscode.tasks.onDidEndTaskProcess(({ exitCode }) => resolve(exitCode));
  });
  await vscode.tasks.executeTask(build);
  assert.equal(await ended, 0);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder.uri, '.hotplug', 'build.json'));
}
