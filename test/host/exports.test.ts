/** Exports in binary formats, and what a collector is sent, as the messages of Perfetto and OpenTelemetry read them. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { ExportFormat } from '../../extension/export/formats.ts';
import type { RawRecord } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';
import { everything, exported, sourceOf, wild } from '../unit/export-fixture.ts';
import { plugin, STARTED_AT } from '../unit/recording-fixture.ts';
import { Hotplug, temporaryFolder } from './cli-process.ts';
import { missingForExports, readBodies, readOtlp, readPerfetto } from './exports.ts';
import type { OtlpData, PerfettoTrace } from './exports.ts';

const skip = (await missingForExports()) ?? false;
const BEGIN = 1;
const INSTANT = 3;
const COUNTER = 4;

/** Milliseconds since the recording's start, of nanoseconds since the epoch. */
function since(time: string): number {
  return Number(BigInt(time) - BigInt(STARTED_AT) * 1_000_000n) / 1e6;
}

async function perfetto(
  t: TestContext,
  ...recordings: readonly (readonly RawRecord[])[]
): Promise<readonly PerfettoTrace[]> {
  const folder = await temporaryFolder(t);
  const files = await written(folder, 'perfetto', 'pftrace', recordings);
  return await readPerfetto(files);
}

async function written(
  folder: string,
  format: ExportFormat,
  ending: string,
  recordings: readonly (readonly RawRecord[])[],
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [index, records] of recordings.entries()) {
    const file = join(folder, `${index}.${ending}`);
    await writeFile(file, exported(format, sourceOf(records), ending === 'logs.pb' ? 'logs' : 'traces'));
    files.push(file);
  }
  return files;
}

describe('Perfetto', { skip }, () => {
  it('reads tracks, nested slices, counters, flows and annotations', async (t) => {
    const [trace] = await perfetto(t, everything);
    assert.ok(trace !== undefined);
    const { tracks, events } = trace;
    assert.deepEqual(
      trace.clocks.map(([clock]) => clock),
      [6, 1],
    );
    assert.deepEqual(
      tracks.filter((track) => track.process !== undefined).map((track) => track.process),
      [
        [1, 'gain', ['streamkit', 'rust']],
        [2, 'vad', ['streamkit', 'rust']],
      ],
    );
    const [gain, vad] = [1, 2].map((pid) => tracks.find(({ thread }) => thread?.[0] === pid)?.uuid);
    const slicesOn = (track: number | undefined): unknown[] =>
      events
        .filter((event) => event.type === BEGIN && event.track === track)
        .map(({ depth, name, time, end }) => [depth, name, since(time), since(end ?? '0')]);
    assert.deepEqual(slicesOn(gain), [
      [0, 'in', 10, 15],
      [1, 'process', 10, 15],
      [2, 'log', 11, 11],
      [2, 'send-output', 12, 12.5],
    ]);
    const span = tracks.find(({ name }) => name === 'span llm.request');
    assert.deepEqual(slicesOn(span?.uuid), [[0, 'llm.request', 21, 24]]);
    const sent = events.find(({ begins }) => begins.length > 0);
    const taken = events.find(({ ends }) => ends.length > 0);
    assert.deepEqual([sent?.track, sent?.name, taken?.track, taken?.name], [gain, 'send-output', vad, 'in']);
    assert.deepEqual(sent?.begins, taken?.ends);
    const failed = events.find(({ categories }) => categories.includes('error'));
    assert.deepEqual(failed?.annotations, {
      record: 8,
      event: 1,
      status: 'error',
      bytes: 30,
      summary: 'unreachable, "really"',
    });
    const counters = events.flatMap(({ type, track, value }) => {
      const { name, unit } = tracks.find(({ uuid }) => uuid === track) ?? {};
      return type === COUNTER ? [[name, unit, value]] : [];
    });
    assert.deepEqual(new Set(counters.map(([name]) => name)), new Set(['memory', 'queue', 'calls']));
    assert.deepEqual(
      counters.find(([name]) => name === 'memory'),
      ['memory', 'UNIT_SIZE_BYTES', 1_114_112],
    );
    const points = events.filter(({ type }) => type === INSTANT).map(({ name }) => name);
    for (const name of ['running', 'failed', 'log', 'stderr', 'send-output', 'llm.request.start'])
      assert.ok(points.includes(name), `${name} in ${points.join()}`);
    assert.equal(events.find(({ name }) => name === 'llm.request.start')?.correlation, 'c1');
  });

  it('draws an arrow to each plugin that got it, not from one to the next', async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'bus.pftrace');
    const deliveries = everything
      .filter(({ plugin: of }) => of === 1)
      .map((record) => ({ ...record, plugin: 2 }));
    const source = sourceOf([...everything, ...deliveries], {}, ['gain', 'vad', 'stt'].map(plugin));
    const links = source.describers.links;
    const describers = {
      ...source.describers,
      links: (record: RawRecord) => links?.({ ...record, plugin: Math.min(record.plugin, 1) }),
    };
    await writeFile(file, exported('perfetto', { ...source, describers }));
    const [trace] = await readPerfetto([file]);
    const ends = trace?.events.flatMap((event) => event.ends) ?? [];
    const begins = trace?.events.flatMap((event) => event.begins) ?? [];
    assert.equal(new Set(ends).size, 2);
    assert.deepEqual(new Set(begins), new Set(ends));
  });

  it('is given slices that nest, whatever the recording is like', async (t) => {
    const traces = await perfetto(t, ...fc.sample(wild, { numRuns: 60, seed: 7 }));
    assert.equal(traces.length, 60);
    for (const { events } of traces) {
      const open: bigint[][] = [];
      for (const { type, track, depth, time, end = '0' } of events) {
        if (type !== BEGIN) continue;
        const ends = (open[track] ??= []);
        assert.ok(BigInt(end) >= BigInt(time));
        const outer = ends[depth - 1];
        if (depth > 0) assert.ok(outer !== undefined && BigInt(end) <= outer, `${end} is after ${outer}`);
        ends[depth] = BigInt(end);
      }
    }
  });
});

describe('OpenTelemetry', { skip }, () => {
  const all = async (
    t: TestContext,
    ...recordings: readonly (readonly RawRecord[])[]
  ): Promise<readonly OtlpData[]> => {
    const folder = await temporaryFolder(t);
    return await readOtlp(await written(folder, 'otlp-json', 'otlp.jsonl', recordings));
  };

  it('reads spans with parents, links, attributes and failures, and logs that belong to them', async (t) => {
    const [data] = await all(t, everything);
    assert.ok(data !== undefined);
    const { logs } = data;
    const by = ({ service, start }: (typeof data.spans)[number]): string => `${service} ${start}`;
    const spans = data.spans.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
    const told = spans.map(({ service, name, kind, start, end }) => [
      service,
      name,
      kind,
      since(start),
      since(end),
    ]);
    assert.deepEqual(told, [
      ['gain', 'process in', 5, 10, 15],
      ['gain', 'process', 1, 10, 15],
      ['gain', 'log', 1, 11, 11],
      ['gain', 'send send-output', 4, 12, 12.5],
      ['vad', 'process in', 5, 20, 25],
      ['vad', 'llm.request', 1, 21, 24],
      ['vad', 'process', 1, 21, 25],
      ['vad', 'send-output', 1, 21, 21],
      ['vad', 'send-output', 1, 24, 24],
    ]);
    const [event, call, , effect, delivered, telemetry, failed] = spans;
    assert.deepEqual([event?.parent, call?.parent, effect?.parent], [null, event?.span, call?.span]);
    assert.equal(new Set([event, call, effect].map((span) => span?.trace)).size, 1);
    assert.equal(new Set([telemetry, delivered, failed].map((span) => span?.trace)).size, 1);
    assert.notEqual(event?.trace, delivered?.trace);
    assert.equal(telemetry?.parent, delivered?.span);
    assert.deepEqual(delivered?.links, [[effect?.trace, effect?.span]]);
    assert.deepEqual(failed?.status, [2, 'unreachable, "really"']);
    assert.equal(failed.attributes['error.type'], 'trap');
    assert.equal(effect?.attributes['messaging.operation.type'], 'send');
    assert.equal(event?.attributes['messaging.destination.name'], 'in');
    assert.equal(new Set(spans.map(({ span }) => span)).size, spans.length);
    const warning = logs.find(({ body }) => body.includes('HYPERLINK'));
    assert.deepEqual(warning?.severity, [13, 'WARN']);
    assert.deepEqual([warning.trace, warning.span], [event.trace, event.span]);
    assert.equal(logs.find(({ event: name }) => name === 'hotplug.plugin.failed')?.severity[0], 17);
    const error = logs.find(({ attributes }) => attributes['log.iostream'] === 'stderr');
    assert.equal(error?.service, 'vad');
    const said = logs.find(({ event: name }) => name === 'llm.request');
    assert.equal(said?.attributes['hotplug.telemetry.correlation_id'], 'c1');
  });

  it('reads the same from JSON and protobuf, and ids are the same each time', async (t) => {
    const folder = await temporaryFolder(t);
    const recordings = [everything, ...fc.sample(wild, { numRuns: 30, seed: 11 })];
    const json = await readOtlp(await written(folder, 'otlp-json', 'otlp.jsonl', recordings));
    const traces = await readOtlp(await written(folder, 'otlp-protobuf', 'traces.pb', recordings));
    const logs = await readOtlp(await written(folder, 'otlp-protobuf', 'logs.pb', recordings));
    for (const [index, { spans }] of traces.entries()) {
      assert.deepEqual(spans, json[index]?.spans);
      assert.deepEqual(logs[index]?.logs, json[index]?.logs);
    }
  });
});

describe('hotplug export', { skip }, () => {
  const recording = join(root, 'templates/streamkit/rust/recordings/gain.hotplug.mcap');

  it('writes files of a recording that a host made', async (t) => {
    const folder = await temporaryFolder(t);
    const to = (name: string): string => join(folder, name);
    for (const name of ['a.pftrace', 'a.otlp.jsonl', 'a.traces.pb', 'a.csv']) {
      const format = name === 'a.traces.pb' ? ['--format', 'otlp-protobuf'] : [];
      const { code, stderr } = await new Hotplug(['export', recording, '--out', to(name), ...format]).ended;
      assert.equal(code, 0, stderr);
    }
    const [trace] = await readPerfetto([to('a.pftrace')]);
    const calls = trace?.events.filter(({ categories }) => categories.includes('call')) ?? [];
    assert.deepEqual(
      calls.map(({ name, depth }) => `${depth} ${name ?? ''}`),
      [
        '0 metadata',
        '0 constructor',
        ...Array<string>(3).fill('1 process'),
        '1 update-params',
        ...Array<string>(3).fill('1 process'),
        '0 cleanup',
      ],
    );
    const [json, protobuf] = await readOtlp([to('a.otlp.jsonl'), to('a.traces.pb')]);
    assert.deepEqual(protobuf?.spans, json?.spans);
    const file = await readFile(to('a.csv'), 'utf8');
    assert.equal(file.split('\r\n').length, 31);
    // The second signal lies beside the first.
    await readFile(to('a.traces.logs.pb'));
  });

  it('writes a part to standard output', async () => {
    const { code, stdout } = await new Hotplug([
      ...[
        'export',
        recording,
        '--format',
        'jsonl',
        '--filter',
        'kind:call fn:process',
        '--from',
        '0.1558s',
        '--to',
        '156.1',
      ],
    ]).ended;
    assert.equal(code, 0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { record: number; kind: string });
    assert.deepEqual(
      lines.map(({ record, kind }) => `${record} ${kind}`),
      ['8 call', '11 call'],
    );
  });

  it('says what is wrong with what was typed', async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(join(folder, 'taken.csv'));
    const cases: readonly [readonly string[], RegExp][] = [
      [[], /The format is missing/],
      [['--out', 'a.txt'], /The name a\.txt does not say the format/],
      [
        ['--format', 'csv', '--from', 'noon'],
        /--from must be a time since the recording's start, not "noon"/,
      ],
      [['--format', 'csv', '--from', '2s', '--to', '1s'], /--from 2s is later than --to 1s/],
      [['--format', 'csv', '--filter', 'duration:loud'], /The filter is not understood at "/],
      [['--format', 'csv', '--json'], /With --json standard output is taken/],
      [['--format', 'csv', '--header', 'a=b'], /--header and --encoding are for --endpoint/],
      [['--endpoint', 'ftp://x'], /"ftp:\/\/x" is no address of a collector/],
      [['--out', join(folder, 'taken.csv')], /taken\.csv cannot be written/],
    ];
    for (const [argv, message] of cases) {
      const { code, stderr } = await new Hotplug(['export', recording, ...argv]).ended;
      assert.notEqual(code, 0);
      assert.match(stderr, message);
      assert.match(stderr, /what to do:/);
    }
  });

  it('sends a recording to a collector, in either encoding, with headers', async (t) => {
    const folder = await temporaryFolder(t);
    await using collector = await Collector.open();
    for (const encoding of ['protobuf', 'json']) {
      collector.bodies.length = 0;
      const header = ['--header', 'x-key=a=b', '--encoding', encoding, '--json'];
      const { code, stdout, stderr } = await new Hotplug([
        'export',
        recording,
        '--endpoint',
        collector.url,
        ...header,
      ]).ended;
      assert.equal(code, 0, stderr);
      const parts = await readBodies(folder, collector.bodies);
      const spans = parts.reduce((sum, part) => sum + part.spans.length, 0);
      const logs = parts.reduce((sum, part) => sum + part.logs.length, 0);
      assert.deepEqual(JSON.parse(stdout), { ok: true, spans, logs, dropped: 0 });
      assert.deepEqual([spans, logs], [26, 6]);
      assert.ok(collector.bodies.every(({ key }) => key === 'a=b'));
    }
  });
});

/** Takes what is posted to it. */
class Collector implements AsyncDisposable {
  readonly bodies: { path: string; type: string; key: string; body: Uint8Array }[] = [];
  readonly #server: Server;

  static async open(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.#server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  constructor() {
    this.#server = createServer((request, response) => {
      const pieces: Uint8Array[] = [];
      request.on('data', (piece: Uint8Array) => pieces.push(piece));
      request.on('end', () => {
        const type = request.headers['content-type'] ?? '';
        this.bodies.push({
          path: request.url ?? '',
          type,
          key: String(request.headers['x-key']),
          body: Buffer.concat(pieces),
        });
        response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
