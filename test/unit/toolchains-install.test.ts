import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolActions, toolEntry, toolsText } from '../../extension/editor/toolsText.ts';
import { commandsHere, missingTools, systemHere, waysFor } from '../../extension/toolchains/install.ts';
import { nodeTool } from '../../extension/toolchains/node.ts';
import type { Install, Tool } from '../../extension/toolchains/toolchain.ts';

const ways: readonly Install[] = [
  { on: 'debian', command: 'apt' },
  { on: 'macos', command: 'brew' },
  { on: 'any', command: 'pip' },
  { on: 'windows', command: 'winget' },
];

test('the system is told by the platform and by what Linux says of itself', () => {
  assert.equal(systemHere('darwin', ''), 'macos');
  assert.equal(systemHere('win32', ''), 'windows');
  assert.equal(systemHere('linux', 'NAME="Debian GNU/Linux"\nID=debian\n'), 'debian');
  assert.equal(systemHere('linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'), 'debian');
  assert.equal(systemHere('linux', 'ID=fedora\n'), undefined);
  assert.equal(systemHere('linux', ''), undefined);
});

test('the commands of this system come first, in their order; Debian’s are the next best on Linux', () => {
  assert.deepEqual(commandsHere(ways, 'macos'), ['brew', 'pip']);
  assert.deepEqual(commandsHere(ways, 'windows'), ['pip', 'winget']);
  assert.deepEqual(
    waysFor(ways, undefined).map(({ command }) => command),
    ['apt', 'pip'],
  );
  assert.deepEqual(commandsHere([{ on: 'macos', command: 'brew' }], 'windows'), ['brew']);
});

const tool: Tool = {
  name: 'clang',
  found: false,
  neededBy: 'C plugins',
  range: '16 or later',
  install: ways,
};

test('what is optional does not make a language incomplete', () => {
  const optional = { ...tool, name: 'tinygo', optional: true };
  assert.deepEqual(missingTools([tool, optional]), [tool]);
  assert.equal(toolsText([optional]), 'Needs nothing else');
  assert.equal(toolsText([optional, tool]), 'Missing: clang');
});

test('an entry says what is wrong, what for, and the command', () => {
  assert.deepEqual(toolEntry(tool, 'macos'), {
    label: '$(warning) clang',
    description: 'missing',
    detail: 'for C plugins (16 or later) — brew',
  });
  assert.deepEqual(toolEntry({ ...tool, problem: 'It is old.', version: 'clang 14' }, 'debian'), {
    label: '$(warning) clang',
    description: 'does not do',
    detail: 'It is old. — for C plugins (16 or later) — apt',
  });
  assert.deepEqual(
    toolEntry({ ...tool, found: true, path: '/usr/bin/clang', version: 'clang 19' }, 'debian'),
    {
      label: '$(check) clang',
      description: 'clang 19',
      detail: '/usr/bin/clang — for C plugins (16 or later)',
    },
  );
});

test('each command can be run and copied, those of other systems by their names', () => {
  assert.deepEqual(
    toolActions(tool, 'windows').map(({ kind, command, description }) => [kind, command, description]),
    [
      ['run', 'pip', ''],
      ['run', 'winget', ''],
      ['copy', 'pip', ''],
      ['copy', 'winget', ''],
    ],
  );
  assert.deepEqual(
    toolActions(tool, undefined).map(({ command, description }) => [command, description])[0],
    ['apt', 'for Debian and Ubuntu'],
  );
});

test('Node is old for some plugins, or for all', () => {
  assert.equal(nodeTool('v24.1.0', '/n').found, true);
  const some = nodeTool('v20.20.2', '/usr/bin/node');
  assert.deepEqual([some.found, some.optional], [false, true]);
  assert.equal(some.problem, 'Node v20.20.2 of /usr/bin/node cannot run plugins in Python and JavaScript.');
  const none = nodeTool('v18.0.0', '/usr/bin/node');
  assert.deepEqual(
    [none.found, none.optional, none.problem],
    [false, false, 'Node v18.0.0 of /usr/bin/node is too old.'],
  );
});
