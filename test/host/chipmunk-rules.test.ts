/** What becomes of each answer of `parse` and `read`, by the real host's rules and by strict ones. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunStatus } from '../../extension/host/protocol.ts';
import {
  datagram,
  ethernet,
  enhanced,
  networkInterface,
  pcap,
  section,
  simple,
  udp,
  ipv4,
} from '../unit/pcap-fixture.ts';
import { buildPlugins, chipmunkTest, Plugged, sourceProject, type Script } from './chipmunk.ts';
import { eventually } from './hosted.ts';
import { temporaryFolder } from './cli-process.ts';

buildPlugins();

type Rules = 'like-host' | 'strict';

/** How a run ends: the texts are those of errors and notes after the place that they begin with. */
interface Expected {
  readonly calls: number;
  readonly rows?: number;
  readonly bytes: number;
  readonly skipped?: number;
  /** Why it does not get to the end, with the call and the offset. */
  readonly failure?: string;
  /** Call, offset and text; `2 at 1: …`. */
  readonly notes?: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly steps: string;
  readonly input: string;
  readonly expected: Readonly<Record<Rules, Expected>>;
}

/** What is said of a place: the beginning is the same everywhere. */
function placed(text: string): string {
  return text.replace(
    /^tested, call (\d+) of (?:parse|read) at offset (\d+)(?: of input\.log \([^)]*\))?: /,
    '$1 at $2: ',
  );
}

function seen(run: RunStatus | undefined, plugged: Plugged): Expected {
  assert.ok(run !== undefined);
  const notes = run.notes.map(({ text, times }) => `${placed(text)}${times === 1 ? '' : ` (${times})`}`);
  return {
    calls: plugged.calls().length,
    rows: plugged.rows().length,
    bytes: run.bytes,
    skipped: run.skipped,
    ...(run.failure === undefined ? {} : { failure: placed(run.failure) }),
    notes,
  };
}

const long = 'x'.repeat(3000);
const spins = (call: number, offset: number): string =>
  `${call} at ${offset}: the parser consumed nothing in 1000 calls, and there is nothing more to read; the real host would go on calling it for ever.`;
const dropped = (call: number, offset: number, times: number): string =>
  `${call} at ${offset}: a byte was dropped after the parse error "no".${times === 1 ? '' : ` (${times})`}`;
const rest = (call: number, offset: number, bytes: number): string =>
  `${call} at ${offset}: the last ${bytes} bytes were incomplete; the real host would have dropped them, one at a time.`;
const eaten = (call: number, offset: number, bytes: number, times: number): string =>
  `${call} at ${offset}: the last ${bytes} bytes were incomplete; the host dropped bytes, one at a time. (${times})`;

/** The same by both rules. */
function both(expected: Expected): Rule['expected'] {
  return { 'like-host': expected, strict: expected };
}

const rules: readonly Rule[] = [
  {
    name: 'items consume what they say, those without a value are skipped in silence',
    steps: 'skip 2,take 1,each 2',
    input: 'abcde',
    expected: both({ calls: 3, rows: 3, bytes: 5 }),
  },
  {
    name: 'nothing is parsed of an empty input',
    steps: 'lines',
    input: '',
    expected: both({ calls: 0, bytes: 0 }),
  },
  {
    name: 'no items: the real host spins for ever',
    steps: 'each 2,none',
    input: 'abc',
    expected: {
      'like-host': { calls: 1001, rows: 2, bytes: 2, notes: [spins(1001, 2)] },
      strict: {
        calls: 2,
        rows: 2,
        bytes: 2,
        failure:
          '2 at 2: the parser gave no items; the real host would call it again with the same bytes, for ever once there is nothing more to read',
      },
    },
  },
  {
    name: 'items that consume nothing: the same',
    steps: 'idle 3',
    input: 'abc',
    expected: {
      'like-host': { calls: 1000, bytes: 0, notes: [spins(1000, 0)] },
      strict: {
        calls: 1,
        bytes: 0,
        failure:
          '1 at 0: the parser gave 3 items that consumed nothing; the real host would call it again with the same bytes, for ever once there is nothing more to read',
      },
    },
  },
  {
    name: 'items that consume more than was given: taken for all of it',
    steps: 'take 1,over 5,lines',
    input: 'abc',
    expected: {
      'like-host': {
        calls: 2,
        rows: 2,
        bytes: 3,
        notes: [
          '2 at 1: the items consumed 7 bytes of the 2 that were given; the host took it for all of them.',
        ],
      },
      strict: {
        calls: 2,
        rows: 2,
        bytes: 1,
        failure:
          '2 at 1: the items consumed 7 bytes of the 2 that were given; the real host takes that for all of them, without a word',
      },
    },
  },
  {
    name: 'the largest number there is',
    steps: 'most',
    input: 'abc',
    expected: {
      'like-host': {
        calls: 1,
        rows: 1,
        bytes: 3,
        notes: [
          '1 at 0: the items consumed 18446744073709552000 bytes of the 3 that were given; the host took it for all of them.',
        ],
      },
      strict: {
        calls: 1,
        rows: 1,
        bytes: 0,
        failure:
          '1 at 0: the items consumed 18446744073709552000 bytes of the 3 that were given; the real host takes that for all of them, without a word',
      },
    },
  },
  {
    name: 'a tail that is incomplete is eaten byte by byte',
    steps: 'take 1,incomplete',
    input: 'abcd',
    expected: {
      'like-host': { calls: 4, rows: 1, bytes: 1, skipped: 3, notes: [eaten(2, 1, 3, 3)] },
      strict: { calls: 3, rows: 1, bytes: 1, notes: [rest(3, 1, 3)] },
    },
  },
  {
    name: 'more than 50 in a row end the run',
    steps: 'incomplete',
    input: 'x'.repeat(100),
    expected: {
      'like-host': {
        calls: 51,
        bytes: 0,
        skipped: 50,
        failure: '51 at 50: Plugin parser returned more than 50 recoverable incomplete errors consecutively',
        notes: [eaten(1, 0, 100, 50)],
      },
      strict: { calls: 2, bytes: 0, notes: [rest(2, 0, 100)] },
    },
  },
  {
    name: 'after a parse error a byte is dropped',
    steps: 'take 1,error no*2,all-lines',
    input: 'abcde',
    expected: both({ calls: 4, rows: 2, bytes: 3, skipped: 2, notes: [dropped(2, 1, 2)] }),
  },
  {
    name: 'parse errors to the end of the input are no failure',
    steps: 'error no',
    input: 'abc',
    expected: both({ calls: 3, bytes: 0, skipped: 3, notes: [dropped(1, 0, 3)] }),
  },
  {
    name: 'errors alone abort the session after 1024 bytes',
    steps: 'error no',
    input: long,
    expected: {
      'like-host': {
        calls: 1026,
        bytes: 0,
        skipped: 1025,
        failure: '1026 at 1025: Aborting session due to failing initial parse call with the error: no',
        notes: [dropped(1, 0, 1025)],
      },
      strict: {
        calls: 1026,
        bytes: 0,
        skipped: 1025,
        failure:
          '1026 at 1025: the first 1025 bytes gave nothing but parse errors, for which the real host aborts the session: no',
        notes: [dropped(1, 0, 1025)],
      },
    },
  },
  {
    name: 'where there was a row, more than 2000 errors in a row do',
    steps: 'take 1,error no',
    input: long,
    expected: both({
      calls: 2002,
      rows: 1,
      bytes: 1,
      skipped: 2000,
      failure:
        '2002 at 2001: Plugin parser returned more than 2000 recoverable parse errors consecutively. Parse Error: no',
      notes: [dropped(2, 1, 2000)],
    }),
  },
  {
    name: 'the real host counts both kinds of errors together',
    steps: 'error no*51,incomplete',
    input: 'x'.repeat(60),
    expected: {
      'like-host': {
        calls: 52,
        bytes: 0,
        skipped: 51,
        failure: '52 at 51: Plugin parser returned more than 50 recoverable incomplete errors consecutively',
        notes: [dropped(1, 0, 51)],
      },
      strict: { calls: 53, bytes: 0, skipped: 51, notes: [dropped(1, 0, 51), rest(53, 51, 9)] },
    },
  },
  {
    name: 'an answer with items begins the count anew',
    steps: 'error no*49,take 1,incomplete*49,take 1,skip 9',
    input: 'x'.repeat(100),
    expected: {
      'like-host': {
        calls: 100,
        rows: 2,
        bytes: 2,
        skipped: 98,
        notes: [dropped(1, 0, 49), eaten(51, 50, 50, 49)],
      },
      strict: { calls: 52, rows: 1, bytes: 1, skipped: 49, notes: [dropped(1, 0, 49), rest(52, 50, 50)] },
    },
  },
  {
    name: 'eof drops the rest',
    steps: 'take 1,eof',
    input: 'abc',
    expected: both({
      calls: 2,
      rows: 1,
      bytes: 1,
      notes: ['2 at 1: the parser said eof with 2 bytes left, which were dropped with whatever follows.'],
    }),
  },
  {
    name: 'an unrecoverable error ends the run',
    steps: 'take 1,unrecoverable gave up',
    input: 'abc',
    expected: both({ calls: 2, rows: 1, bytes: 1, failure: '2 at 1: gave up' }),
  },
];

const bothRules = ['like-host', 'strict'] as const;

for (const { name, steps, input, expected } of rules) {
  chipmunkTest(name, async () => {
    await using plugged = await Plugged.start({ script: { parse: steps } });
    const file = join(plugged.folder, 'input.log');
    await writeFile(file, input);
    for (const by of bothRules) {
      await plugged.again({ kind: 'bytes', file, rules: by });
      const { input: given, state } = await plugged.ended();
      const wanted = expected[by];
      assert.deepEqual(seen(given?.run, plugged), { rows: 0, skipped: 0, notes: [], ...wanted }, by);
      assert.equal(given?.run?.state, wanted.failure === undefined ? 'done' : 'failed');
      assert.equal(given.run.totalBytes, input.length);
      // None of this ends the plugin.
      assert.equal(state, 'running');
    }
  });
}

for (const [by, text] of [
  ['like-host', 'Call parse on the plugin failed. Error: '],
  ['strict', ''],
] as const) {
  chipmunkTest(`${by}: a trap ends the run and the plugin, and both say where`, async () => {
    await using plugged = await Plugged.start({ script: { parse: 'take 1,trap' }, input: 'abc', rules: by });
    await plugged.ended();
    const { input, stateText, lastError } = await plugged.hosted.reach(
      'its end',
      ({ lastError: error }) => error !== undefined,
    );
    assert.match(stateText, /^Failed: Call parse on the plugin failed\. Error: /);
    assert.match(lastError?.what ?? '', /^parse panicked: trap by the script/);
    assert.match(lastError?.event?.summary ?? '', /^bytes 1 to 3/);
    assert.equal(input?.run?.state, 'failed');
    assert.ok(
      input.run.failure?.startsWith(`tested, call 2 of parse at offset 1 of input.log (3 B): ${text}`),
      input.run.failure,
    );
    assert.deepEqual(plugged.rows(), ['a']);
  });
}

chipmunkTest('what init is told, in the order of the schema, and one instance for all calls', async () => {
  const params = { whole: 5, ratio: 2.5, mode: 'a', inputs: ['some/file.log'] };
  await using plugged = await Plugged.start({
    script: { parse: 'take 1,commands' },
    input: 'xconfig',
    params,
  });
  await plugged.ended();
  assert.deepEqual(plugged.rows(), [
    'x',
    '[ConfigItem { id: "flag", value: ConfigValue::Boolean(true) }, ' +
      'ConfigItem { id: "whole", value: ConfigValue::Integer(5) }, ' +
      'ConfigItem { id: "ratio", value: ConfigValue::Float(2.5) }, ' +
      'ConfigItem { id: "steps", value: ConfigValue::Text("") }, ' +
      'ConfigItem { id: "folders", value: ConfigValue::Directories([]) }, ' +
      'ConfigItem { id: "inputs", value: ConfigValue::Files(["/project/some/file.log"]) }, ' +
      'ConfigItem { id: "mode", value: ConfigValue::Dropdown("a") }]',
  ]);
});

chipmunkTest('a file comes in slices of 10 MiB, and is refilled below 10 KiB', async () => {
  const MIB = 1024 * 1024;
  const input = Buffer.alloc(12 * MIB + 500, 'abcdefg\n');
  for (const by of ['like-host', 'strict'] as const) {
    await using plugged = await Plugged.start({ script: { parse: `skip ${MIB}` }, input, rules: by });
    const { input: given } = await plugged.ended();
    assert.deepEqual([given?.run?.state, given?.run?.bytes, given?.run?.skipped], ['done', input.length, 0]);
    const ten = Array.from({ length: 10 }, (_, index) => (10 - index) * MIB);
    assert.deepEqual(
      plugged.calls().map(({ length, timestamp }) => [length, timestamp]),
      [...ten, 2 * MIB + 500, MIB + 500, 500].map((length) => [length, undefined]),
      by,
    );
  }
});

chipmunkTest('a full buffer of an incomplete message: lost like the host, kept strictly', async () => {
  const FRAME = 60_000;
  const input = Buffer.alloc(200 * FRAME, 'row of a frame; ');
  const script = { parse: `frames ${FRAME}` };
  const capacity = 10 * 1024 * 1024;
  const at = Math.floor(capacity / FRAME) * FRAME;
  {
    await using plugged = await Plugged.start({ script, input, rules: 'like-host' });
    const { input: given } = await plugged.ended();
    assert.deepEqual([given?.run?.state, given?.run?.skipped, given?.run?.bytes], ['failed', 50, at]);
    assert.match(
      given?.run?.failure ?? '',
      /Plugin parser returned more than 50 recoverable incomplete errors consecutively$/,
    );
    assert.deepEqual(
      given?.run?.notes.map(({ fault, text }) => [
        fault,
        placed(text).replace(/ of input\.log \([^)]*\)/, ''),
      ]),
      [
        [
          'host',
          `2 at ${at}: ${capacity - at} bytes were incomplete and the host's buffer of ${capacity} had no room for more; the host dropped bytes, one at a time.`,
        ],
      ],
    );
    assert.equal(plugged.rows().length, 174);
  }
  await using plugged = await Plugged.start({ script, input, rules: 'strict' });
  const { input: given } = await plugged.ended();
  assert.deepEqual([given?.run?.state, given?.run?.skipped, given?.run?.bytes], ['done', 0, input.length]);
  assert.equal(plugged.rows().length, 200);
  assert.deepEqual(
    given?.run?.notes.map(({ fault, text }) => [fault, placed(text)]),
    [
      [
        'host',
        `2 at ${at}: ${capacity - at} bytes were incomplete; the real host's buffer of ${capacity} has no room for more there and it would have dropped 50 bytes or more, one at a time.`,
      ],
    ],
  );
});

/** Runs over a capture: what each call was given, and the notes. */
async function captured(
  file: Buffer,
  script: Script,
  by: Rules,
  more: object = {},
): Promise<readonly [unknown, readonly string[]]> {
  await using plugged = await Plugged.start({ script });
  const path = join(plugged.folder, 'x.pcap');
  await writeFile(path, file);
  await plugged.again({ kind: 'pcap', file: path, ...more, rules: by });
  const { input } = await plugged.ended();
  return [
    plugged.calls().map(({ length, timestamp }) => [length, timestamp]),
    input?.run?.notes.map(({ text }) => text) ?? [],
  ];
}

chipmunkTest(
  'packets come one at a time with their times, in ms unless the old defect is asked for',
  async () => {
    const packets = [
      { bytes: datagram('first'), seconds: 7, fraction: 250_000 },
      { bytes: datagram('second!'), seconds: 8, fraction: 1000 },
    ];
    const script = { parse: 'skip 100' };
    assert.deepEqual((await captured(pcap(packets), script, 'strict'))[0], [
      [5, 7250n],
      [7, 8001n],
    ]);
    assert.deepEqual((await captured(pcap(packets), script, 'like-host', { legacyTimestamps: true }))[0], [
      [5, 7000n],
      [7, 8000n],
    ]);
    // A simple packet has no time of its own: the last one stays.
    const wrap = (text: string): Buffer => ethernet(ipv4(17, udp(Buffer.from(text))));
    const next = Buffer.concat([
      section(),
      networkInterface(),
      enhanced(wrap('ab'), 5_000_000n),
      simple(wrap('abc')),
    ]);
    assert.deepEqual((await captured(next, script, 'like-host'))[0], [
      [2, 5000n],
      [3, 5000n],
    ]);
  },
);

chipmunkTest('packets that nobody consumes: cut at 8192 bytes like the host, kept strictly', async () => {
  const packets = Array.from({ length: 8 }, (_, index) => ({
    bytes: datagram('x'.repeat(1400)),
    seconds: index,
  }));
  const script = { parse: 'incomplete*7,skip 99999' };
  const [like, lost] = await captured(pcap(packets), script, 'like-host');
  assert.deepEqual(
    (like as [number][]).map(([length]) => length),
    [1400, 2800, 4200, 5600, 7000, 8192, 8191, 8190],
  );
  assert.match(
    lost.join('\n'),
    /the host cut \d+ bytes of a packet of 1400, at offset 7000: its buffer of 8192 bytes was full/,
  );
  const [kept, notes] = await captured(pcap(packets), script, 'strict');
  assert.deepEqual(
    (kept as [number][]).map(([length]) => length),
    [1, 2, 3, 4, 5, 6, 7, 8].map((count) => count * 1400),
  );
  assert.match(notes.join('\n'), /the real host would have cut \d+ bytes of a packet of 1400/);
});

for (const by of ['like-host', 'strict'] as const) {
  chipmunkTest(`${by}: TCP is read as it comes, without a time, until the other side ends`, async (t) => {
    const server = createServer((socket) => {
      socket.write('one\ntw');
      setImmediate(() => socket.end('o\nthree'));
    });
    t.after(() => server.close());
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    await using plugged = await Plugged.start({
      script: { parse: 'lines' },
      input: { kind: 'tcp', port },
      rules: by,
    });
    const { input } = await plugged.ended();
    assert.equal(input?.run?.state, 'done');
    assert.deepEqual(plugged.rows(), ['one', 'two']);
    assert.equal(input.run.skipped, by === 'strict' ? 0 : 5);
    assert.ok(plugged.calls().every(({ timestamp }) => timestamp === undefined));
    assert.equal(input.run.totalBytes, undefined);
  });
}

chipmunkTest('UDP: each datagram is read by itself until the input is stopped', async () => {
  const free = createSocket('udp4');
  await new Promise<void>((resolve) => free.bind(0, '127.0.0.1', resolve));
  const { port } = free.address();
  await new Promise<void>((resolve) => free.close(() => resolve()));
  await using plugged = await Plugged.start({ script: { parse: 'lines' }, input: { kind: 'udp', port } });
  const sender = createSocket('udp4');
  try {
    // What is sent before the port is open is lost: it is sent until it comes.
    await eventually('the rows', () => {
      sender.send('a\nb\n', port, '127.0.0.1');
      return plugged.rows().length >= 4;
    });
  } finally {
    sender.close();
  }
  await plugged.hosted.host.request('stopInput', { plugin: plugged.hosted.id });
  const { input, state } = await plugged.ended();
  assert.deepEqual([input?.run?.state, input?.run?.skipped, state], ['stopped', 0, 'running']);
  assert.deepEqual(plugged.rows().slice(0, 2), ['a', 'b']);
});

const tooLong = 'it gave 10485761 bytes, and 10485760 were wanted; the real host panics for that.';
/** A byte source with a parser: its steps, and by both rules why the run fails and what is noted. */
const chains: readonly (readonly [steps: string, rows: readonly string[], like: RegExp, strict: RegExp])[] = [
  ['asked*2,empty', ['10485760', '10485760'], /^$/, /^$/],
  ['lines 1,text pa,text rt\\n,empty', ['line 0', 'part'], /^$/, /^$/],
  ['lines 2,over 1', ['line 0', 'line 1'], fails(tooLong), fails(tooLong)],
  [
    'lines 2,io broken',
    ['line 0', 'line 1'],
    notes('IO Error from bytesoruce plugin. Error: broken'),
    fails('IO Error from bytesoruce plugin. Error: broken'),
  ],
  [
    'lines 2,unsupported broken',
    ['line 0', 'line 1'],
    notes('Unsupported Error from bytesource plugin: broken'),
    fails('Unsupported Error from bytesource plugin: broken'),
  ],
  [
    'lines 2,other broken',
    ['line 0', 'line 1'],
    notes('Unknown Error from bytesoruce plugin. Error: broken'),
    fails('Unknown Error from bytesoruce plugin. Error: broken'),
  ],
  [
    'lines 2,trap',
    ['line 0', 'line 1'],
    /The byte source reader ended: .*unreachable/,
    /The byte source reader ended: .*unreachable/,
  ],
];

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function fails(text: string): RegExp {
  return new RegExp(String.raw`^failed reader, call 2 of read at offset 14: ${escaped(text)}$`);
}

function notes(text: string): RegExp {
  return new RegExp(
    String.raw`^done reader, call 2 of read at offset 14: ${escaped(text)}; the host takes this for the end, without a word\.$`,
  );
}

for (const [steps, rows, like, strict] of chains) {
  for (const [by, wanted] of [
    ['like-host', like],
    ['strict', strict],
  ] as const) {
    chipmunkTest(`${by}: a parser of a byte source that gives ${steps}`, async (t) => {
      const plugin = await sourceProject(join(await temporaryFolder(t), 'reader'), { read: steps });
      await using plugged = await Plugged.start({
        script: { parse: 'lines' },
        input: { kind: 'byte-source', plugin },
        rules: by,
      });
      const { input, state } = await plugged.ended();
      assert.deepEqual(plugged.rows(), rows);
      const texts = [input?.run?.failure, ...(input?.run?.notes ?? []).map(({ text }) => text)].filter(
        (text) => text !== undefined,
      );
      assert.match(texts.length === 0 ? '' : `${input?.run?.state} ${texts.join('\n')}`, wanted);
      assert.equal(state, 'running');
    });
  }
}

chipmunkTest('a byte source that never ends is read until the input is stopped', async (t) => {
  const plugin = await sourceProject(join(await temporaryFolder(t), 'reader'), { read: 'lines 5' });
  await using plugged = await Plugged.start({
    script: { parse: 'lines' },
    input: { kind: 'byte-source', plugin },
  });
  await plugged.hosted.reach('some rows', () => plugged.rows().length >= 50);
  await plugged.hosted.host.request('stopInput', { plugin: plugged.hosted.id });
  const { input } = await plugged.ended();
  assert.equal(input?.run?.state, 'stopped');
  assert.equal(plugged.rows()[49], 'line 49');
});

const alone: readonly (readonly [steps: string, like: string, strict: string])[] = [
  [
    'lines 2,empty',
    'done 14 of 22: 22 at 14: Plugin byte source returned empty data more than 20 times consecutively.',
    'done 14 of 2',
  ],
  [
    'full,over 1',
    'failed 100 of 2: 2 at 100: it gave 101 bytes, and 100 were wanted; the real host panics for that',
    'failed 100 of 2: 2 at 100: it gave 101 bytes, and 100 were wanted; the real host panics for that',
  ],
  [
    'lines 2,io broken',
    'done 14 of 2: 2 at 14: IO Error from bytesoruce plugin. Error: broken; the host takes this for the end, without a word',
    'failed 14 of 2: 2 at 14: IO Error from bytesoruce plugin. Error: broken',
  ],
  [
    'lines 2,unsupported broken',
    'done 14 of 2: 2 at 14: Unsupported Error from bytesource plugin: broken; the host takes this for the end, without a word',
    'failed 14 of 2: 2 at 14: Unsupported Error from bytesource plugin: broken',
  ],
  [
    'lines 2,other broken',
    'done 14 of 2: 2 at 14: Unknown Error from bytesoruce plugin. Error: broken; the host takes this for the end, without a word',
    'failed 14 of 2: 2 at 14: Unknown Error from bytesoruce plugin. Error: broken',
  ],
  [
    'lines 2,trap',
    'failed 14 of 2: 2 at 14: wasm trap: wasm `unreachable` instruction executed',
    'failed 14 of 2: 2 at 14: wasm trap: wasm `unreachable` instruction executed',
  ],
];

for (const [read, like, strict] of alone) {
  for (const [by, wanted] of [
    ['like-host', like],
    ['strict', strict],
  ] as const) {
    chipmunkTest(`${by}: a byte source by itself that gives ${read}`, async () => {
      await using plugged = await Plugged.start({
        kind: 'bytesource',
        script: { read },
        input: { kind: 'reads', length: 100 },
        rules: by,
      });
      const { input } = await plugged.ended();
      const run = input?.run;
      const said = [run?.failure, ...(run?.notes ?? []).map(({ text }) => text)].flatMap((text) =>
        text === undefined ? [] : [placed(text)],
      );
      const reads = plugged.reads();
      assert.equal([`${run?.state} ${run?.bytes} of ${reads.length}`, ...said].join(': '), wanted);
      assert.ok(reads.every(({ length }) => length === 100n));
    });
  }
}
