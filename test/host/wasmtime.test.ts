/** The same plugins, inputs and answers in wasmtime, the engine of the real hosts, and in Hotplug's own host. */
import { test } from 'node:test';
import type { Packet } from '../../extension/contracts/streamkit/packet.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { audio, numbers } from './wasmtime-gain.ts';
import { assertSame, type Scenario, type ScenarioStep } from './wasmtime-streamkit.ts';
import { missingForWasmtime } from './wasmtime.ts';

const missing = (await missingForWasmtime()) ?? (await missingForTestPlugin());
const skip = missing ?? false;

const text = (value: string): ScenarioStep => ({ packet: { tag: 'text', text: value } });

/** Packets of all kinds that the test plugin sends back. */
function echoes(): readonly ScenarioStep[] {
  const random = numbers(3);
  const letters = ['a', 'é', '世', '🎚', '\n', '"', '\\', '\u0000', '\u{10ffff}', '\ufeff'];
  const word = (): string =>
    Array.from(
      { length: Math.floor(random() * 40) },
      () => letters[Math.floor(random() * letters.length)],
    ).join('');
  const packet = (index: number): Packet => {
    switch (index % 4) {
      case 0:
        return audio(random, Math.floor(random() * 600));
      case 1:
        return { tag: 'text', text: `echo ${word()}` };
      case 2:
        return {
          tag: 'binary',
          bytes: Uint8Array.from({ length: Math.floor(random() * 900) }, () => random() * 256),
        };
      default:
        return { tag: 'custom', typeId: word(), data: JSON.stringify({ [word()]: [random(), word()] }) };
    }
  };
  return Array.from({ length: 400 }, (_, index) => ({ packet: packet(index) }));
}

const lives: Readonly<Record<string, readonly Scenario[]>> = {
  'packets of every kind': [{ steps: [...echoes(), 'cleanup'] }],
  'parameters at the start and later': [
    {
      params: '{"gain":0.5}',
      steps: [{ packet: audio(numbers(4), 960) }, { update: '{"gain":3}' }, ...echoes().slice(0, 5)],
    },
  ],
  'errors of the plugin and of the host': [
    { steps: [text('count'), text('fail with these words: ä'), text('count')] },
    { steps: [text('pin nowhere')] },
    { steps: [{ update: undefined }] },
  ],
  'what WASI grants: output, and nothing else': [
    { steps: [text('print some words'), text('environment'), text('memory'), 'cleanup'] },
  ],
  'the ends: a panic, an exit, no memory, no stack, a constructor': [
    { steps: [text('panic now'), text('count')] },
    { steps: [text('exit')] },
    { steps: [text('grab')] },
    { steps: [text('recurse')] },
    { params: '"trap"', steps: [text('count')] },
  ],
};

for (const [name, scenarios] of Object.entries(lives)) {
  void test(`wasmtime and Hotplug agree on ${name}`, { skip }, async () => {
    await assertSame(await buildTestPlugin('small'), scenarios);
  });
}
