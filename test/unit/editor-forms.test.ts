import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customEvent, inputOf, jsonProblem, parseBytes } from '../../extension/editor/eventForm.ts';
import { restartPolicy } from '../../extension/editor/restarts.ts';
import { joinSentences } from '../../extension/editor/sentences.ts';
import { bytesText } from '../../extension/inputs/size.ts';
import {
  problemMatchers,
  readTask,
  taskArguments,
  taskFolder,
  taskFor,
} from '../../extension/editor/taskDefinition.ts';
import { toolsText, toolText } from '../../extension/editor/toolsText.ts';
import type { Tool } from '../../extension/toolchains/toolchain.ts';

test('bytes are read as hexadecimal or as base64, and what is neither is explained', () => {
  assert.deepEqual(parseBytes('00 ff 10'), { base64: 'AP8Q', length: 3 });
  assert.deepEqual(parseBytes('0xFF'), { base64: '/w==', length: 1 });
  assert.deepEqual(parseBytes('AP8Q'), { base64: 'AP8Q', length: 3 });
  for (const text of ['', '0ff', 'hello!', 'AP8']) assert.ok('problem' in parseBytes(text), text);
});

test('a custom event carries its data as JSON', () => {
  assert.deepEqual(customEvent('in', 'x@1', '{"a":[1]}'), {
    pin: 'in',
    packet: { custom: { typeId: 'x@1', data: { a: [1] } } },
  });
  assert.equal(jsonProblem('{"a":1}'), undefined);
  assert.match(jsonProblem('{a:1}') ?? '', /not JSON/);
});

test('an input is known by its file name', () => {
  assert.deepEqual(inputOf('/a/Tone.WAV', true), { kind: 'wav', file: '/a/Tone.WAV', realTime: true });
  assert.equal(inputOf('/a/x.ndjson', false)?.kind, 'jsonl');
  assert.equal(inputOf('/a/x.hotplug.mcap', false)?.kind, 'recording');
  assert.equal(inputOf('/a/x.mp3', false), undefined);
});

test('a task names its project by a path with forward slashes, and finds it again', () => {
  const task = taskFor('build', 'release', '/ws', '/ws/plugins/gain');
  assert.deepEqual(task, { type: 'hotplug', task: 'build', mode: 'release', folder: 'plugins/gain' });
  assert.deepEqual(readTask({ ...task }), task);
  assert.equal(taskFolder(task, '/ws'), '/ws/plugins/gain');
  assert.deepEqual(taskArguments(task, '/ws'), ['build', '/ws/plugins/gain', '--release']);
  assert.deepEqual(taskFor('watch', 'development', '/ws', '/ws'), { type: 'hotplug', task: 'watch' });
});

test('a task that a user wrote wrongly is not run', () => {
  for (const wrong of [
    { type: 'npm', task: 'build' },
    { type: 'hotplug' },
    { type: 'hotplug', task: 'x' },
    { type: 'hotplug', task: 'build', mode: 1 },
  ]) {
    assert.equal(readTask(wrong), undefined);
  }
  assert.deepEqual(problemMatchers('rust'), ['$hotplug-rustc', '$hotplug-wit']);
  const all = problemMatchers(undefined);
  assert.ok(all.includes('$hotplug-go') && new Set(all).size === all.length);
});

test('restarts become slower, end after too many, and begin anew when asked', () => {
  const policy = restartPolicy(3, 60_000, 100);
  assert.deepEqual(
    [policy.next(0), policy.next(1), policy.next(2), policy.next(3)],
    [100, 200, 400, undefined],
  );
  assert.equal(policy.next(100_000), 100);
  policy.reset();
  assert.equal(policy.next(100_001), 100);
});

test('sentences end once', () => {
  assert.equal(joinSentences('It failed', 'Try again.'), 'It failed. Try again.');
  assert.equal(joinSentences('Really?', ''), 'Really?');
  assert.deepEqual([bytesText(12), bytesText(2048), bytesText(3_145_728)], ['12 B', '2.0 KiB', '3.0 MiB']);
});

test('tools are one line', () => {
  const cargo = { name: 'cargo', found: true, version: 'cargo 1.95.0', neededBy: 'Rust', install: [] };
  const target: Tool = {
    name: 'wasm32-wasip2 target',
    found: false,
    neededBy: 'Rust',
    install: [{ on: 'any', command: 'rustup target add wasm32-wasip2' }],
  };
  assert.equal(toolText(cargo), 'cargo 1.95.0');
  assert.equal(toolsText([cargo]), 'cargo 1.95.0');
  assert.equal(toolsText([cargo, target]), 'Missing: wasm32-wasip2 target');
  assert.equal(toolsText([]), 'Needs nothing else');
});
