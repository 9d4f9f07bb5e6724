/** What the StreamKit templates are given in wasmtime and in Hotplug: a gain filter at work, and everything that ends it. */
import type { Packet } from '../../extension/contracts/streamkit/packet.ts';
import type { Scenario, ScenarioStep } from './wasmtime-streamkit.ts';

/** Numbers from 0 to 1, the same in every run (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Samples at which arithmetic is done in other ways; NaN is not among them, because WebAssembly leaves its bits open. */
const edges = [0, -0, 1, -1, 1e-45, -1e-40, 1e-38, 1e3, 0.1, 1 / 3];

/** An audio packet of so many samples. */
export function audio(random: () => number, count: number): Packet {
  const samples = Float32Array.from({ length: count }, () => {
    const kind = Math.floor(random() * 20);
    return edges[kind] ?? random() * 2 - 1;
  });
  const sampleRate = [8000, 44_100, 48_000, 4_294_967_295][Math.floor(random() * 4)] ?? 0;
  return { tag: 'audio', sampleRate, channels: [1, 2, 6, 65_535][Math.floor(random() * 4)] ?? 0, samples };
}

/** Sizes of packets, in samples: none, the smallest, around powers of two, 20 ms, and larger than a page of memory. */
const sizes = [0, 1, 2, 3, 7, 15, 16, 17, 63, 64, 65, 127, 255, 256, 257, 480, 882, 960, 1023, 1024, 1025];

function work(): Scenario {
  const random = numbers(1);
  const steps: ScenarioStep[] = [];
  for (let round = 0; round < 15; round++) {
    for (const size of sizes) steps.push({ packet: audio(random, size) });
    steps.push(
      [
        { update: '{"gain_db":6}' },
        { update: '{}' },
        { update: '{"gain_db":-59.75}' },
        { update: undefined },
      ][round % 4] ?? 'cleanup',
    );
  }
  for (const size of [16_385, 40_000]) steps.push({ packet: audio(random, size) });
  return { params: '{"gain_db":-6.02}', steps: [...steps, 'cleanup'] };
}

const tone: ScenarioStep = { packet: audio(numbers(2), 960) };

/** Lives of a gain filter. */
export const gainScenarios: readonly Scenario[] = [
  work(),
  { steps: [tone, 'cleanup'] },
  { steps: [tone, { packet: { tag: 'text', text: 'grüße, 世界 🎚' } }, tone] },
  {
    steps: [
      tone,
      { packet: { tag: 'binary', bytes: Uint8Array.from({ length: 300 }, (_, index) => index) } },
    ],
  },
  { steps: [{ packet: { tag: 'custom', typeId: 'some/event@1', data: '{"a":[1,2]}' } }] },
  // What a constructor cannot refuse.
  { params: '{"gain_db":999}', steps: [tone, 'cleanup'] },
  { params: '{"gain_db":"loud"}', steps: [tone, 'cleanup'] },
  { params: '[]', steps: [tone, 'cleanup'] },
  // What an update can.
  { params: '{"gain_db":-20}', steps: [tone, { update: '{"gain_db":20.5}' }, tone] },
  { steps: [tone, { update: '{"gain_db":null}' }, tone, { update: '7' }] },
];
