import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import type { RunRules } from '../../extension/host/produce.ts';
import { openPcap } from '../../extension/inputs/pcap.ts';
import { Link } from '../../extension/inputs/pcap-layers.ts';
import { never } from './byte-source-fixture.ts';
import { newPath } from './inputs-fixture.ts';
import {
  block,
  datagram,
  enhanced,
  ethernet,
  extension,
  icmp,
  ipv4,
  ipv6,
  networkInterface,
  pcap,
  section,
  simple,
  tcp,
  u16,
  u32,
  udp,
  type PcapOptions,
} from './pcap-fixture.ts';

interface Read {
  readonly texts: readonly string[];
  readonly stamps: readonly (bigint | undefined)[];
  readonly skipped: readonly (number | undefined)[];
  readonly notes: readonly string[];
  readonly error: unknown;
}

const path = newPath('.pcap');

async function read(
  content: Buffer,
  { rules = 'strict', legacyTimestamps = false }: { rules?: RunRules; legacyTimestamps?: boolean } = {},
): Promise<Read> {
  writeFileSync(path, content);
  const source = await openPcap(path, { rules, legacyTimestamps });
  const texts: string[] = [];
  const stamps: (bigint | undefined)[] = [];
  const skipped: (number | undefined)[] = [];
  let error: unknown;
  try {
    for (;;) {
      const piece = await source.read(1, never);
      if (piece === undefined) break;
      texts.push(Buffer.from(piece.bytes).toString('latin1'));
      stamps.push(piece.timestamp);
      skipped.push(piece.skipped);
    }
  } catch (thrown) {
    error = thrown;
  } finally {
    await source.close();
  }
  return { texts, stamps, skipped, notes: source.notes, error };
}

async function payloads(link: number, ...packets: readonly Buffer[]): Promise<readonly string[]> {
  const { texts, notes, error } = await read(
    pcap(
      packets.map((bytes) => ({ bytes })),
      { link },
    ),
  );
  assert.equal(error, undefined);
  assert.deepEqual(notes, []);
  return texts;
}

function messageOf(error: unknown): string {
  assert.ok(error instanceof UserError, String(error));
  return error.message;
}

test('pcap: every magic, with timestamps in ms', async () => {
  for (const endian of ['little', 'big'] as const) {
    for (const nanoseconds of [false, true]) {
      const options: PcapOptions = { endian, nanoseconds };
      const fraction = nanoseconds ? 294_886_000 : 294_886;
      const content = pcap(
        [
          { bytes: datagram('one'), seconds: 1_619_531_243, fraction },
          { bytes: datagram('two'), seconds: 1_619_531_244, fraction: 0 },
        ],
        options,
      );
      const correct = await read(content);
      assert.deepEqual(correct.texts, ['one', 'two']);
      assert.deepEqual(correct.stamps, [1_619_531_243_294n, 1_619_531_244_000n]);
      assert.deepEqual(correct.skipped, [16 + 42, 16 + 42]);
      const legacy = await read(content, { legacyTimestamps: true });
      // Upstream takes the field for nanoseconds: right for those, without the fraction for others.
      assert.equal(legacy.stamps[0], nanoseconds ? 1_619_531_243_294n : 1_619_531_243_000n);
    }
  }
});

test('pcapng: sections of both byte orders, resolutions, offsets, unknown blocks', async () => {
  const content = Buffer.concat([
    section('little'),
    block(0x0bad, Buffer.from('what is this')),
    networkInterface(),
    enhanced(datagram('us'), 1_619_531_243_294_886n),
    networkInterface({ resolution: 9, offset: 100 }),
    enhanced(datagram('ns'), 1_619_531_243_294_886_000n, 1),
    simple(datagram('simple')),
    section('big'),
    networkInterface({ resolution: 3 }, 'big'),
    networkInterface({ resolution: 0x80 | 10, link: Link.raw }, 'big'),
    enhanced(datagram('ms'), 1_619_531_243_294n, 0, 'big'),
    enhanced(ipv4(17, udp(Buffer.from('1024th'))), 1024n * 1000n + 512n, 1, 'big'),
    block(5, Buffer.alloc(12), 'big'),
    block(
      2,
      Buffer.concat([
        u16(0),
        u16(0),
        u32(0),
        u32(7),
        u32(datagram('old').length),
        u32(datagram('old').length),
        datagram('old'),
      ]),
      'big',
    ),
  ]);
  const { texts, stamps, notes, error } = await read(content);
  assert.equal(error, undefined);
  assert.deepEqual(texts, ['us', 'ns', 'simple', 'ms', '1024th', 'old']);
  assert.deepEqual(stamps, [
    1_619_531_243_294n,
    1_619_531_343_294n,
    undefined,
    1_619_531_243_294n,
    1_000_500n,
    7n,
  ]);
  assert.deepEqual(notes, []);
  const legacy = await read(content, { legacyTimestamps: true });
  assert.deepEqual(legacy.stamps.slice(0, 2), [1_619_531_243_294n, 1_619_531_243_294_886n]);
});

test('a simple packet ends where its interface cuts it', async () => {
  const bytes = datagram('a long text');
  const content = Buffer.concat([
    section(),
    networkInterface({ snap: bytes.length - 5 }),
    simple(bytes.subarray(0, -5), 'little', bytes.length),
  ]);
  const { texts, notes } = await read(content);
  assert.deepEqual(texts, ['a long']);
  assert.match(notes[0] ?? '', /1 packet captured without the end, .*; the first is packet 1 at offset/);
});

test('link layers and protocols', async () => {
  const text = Buffer.from('hello');
  const four = ipv4(17, udp(text));
  const six = ipv6(17, udp(text));
  const hello = ['hello'];
  assert.deepEqual(await payloads(Link.ethernet, ethernet(four)), hello);
  assert.deepEqual(await payloads(Link.ethernet, ethernet(six, 0x86dd)), hello);
  assert.deepEqual(await payloads(Link.ethernet, ethernet(four, 0x0800, [0x8100])), hello);
  assert.deepEqual(await payloads(Link.ethernet, ethernet(four, 0x0800, [0x88a8, 0x8100])), hello);
  // Ethernet fills short frames up.
  assert.deepEqual(await payloads(Link.ethernet, Buffer.concat([ethernet(four), Buffer.alloc(13)])), hello);
  assert.deepEqual(await payloads(Link.cooked, Buffer.concat([Buffer.alloc(14), u16(0x0800), four])), hello);
  assert.deepEqual(await payloads(Link.cooked2, Buffer.concat([u16(0x86dd), Buffer.alloc(18), six])), hello);
  for (const link of [Link.raw, Link.rawBsd, Link.rawOpenBsd, Link.ipv4, Link.ipv6])
    assert.deepEqual(await payloads(link, four, six), ['hello', 'hello']);
  assert.deepEqual(
    await payloads(Link.null, Buffer.concat([u32(2, 'little'), four]), Buffer.concat([u32(30), six])),
    ['hello', 'hello'],
  );
  assert.deepEqual(await payloads(Link.loop, Buffer.concat([u32(2), four])), hello);
  const raw = (packet: Buffer): Promise<readonly string[]> => payloads(Link.raw, packet);
  assert.deepEqual(await raw(ipv4(6, tcp(text, 12), { options: 8 })), hello);
  assert.deepEqual(await raw(ipv4(1, icmp(text))), hello);
  assert.deepEqual(await raw(ipv4(1, icmp(text, 13, 20))), hello);
  assert.deepEqual(await raw(ipv6(58, icmp(text, 128))), hello);
  const extended = [extension(43, 1), extension(60), extension(17)];
  assert.deepEqual(await raw(ipv6(0, Buffer.concat([...extended, udp(text)]))), hello);
  const authentication = extension(17);
  // Its length is in words of 4 bytes, less 2: 24 bytes.
  assert.deepEqual(
    await raw(ipv6(51, Buffer.concat([Buffer.of(17, 4), Buffer.alloc(22), udp(text)]))),
    hello,
  );
  // A fragment that is the whole.
  assert.deepEqual(await raw(ipv6(44, Buffer.concat([authentication, udp(text)]))), hello);
});

test('what has no transport is left out and noted, and ends the run like the host', async () => {
  const packets = [
    datagram('one'),
    ethernet(Buffer.alloc(28), 0x0806),
    ethernet(Buffer.alloc(28), 0x0806),
    ethernet(ipv4(17, Buffer.alloc(30), { fragment: 0x2000 })),
    ethernet(ipv4(89, Buffer.alloc(30))),
    ethernet(ipv4(6, tcp(Buffer.alloc(0)))),
    datagram('two'),
  ];
  const content = pcap(packets.map((bytes) => ({ bytes })));
  const strict = await read(content);
  assert.deepEqual(strict.texts, ['one', 'two']);
  assert.deepEqual(
    strict.notes.map((note) => note.replace(/^.*?\): /, '')),
    [
      '2 packets left out: no IP (0x0806); the first is packet 2 at offset 85.',
      '1 packet left out: fragment of an IPv4 packet; the first is packet 4 at offset 201.',
      '1 packet left out: no TCP, UDP or ICMP (protocol 89); the first is packet 5 at offset 281.',
    ],
  );
  const host = await read(content, { rules: 'like-host' });
  assert.deepEqual(host.texts, ['one']);
  assert.match(
    messageOf(host.error),
    /packet 2 at offset 85 is an ethernet frame with unknown payload: no IP \(0x0806\)/,
  );
  // A packet without payload is a load of nothing to the host.
  const empty = await read(pcap([{ bytes: packets[5] ?? Buffer.alloc(0) }]), { rules: 'like-host' });
  assert.deepEqual(empty.texts, ['']);
});

test('what was not captured whole is noted, and ends the run like the host', async () => {
  const whole = datagram('hello');
  const content = pcap([
    { bytes: whole.subarray(0, -2), length: whole.length },
    { bytes: whole.subarray(0, -2) },
  ]);
  const strict = await read(content);
  assert.deepEqual(strict.texts, ['hel', 'hel']);
  assert.equal(strict.notes.length, 2);
  const host = await read(content, { rules: 'like-host' });
  assert.match(
    messageOf(host.error),
    /packet 1 at offset 24 has 45 of its 47 bytes, for which the host panics/,
  );
});

test('a file that is no capture, and one that says nonsense', async () => {
  assert.match(
    messageOf((await read(Buffer.from('hello'))).error),
    /is no pcap or pcapng file: it begins with 68656c6c/,
  );
  assert.match(messageOf((await read(Buffer.alloc(0))).error), /begins with nothing/);
  const long = pcap([{ bytes: datagram('one') }, { bytes: datagram('two') }]);
  long.writeUInt32LE(0xffff_ffff, 24 + 16 + datagram('one').length + 8);
  const strict = await read(long);
  assert.deepEqual(strict.texts, ['one']);
  assert.match(strict.notes[0] ?? '', /packet 2, at offset 85, says that it has 4294967295 bytes\.$/);
  const other = Buffer.concat([section(), enhanced(datagram('one'))]);
  assert.match(
    (await read(other)).notes[0] ?? '',
    /before packet 1 is of interface 0, which the file does not describe/,
  );
});

const captures: readonly Buffer[] = [
  pcap([
    { bytes: datagram('one') },
    {
      bytes: ethernet(ipv6(0, Buffer.concat([extension(44), extension(6), tcp(Buffer.from('two'))])), 0x86dd),
    },
  ]),
  Buffer.concat([
    section(),
    networkInterface({ resolution: 9 }),
    enhanced(datagram('one')),
    simple(datagram('two')),
    section('big'),
    networkInterface({}, 'big'),
    enhanced(datagram('three'), 0n, 0, 'big'),
  ]),
];

test('cut anywhere, there is what is before the cut and one line about it', async () => {
  for (const content of captures) {
    const { texts: all } = await read(content);
    for (let end = 0; end < content.length; end++) {
      const strict = await read(content.subarray(0, end));
      assert.deepEqual(strict.texts, all.slice(0, strict.texts.length));
      const { texts, error } = await read(content.subarray(0, end), { rules: 'like-host' });
      assert.deepEqual(texts, strict.texts);
      if (strict.error !== undefined) messageOf(strict.error);
      // Between two records, or blocks, nothing is missing.
      else if (strict.notes.length > 0) {
        assert.equal(strict.notes.length, 1);
        assert.match(strict.notes[0] ?? '', /: the file ends in .*(packet \d+|header).*\.$/);
        assert.match(messageOf(error), /the file ends in/);
      }
    }
  }
});

test('with any bytes changed, reading ends with packets, notes or an error of the user', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...captures),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.constantFrom<RunRules>('strict', 'like-host'),
      async (content, changes, rules) => {
        const changed = Buffer.from(content);
        for (const [at, value] of changes) changed[at % changed.length] = value;
        const { error } = await read(changed, { rules });
        if (error !== undefined) messageOf(error);
      },
    ),
    { numRuns: 1500, seed: 7 },
  );
});

test('a bit of every byte that is flipped', async () => {
  for (const content of captures) {
    // Not all eight, which takes its time: another one of each byte.
    for (let bit = 0; bit < content.length * 8; bit += 3) {
      const changed = Buffer.from(content);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { error } = await read(changed);
      if (error !== undefined) messageOf(error);
    }
  }
});

test('many packets are read with little memory, in order', async () => {
  const packets = Array.from({ length: 20_000 }, (_none, index) => ({
    bytes: datagram(`packet ${index} ${'x'.repeat(index % 700)}`),
  }));
  const { texts, error } = await read(pcap(packets));
  assert.equal(error, undefined);
  assert.equal(texts.length, packets.length);
  assert.ok(
    texts.every(
      (text, index) =>
        text.startsWith(`packet ${index} `) && text.length === `packet ${index} `.length + (index % 700),
    ),
  );
});
