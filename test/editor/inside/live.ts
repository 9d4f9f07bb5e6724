import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Cursor } from '../../../extension/editor/cursor.ts';
import { HostService } from '../../../extension/editor/hostService.ts';
import { Live } from '../../../extension/editor/panels/live.ts';
import type { PanelState } from '../../../extension/editor/panels/shown.ts';

/** Sends back what it is sent, as the development interpreter runs it. */
const ECHO = `const any = { tag: 'any' };
const metadata = {
  kind: 'echo', inputs: [{ name: 'in', acceptsTypes: [any] }], outputs: [{ name: 'out', producesType: any }],
  paramSchema: '{}', categories: [],
};
class NodeInstance {
  process(pin, packet) { $imports['streamkit:plugin/host@0.1.0'].sendOutput('out', packet); }
  updateParams() {}
  cleanup() {}
}
return { node: { metadata: () => metadata, NodeInstance } };
`;

/** Runs inside the extension host: a plugin on a host process of its own fills its recording. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('hotplug.hotplug');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(extension && folder !== undefined);
  const settings = vscode.workspace.getConfiguration();
  await settings.update('hotplug.recordings.budgetMB', 1, vscode.ConfigurationTarget.Global);
  const recordings = join(folder, 'recordings');
  const host = new HostService(
    join(extension.extensionPath, 'dist', 'host.js'),
    { recordings, cache: join(folder, 'cache') },
    vscode.window.createOutputChannel('Test', { log: true }),
  );
  const { api } = host;
  const nothing = { all: [], onDidChange: new vscode.EventEmitter<void>().event };
  const live = new Live(api, nothing, nothing);
  const cursor = new Cursor();
  live.onDidReplace(() => cursor.forget(live.recording));
  const state = (): PanelState => live.messages[0];

  const path = join(folder, 'echo.js');
  await writeFile(path, ECHO);
  const project = {
    folder,
    name: 'echo',
    contract: 'streamkit',
    language: 'javascript',
    recognisedBy: 'test',
    config: {},
  } as const;
  const { id, stateText } = await api.request('start', { project, artifact: { kind: 'source', path } });
  assert.equal(stateText, 'Running');

  const seen = new Map<string, PanelState>();
  live.onDidChange(() => seen.set(state().recording, state()));
  const text = (): string => Array.from({ length: 500 }, () => Math.random().toString(36).slice(2)).join('');
  const deadline = performance.now() + 60_000;
  while (seen.size < 3) {
    assert.ok(performance.now() < deadline, `shown: ${[...seen.keys()].join(', ')}`);
    if (seen.size === 1) cursor.set('live', 1);
    if (seen.size === 2) assert.equal(cursor.at('live'), undefined, 'the record is in the file before');
    await api.request('send', { plugin: id, events: [{ pin: 'in', packet: { text: text() } }] });
  }

  assert.deepEqual([...seen.keys()], ['live 1', 'live 2', 'live 3']);
  const { disk } = seen.get('live 2') ?? {};
  assert.equal(disk?.budgetBytes, 2 ** 20);
  assert.equal(disk.failure, undefined);
  assert.ok(disk.keptBytes > disk.bytes, JSON.stringify(disk));
  // What the panel asks for is in the new file: the plugin goes on there.
  const query = { filter: 'kind:lifecycle', first: 0, count: 1 } as const;
  const answer = await live.answer({ type: 'request', id: 1, name: 'rows', params: { query } });
  assert.ok(answer.ok);
  const { rows } = answer.result as { readonly rows: readonly { readonly name: string }[] };
  assert.equal(rows[0]?.name, 'continued');
  // The oldest goes where three of them are more than the budget.
  assert.ok((await readdir(recordings)).length >= 2);

  await settings.update('hotplug.recordings.budgetMB', undefined, vscode.ConfigurationTarget.Global);
  live.dispose();
  cursor.dispose();
  host.dispose();
}
