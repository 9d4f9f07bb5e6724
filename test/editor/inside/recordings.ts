import assert from 'node:assert/strict';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Cursor } from '../../../extension/editor/cursor.ts';
import { HostService } from '../../../extension/editor/hostService.ts';
import { CustomEditor } from '../../../extension/editor/names.ts';
import type { PanelRequest } from '../../../extension/editor/panels/answers.ts';
import type { Shown } from '../../../extension/editor/panels/shown.ts';
import { Switch } from '../../../extension/editor/panels/switch.ts';
import { RecordingDocument } from '../../../extension/editor/recordings/document.ts';
import { Notes } from '../../../extension/editor/recordings/notes.ts';
import type { ToPanel } from '../../../webview/protocol.ts';

const query = { filter: '', first: 0, count: 1 } as const;
const rows: PanelRequest = { type: 'request', id: 1, name: 'rows', params: { query } };

function stateOf(shown: Shown): Extract<ToPanel, { type: 'state' }> {
  const state = shown.messages.find((message) => message.type === 'state');
  assert.ok(state, `no state among ${JSON.stringify(shown.messages)}`);
  return state;
}

function problemOf(shown: Shown): Extract<ToPanel, { type: 'problem' }> | undefined {
  return shown.messages.find((message) => message.type === 'problem');
}

function change(shown: Shown): Promise<void> {
  return new Promise((resolve) => {
    const listener = shown.onDidChange(() => {
      listener.dispose();
      resolve();
    });
  });
}

async function until(what: string, ask: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await ask())) {
    assert.ok(performance.now() < deadline, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs inside the extension host, in a folder with `first`, `second`, `third` and `foreign.hotplug.mcap` and `other.mcap`, on a host process of its own. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('hotplug.hotplug');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(extension && folder);
  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  const log = vscode.window.createOutputChannel('Test', { log: true });
  const storage = file('storage').fsPath;
  const host = new HostService(
    join(extension.extensionPath, 'dist', 'host.js'),
    { recordings: join(storage, 'recordings'), cache: join(storage, 'cache') },
    log,
  );
  const copies = join(storage, 'copies');
  const services = { host: host.api, copies, log, notes: new Notes() };
  let closed = 0;
  const open = (uri: vscode.Uri): RecordingDocument =>
    new RecordingDocument(uri, services, () => (closed += 1));

  // Ours have the editor by themselves, others where they are asked to.
  const shownBy = async (name: string, command: string, ...more: unknown[]): Promise<string> => {
    await vscode.commands.executeCommand(command, file(name), ...more);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof vscode.TabInputCustom ? input.viewType : 'another editor';
  };
  assert.equal(await shownBy('third.hotplug.mcap', 'vscode.open'), CustomEditor.recording);
  assert.equal(await shownBy('other.mcap', 'vscode.open'), 'another editor');
  assert.equal(await shownBy('other.mcap', 'vscode.openWith', CustomEditor.mcap), CustomEditor.mcap);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');

  // A file is open for as long as it is shown, beyond the end of the host process.
  const document = open(file('first.hotplug.mcap'));
  assert.deepEqual(document.messages, []);
  const { id, count } = await document.open();
  assert.equal(document.recording, id);
  const { recording } = stateOf(document);
  assert.deepEqual(
    document.messages.map(({ type }) => type),
    ['recording', 'state'],
  );
  assert.equal(stateOf(document).count, count);
  assert.equal((await document.answer(rows)).ok, true);
  const lost = new Promise<void>((resolve) => {
    host.onLost = () => {
      document.lost();
      resolve();
      return 0;
    };
  });
  assert.ok(host.pid !== undefined);
  process.kill(host.pid, 'SIGKILL');
  await lost;
  assert.equal(document.recording, undefined);
  assert.equal((await document.answer(rows)).ok, true);
  assert.equal(stateOf(document).recording, recording, 'the same recording as before');
  host.onLost = () => 0;

  // It is opened again when another file takes its place, be it one of ours or not.
  await rename(file('second.hotplug.mcap').fsPath, file('first.hotplug.mcap').fsPath);
  await until('the other recording', () => stateOf(document).recording !== recording);
  assert.notEqual(stateOf(document).count, count);
  const again = document.recording;
  await document.reload();
  assert.equal(document.recording, again, 'the same file is the same recording');
  await rename(file('foreign.hotplug.mcap').fsPath, file('first.hotplug.mcap').fsPath);
  await until('the problem', () => problemOf(document) !== undefined);
  assert.match(problemOf(document)?.message ?? '', /not one of Hotplug's/);
  assert.notEqual(problemOf(document)?.advice, '');
  assert.equal((await document.answer(rows)).ok, false);
  document.dispose();
  assert.equal(closed, 1);

  // What is not on a disk is shown from a copy that goes away with it.
  const bytes = await readFile(file('third.hotplug.mcap').fsPath);
  const changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  vscode.workspace.registerFileSystemProvider('elsewhere', {
    onDidChangeFile: changes.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytes.length }),
    readFile: (uri) => (uri.path.startsWith('/bad') ? Buffer.from('nonsense') : bytes),
    readDirectory: refuse,
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  });
  const remote = open(vscode.Uri.parse('elsewhere:/run.hotplug.mcap'));
  const opened = await remote.open();
  assert.equal((await readdir(copies)).length, 1);
  assert.equal((await remote.answer(rows)).ok, true);
  remote.dispose();
  await until('the copy to go', async () => (await readdir(copies)).length === 0);
  await assert.rejects(host.api.request('rows', { recording: opened.id, query }), /not open any more/);
  const bad = open(vscode.Uri.parse('elsewhere:/bad.hotplug.mcap'));
  await assert.rejects(bad.open());
  assert.match(problemOf(bad)?.message ?? '', /^elsewhere:\/bad\.hotplug\.mcap is not a recording/);
  bad.dispose();

  // The panels show another recording for as long as they are told to, and keep it open meanwhile.
  const live: Shown = {
    recording: 'live',
    messages: [],
    notes: undefined,
    onDidChange: new vscode.EventEmitter<void>().event,
    answer: () => Promise.reject(new Error('not asked')),
  };
  const panels = new Switch(host.api, live);
  const third = await host.api.request('openRecording', { file: file('third.hotplug.mcap').fsPath });
  const shown = change(panels);
  await panels.show(third.id, 'a replay of gain');
  await shown;
  await host.api.request('closeRecording', { recording: third.id });
  assert.equal(panels.recording, third.id);
  const { kind, instead, canSend } = stateOf(panels);
  assert.deepEqual(
    { kind, instead, canSend },
    { kind: 'replay', instead: 'a replay of gain', canSend: false },
  );
  assert.equal((await panels.answer(rows)).ok, true);
  await panels.show(third.id, 'a branch of gain');
  assert.equal(stateOf(panels).instead, 'a branch of gain');
  await panels.show('live');
  assert.equal(panels.recording, 'live');
  await assert.rejects(panels.show(third.id), /not open any more/);
  const fourth = await host.api.request('openRecording', { file: file('third.hotplug.mcap').fsPath });
  await Promise.all([panels.show(fourth.id), panels.show('live')]);
  assert.equal(panels.recording, 'live', 'the last wish counts');
  panels.dispose();

  // One cursor for all views.
  const cursor = new Cursor();
  const selected: unknown[] = [];
  cursor.onDidSelect((selection) => selected.push(selection));
  cursor.set('live', 3, 'trace');
  cursor.set('file-1', 4);
  assert.deepEqual(selected, [
    { recording: 'live', record: 3, by: 'trace' },
    { recording: 'file-1', record: 4, by: undefined },
  ]);
  assert.equal(cursor.at('live'), 3);
  cursor.clear();
  assert.equal(cursor.at('live'), undefined);
  cursor.dispose();
  host.dispose();
}
