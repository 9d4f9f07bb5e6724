import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  Command,
  contextKeys,
  CustomEditor,
  settingDefaults,
  TASK_TYPE,
  View,
} from '../../extension/editor/names.ts';
import { problemMatchers } from '../../extension/editor/taskDefinition.ts';
import { pluginFace } from '../../extension/editor/treeModel.ts';
import { project, status } from './editor-status.ts';

const root = join(import.meta.dirname, '..', '..');

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

/** The parts of package.json that these tests read. */
interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
      readonly priority: string;
    }[];
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when: string;
      readonly contents: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly taskDefinitions: readonly { readonly type: string }[];
    readonly problemMatchers?: readonly { readonly name: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly languages: readonly { readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

const manifest = readJson('package.json') as Manifest;
const titles = readJson('package.nls.json') as Readonly<Record<string, string>>;
const { contributes } = manifest;
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

test('the manifest and the code have the same commands', () => {
  assert.deepEqual(
    sorted(contributes.commands.map(({ command }) => command)),
    sorted(Object.values(Command)),
  );
  for (const { category } of contributes.commands) assert.equal(category, 'Hotplug');
});

test('they have the same settings with the same defaults', () => {
  const declared = Object.entries(contributes.configuration.properties).map(([id, property]) => [
    id,
    property.default,
  ]);
  assert.deepEqual(Object.fromEntries(declared), settingDefaults);
  for (const id of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) {
    assert.ok(id in settingDefaults, id);
  }
});

test('they have the same views, task type and matchers', () => {
  const views = Object.values(contributes.views).flat();
  assert.deepEqual(sorted(views.map(({ id }) => id)), sorted(Object.values(View)));
  assert.deepEqual(
    contributes.taskDefinitions.map(({ type }) => type),
    [TASK_TYPE],
  );
  const matchers = (contributes.problemMatchers ?? []).map(({ name }) => `$${name}`);
  for (const matcher of problemMatchers(undefined)) assert.ok(matchers.includes(matcher), matcher);
});

test('recordings have their editor, and other MCAP files may have it', () => {
  assert.deepEqual(
    contributes.customEditors.map(({ viewType, selector, priority }) => [
      viewType,
      priority,
      selector.map(({ filenamePattern }) => filenamePattern),
    ]),
    [
      [CustomEditor.recording, 'default', ['*.hotplug.mcap']],
      [CustomEditor.mcap, 'option', ['*.mcap']],
      [CustomEditor.imported, 'option', ['*.json', '*.json.gz', '*.jsonl']],
    ],
  );
});

test('menus and welcome views name commands, views and context keys that exist', () => {
  const commands = new Set<string>(Object.values(Command));
  const known = new Set<string>([...Object.keys(contextKeys), ...Object.values(View)]);
  const clauses: string[] = [...contributes.viewsWelcome.map(({ when }) => when)];
  for (const item of Object.values(contributes.menus).flat()) {
    assert.ok(commands.has(item.command), item.command);
    if (item.when !== undefined) clauses.push(item.when);
  }
  for (const { contents } of contributes.viewsWelcome) {
    for (const [, command] of contents.matchAll(/command:(hotplug\.[\w.]+)/g))
      assert.ok(commands.has(command ?? ''), command);
  }
  for (const clause of clauses) {
    for (const [key] of clause.matchAll(/\bhotplug\.[\w.]+/g))
      assert.ok(known.has(key), `${key} in ${clause}`);
  }
});

test('each state of a plugin has its menu, and only what makes sense in it', () => {
  const offered = (contextValue: string): string[] =>
    (contributes.menus['view/item/context'] ?? [])
      .filter(({ when }) => {
        const pattern = /viewItem =~ \/(.*)\/$/.exec(when ?? '')?.[1];
        return pattern !== undefined && new RegExp(pattern).test(contextValue);
      })
      .map(({ command }) => command.replace('hotplug.', ''));
  const face = (changes: Parameters<typeof status>[0]): string =>
    pluginFace({ type: 'plugin', folder: '/p', project: project(), status: status(changes) }).contextValue;
  const input = { title: 'tone.wav', sent: 1, running: true };

  assert.deepEqual(sorted(offered(face({ state: 'stopped' }))), [
    'buildPlugin',
    'buildRelease',
    'openConfiguration',
    'removePlugin',
    'startPlugin',
  ]);
  const running = offered(face({}));
  for (const command of [
    'stopPlugin',
    'reloadPlugin',
    'restartPlugin',
    'sendEvent',
    'startInput',
    'openTrace',
  ]) {
    assert.ok(running.includes(command), command);
  }
  assert.ok(!running.includes('startPlugin') && !running.includes('stopInput'));
  const fed = offered(face({ input }));
  assert.ok(fed.includes('stopInput') && !fed.includes('startInput'));
  assert.ok(!offered(face({ state: 'waiting' })).includes('sendEvent'));
  assert.ok(!running.includes('callExport') && !running.includes('openConsole'));
  assert.deepEqual(offered('broken'), ['openConfiguration']);

  const onBus = (changes: Parameters<typeof status>[0]): string[] => {
    const contract = 'holomush';
    const node = { type: 'plugin', folder: '/p', project: project({ contract }) } as const;
    return offered(pluginFace({ ...node, status: status({ contract, ...changes }) }).contextValue);
  };
  assert.ok(onBus({ state: 'stopped' }).includes('openConsole'));
  assert.ok(onBus({}).includes('openConsole') && onBus({}).includes('updateParameters'));
  assert.ok(!onBus({}).includes('sendEvent'));

  const ownWit = (changes: Parameters<typeof status>[0]): string[] => {
    const contract = 'custom';
    const node = { type: 'plugin', folder: '/p', project: project({ contract }) } as const;
    return offered(pluginFace({ ...node, status: status({ contract, ...changes }) }).contextValue);
  };
  assert.ok(ownWit({ state: 'stopped' }).includes('callExport'));
  const called = ownWit({ input });
  assert.ok(called.includes('callExport') && called.includes('stopInput'));
  assert.ok(!called.includes('sendEvent') && !called.includes('updateParameters'));

  const streamed = (changes: Parameters<typeof status>[0]): string[] => {
    const contract = 'chipmunk-parser';
    const node = { type: 'plugin', folder: '/p', project: project({ contract }) } as const;
    return offered(pluginFace({ ...node, status: status({ contract, ...changes }) }).contextValue);
  };
  const parser = streamed({});
  assert.ok(parser.includes('startInput') && parser.includes('configurePlugin'));
  assert.ok(!parser.includes('sendEvent') && !parser.includes('updateParameters'));
  assert.ok(streamed({ input }).includes('stopInput') && !streamed({ input }).includes('startInput'));
  assert.ok(!running.includes('configurePlugin'));

  const installed = offered('listed.store.valid');
  for (const command of ['disable', 'replace', 'remove', 'check', 'show', 'reveal'])
    assert.ok(installed.includes(`${command}ChipmunkPlugin`), command);
  assert.ok(!installed.includes('enableChipmunkPlugin') && !installed.includes('addChipmunkPlugin'));
  assert.ok(offered('listed.store.disabled').includes('enableChipmunkPlugin'));
  assert.deepEqual(sorted(offered('listed.project.unbuilt')), ['revealChipmunkPlugin', 'showChipmunkPlugin']);
  assert.ok(offered('listed.project.valid').includes('addChipmunkPlugin'));
});

test('what builds or runs is off in Restricted Mode', () => {
  const enablement = new Map(contributes.commands.map(({ command, enablement }) => [command, enablement]));
  for (const command of [
    Command.startPlugin,
    Command.restartPlugin,
    Command.reloadPlugin,
    Command.buildPlugin,
    Command.buildRelease,
    Command.sendEvent,
    Command.startInput,
    Command.updateParameters,
    Command.inspectPlugin,
    Command.replayRecording,
  ]) {
    assert.equal(enablement.get(command), 'isWorkspaceTrusted', command);
  }
});

test('every text has its title, and every title is used', () => {
  const used = [...readFileSync(join(root, 'package.json'), 'utf8').matchAll(/"%([\w.]+)%"/g)].map(
    ([, key]) => key ?? '',
  );
  assert.deepEqual(sorted(used), sorted(Object.keys(titles)));
});

test('every file that the manifest names is there', () => {
  const [schema] = contributes.jsonValidation;
  const media = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media: { svg } }) => svg));
  const language = [
    ...contributes.languages.map(({ configuration }) => configuration),
    ...contributes.grammars.map(({ path }) => path),
  ];
  for (const file of [manifest.icon, schema?.url ?? 'no schema', ...media, ...language])
    assert.ok(existsSync(join(root, file)), file);
});
