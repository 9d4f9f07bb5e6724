import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  HostHandles,
  mapHandles,
  NoSuchHandle,
  PluginHandles,
} from '../../extension/contracts/custom/handles.ts';
import { readTyped } from '../../extension/values/typed.ts';
import type { Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import type { WitType } from '../../extension/wit/model.ts';

const BUCKET = 'a:b/store@1.0.0#bucket';
const own: WitType = { kind: 'own', resource: BUCKET };

function hostHandles(isReplay = false): HostHandles {
  const handles = new HostHandles(isReplay);
  handles.addClass(BUCKET, () => ({}));
  return handles;
}

/** A resource as the bindings drop it. */
function drop(object: object): void {
  const dispose: unknown = Reflect.get(object, Symbol.dispose);
  assert.ok(typeof dispose === 'function');
  Reflect.apply(dispose, object, []);
}

test('resources are counted by name, and a number is one object until it is dropped', () => {
  const handles = hostHandles();
  assert.deepEqual([handles.allot('bucket'), handles.allot('bucket'), handles.allot('file')], [1, 2, 1]);
  const object = handles.object(BUCKET, 2);
  assert.equal(handles.object(BUCKET, 2), object);
  assert.equal(handles.number(BUCKET, object), 2);
  // A number that a recording or a call brings is not given again.
  handles.object(BUCKET, 7);
  assert.equal(handles.allot('bucket'), 8);
  drop(object);
  assert.notEqual(handles.object(BUCKET, 2), object);
  assert.throws(() => handles.object('a:b/store@1.0.0#other', 1), NoSuchHandle);
});

test("a replay's own resources have numbers that no recording has", () => {
  const handles = hostHandles(true);
  handles.object(BUCKET, 3);
  assert.equal(handles.allot('bucket'), 10_001);
});

test('what stands behind a resource is told of its end, and found where a call names it again', () => {
  const handles = hostHandles();
  let ended = 0;
  const target = { [Symbol.dispose]: () => (ended += 1) };
  const number = handles.take(BUCKET, target);
  const object = handles.object(BUCKET, number);
  assert.equal(handles.target(object), target);
  drop(object);
  assert.equal(ended, 1);
  assert.equal(handles.target(handles.object(BUCKET, number)), target);
  // What the plugin gives back is not at its end.
  handles.returned(BUCKET, number);
  assert.equal(ended, 1);
  assert.equal(handles.target(handles.object(BUCKET, number)), target);
});

test('a value that is made again gives its resources to the recorded one', () => {
  const type: WitType = { kind: 'result', ok: { kind: 'list', element: own } };
  const handles = hostHandles();
  const recorded = readTyped('ok([bucket#4, bucket#5])', type);
  const targets = [{}, {}];
  const given = handles.adopt(recorded, type, (): Value => {
    const [one, two] = targets.map((target) => handles.take(BUCKET, target));
    return readTyped(`ok([bucket#${one ?? 0}, bucket#${two ?? 0}])`, type);
  });
  assert.ok(given !== undefined);
  assert.equal(handles.target(handles.object(BUCKET, 4)), targets[0]);
  assert.equal(handles.target(handles.object(BUCKET, 5)), targets[1]);
  // No number was used up for what is not kept.
  assert.equal(handles.allot('bucket'), 6);
});

test("the plugin's own resources are known until they are given away", () => {
  const handles = new PluginHandles();
  const [one, two] = [{}, {}];
  assert.deepEqual(
    [handles.number(BUCKET, one), handles.number(BUCKET, two), handles.number(BUCKET, one)],
    [1, 2, 1],
  );
  assert.equal(handles.object(BUCKET, 2), two);
  handles.forget({ kind: 'own', resource: BUCKET }, 2);
  assert.throws(() => handles.object(BUCKET, 2), /the plugin has no bucket#2; there is bucket#1/);
});

test('resources are found wherever they are in a value', () => {
  const type: WitType = {
    kind: 'record',
    fields: [
      { name: 'a', type: { kind: 'option', some: own } },
      { name: 'b', type: { kind: 'list', element: { kind: 'tuple', items: [own, { kind: 'u8' }] } } },
      { name: 'c', type: { kind: 'list', element: { kind: 'u8' } } },
    ],
  };
  const value = readTyped('{a: some(bucket), b: [(bucket#2, 1), (bucket, 2)], c: [1]}', type);
  let next = 5;
  const numbered = mapHandles(value, (_, number) => (number === 0 ? next++ : number));
  assert.equal(printValue(numbered), '{a: some(bucket#5), b: [(bucket#2, 1), (bucket#6, 2)], c: [1]}');
  assert.equal(
    mapHandles(numbered, (_, number) => number),
    numbered,
  );
});
