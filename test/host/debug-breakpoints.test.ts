import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifact, debugTest, goldenTest } from './debugged.ts';
import type { DebugClient } from './debugging.ts';

const live = { recording: 'live', artifact, stopOnEntry: false };

/** Continues to the end and answers where it stopped on the way. */
async function stops(client: DebugClient, command = 'continue'): Promise<readonly string[]> {
  const places: string[] = [];
  for (;;) {
    const { reason } = await client.move(command);
    if (reason === 'end' || reason === 'entry') return places;
    places.push((await client.stack())[0] ?? '');
  }
}

const told = ['echo a', 'log 3', 'echo b', 'pin out', 'echo long text', 'log 1'];

goldenTest(
  'breakpoints on host calls and events, with conditions, hits and messages',
  'debug-breakpoints',
  told,
  async (client) => {
    await client.launch({ ...live, stopOnEntry: true });
    await client.request('setFunctionBreakpoints', {
      breakpoints: [
        { name: 'send-output', condition: 'packet.text.length > 1' },
        { name: 'log', hitCondition: '>=3' },
        { name: 'event:in*', condition: 'log: event {event.number} is {packet}' },
      ],
    });
    for (let count = 0; count < 5; count++) {
      await client.move('continue');
      await client.stack();
    }
    for (let count = 0; count < 4; count++) {
      await client.move('reverseContinue');
      await client.stack();
    }
  },
);

goldenTest(
  'breakpoints that are wrong say what is wrong with them',
  'debug-wrong-breakpoints',
  told,
  async (client) => {
    await client.launch({ ...live, stopOnEntry: true });
    await client.request('setFunctionBreakpoints', {
      breakpoints: [
        { name: '' },
        { name: 'send-output', condition: 'packet.text ==' },
        { name: 'send-output', condition: 'packet = 1' },
        { name: 'send-output', condition: 'constructor.constructor("return process")()' },
        { name: 'send-output', condition: 'packet.text.replace("a", "b")' },
        { name: 'send-output', hitCondition: 'often' },
        { name: 'event', condition: 'log: {packet' },
      ],
    });
    await client.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: [{ filterId: 'trap', condition: '(' }, { filterId: 'everything' }],
    });
  },
);

debugTest('conditions are over fields of what is stopped at', told, async (client) => {
  await client.launch({ ...live, stopOnEntry: true });
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['send-output', 'packet == "text" && packet.includes("ong")', ['send-output:3']],
    ['send_output', 'pin-name == "out" && event.number > 4', ['send-output:3']],
    ['send*', 'result == "ok" && call.packet.text == "b"', ['send-output:3']],
    ['log', 'level == "info" && message.startsWith("a line")', ['log:3', 'log:4', 'log:5', 'log:3']],
    ['event', 'packet.text.endsWith("b") || event.number % 5 == 0', ['event 3 in:1', 'event 5 in:1']],
    ['event', 'packet.samples[0] > 0', []],
    ['event:other', '', []],
    ['nothing', '', []],
  ];
  for (const [name, condition, expected] of cases) {
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name, condition }] });
    assert.deepEqual(await stops(client), expected, `${name} ${condition}`);
    assert.deepEqual(
      await stops(client, 'reverseContinue'),
      expected.toReversed(),
      `back: ${name} ${condition}`,
    );
  }
});

debugTest('hits are counted from the beginning, whichever way one goes', told, async (client) => {
  await client.launch({ ...live, stopOnEntry: true });
  for (const [hitCondition, expected] of [
    ['2', ['event 2 in:1']],
    ['>4', ['event 5 in:1', 'event 6 in:1']],
    ['%3', ['event 3 in:1', 'event 6 in:1']],
    ['<= 1', []],
  ] as const) {
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'event', hitCondition }] });
    assert.deepEqual(await stops(client), expected, hitCondition);
    const back = hitCondition === '<= 1' ? [] : expected.toReversed();
    const stopped = await stops(client, 'reverseContinue');
    assert.deepEqual(
      stopped.filter((place) => place !== 'event 1 in:1'),
      back,
      hitCondition,
    );
  }
});

debugTest('a step stops at a breakpoint on its way', told, async (client) => {
  await client.launch({ ...live, stopOnEntry: true });
  await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'log', hitCondition: '2' }] });
  await client.move('next');
  assert.equal((await client.move('next')).reason, 'breakpoint');
  assert.deepEqual(await client.stack(), ['log:4', 'process:2', 'event 2 in:1']);
  assert.equal((await client.move('next')).reason, 'step');
  assert.deepEqual(await client.stack(), ['event 3 in:1']);
});

debugTest('the launch configuration has breakpoints of its own', told, async (client) => {
  const breakpoints = [
    { hostCall: 'send-output', when: 'packet.text.length > 3', hits: '>=1' },
    { event: 'in', log: 'text {packet.text}' },
  ];
  const stopped = await client.launch({ ...live, breakpoints });
  assert.equal(stopped.reason, 'breakpoint');
  assert.deepEqual(await client.stack(), ['send-output:3', 'process:2', 'event 5 in:1']);
  const said = client.output().filter((line) => line.startsWith('text '));
  assert.deepEqual(
    said,
    told.slice(0, 5).map((text) => `text ${text}`),
  );
});

const SOURCE = `use streamkit::host;

impl Guest for Plugin {
    fn process(&self, packet: Packet) -> Result<(), String> {
        match packet { // { in a comment
            Packet::Text(text) => send("}"),
        }
    }

    fn cleanup(&self) {}
}
`;

goldenTest(
  'a breakpoint in the function that takes events stops at events; elsewhere it says what it can',
  'debug-source-breakpoints',
  told,
  async (client, hosted) => {
    const path = join(hosted.folder, 'lib.rs');
    await writeFile(path, SOURCE);
    await writeFile(join(hosted.folder, 'empty.rs'), 'fn main() {}\n');
    await writeFile(join(hosted.folder, 'hotplug.json'), '{"contract": "streamkit", "language": "rust"}');
    await client.launch({ ...live, project: hosted.folder }, async () => {
      await client.request('setBreakpoints', {
        source: { path },
        breakpoints: [
          { line: 6, condition: 'packet.text.startsWith("pin")' },
          { line: 4, logMessage: 'saw {packet.text}', hitCondition: '<3' },
          { line: 10 },
          { line: 5, condition: 'packet..text' },
        ],
      });
      await client.request('setBreakpoints', {
        source: { path: join(hosted.folder, 'empty.rs') },
        breakpoints: [{ line: 1 }],
      });
      await client.request('setBreakpoints', {
        source: { path: '/elsewhere/lib.rs' },
        breakpoints: [{ line: 1 }],
      });
    });
    await client.stack();
    await client.request('setBreakpoints', { source: { path }, breakpoints: [] });
    await client.move('continue');
  },
);
