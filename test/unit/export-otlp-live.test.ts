/** Spans and logs on their way to a collector that is slow, full, wrong or gone. */
import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { OtlpLive, type OtlpLiveOptions, type OtlpStatus } from '../../extension/export/otlp-live.ts';
import type { OtlpEndpoint } from '../../extension/export/otlp-post.ts';
import { WireWriter } from '../../extension/export/wire.ts';
import { CallStatus, encodeCall, RecordKind, type Recording } from '../../extension/recording/record.ts';
import { everything, sourceOf } from './export-fixture.ts';
import { add, live, STARTED_AT } from './recording-fixture.ts';

const quick = { first: 1, most: 5, total: 60_000 };
/** In `everything`: slices and the span of telemetry; points but effects. */
const SPANS = 9;
const LOGS = 6;

interface Request {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: Request) => void;

const taken: Answer = (response) => {
  response.end();
};

function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer {
  return (response) => {
    response.writeHead(code, headers).end(body);
  };
}

/** Gives these answers in their order, the last one again and again. */
class Collector implements AsyncDisposable {
  readonly requests: Request[] = [];
  readonly #answers: Answer[];
  readonly #server: Server;

  static async open(...answers: readonly Answer[]): Promise<Collector> {
    const collector = new Collector(answers);
    await new Promise<void>((resolve) => collector.#server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
    this.#server = createServer((incoming, response) => {
      const pieces: Uint8Array[] = [];
      incoming.on('data', (piece: Uint8Array) => pieces.push(piece));
      incoming.on('end', () => {
        const request = {
          path: incoming.url ?? '',
          type: incoming.headers['content-type'] ?? '',
          body: Buffer.concat(pieces).toString(),
        };
        this.requests.push(request);
        const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
        (answer ?? taken)(response, request);
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

function start(
  endpoint: Partial<OtlpEndpoint> & Pick<OtlpEndpoint, 'url'>,
  more: Partial<OtlpLiveOptions> = {},
): OtlpLive {
  const { recording, describers, version } = sourceOf(everything);
  return new OtlpLive({
    recording,
    describers,
    version,
    endpoint: { encoding: 'json', retry: quick, ...endpoint },
    ...more,
  });
}

async function eventually<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 3000; tries++) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await setTimeout(10);
  }
  assert.fail(`never: ${what}`);
}

function namesIn(requests: readonly Request[]): string[] {
  return requests.flatMap(({ path, body }) => {
    if (path !== '/v1/traces') return [];
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: readonly { scopeSpans: readonly { spans: readonly { name: string }[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    );
  });
}

describe('spans and logs on their way', () => {
  it('are tried again as the collector says, and arrive once', async () => {
    const tries: string[] = [];
    await using collector = await Collector.open(
      status(503, {}, 'full'),
      status(429, { 'retry-after': '0' }),
      status(502),
      status(504),
      taken,
    );
    const onStatus = ({ state, problem }: OtlpStatus): void => void tries.push(`${state} ${problem ?? ''}`);
    const { spans, logs, dropped, state, problem } = await start(
      { url: collector.url },
      { onStatus },
    ).finish();
    assert.deepEqual(
      { spans, logs, dropped, state, problem },
      { spans: SPANS, logs: LOGS, dropped: 0, state: 'closed', problem: undefined },
    );
    assert.equal(collector.requests.length, 6);
    assert.equal(namesIn(collector.requests.slice(4)).length, SPANS);
    assert.match(tries.join('\n'), /retrying 127\.0\.0\.1:\d+ answered 503 to traces: full\n/);
  });

  it('are given up where the collector asks to wait longer than they are kept', async () => {
    await using collector = await Collector.open(status(429, { 'retry-after': '3600' }), taken);
    const { spans, logs, dropped } = await start({ url: collector.url }).close();
    assert.deepEqual([spans, logs, dropped], [0, LOGS, SPANS]);
    assert.equal(collector.requests.length, 2);
  });

  it('are dropped, counted and told where the collector does not want them', async () => {
    await using collector = await Collector.open(
      status(400, { 'content-type': 'text/plain' }, 'no such tenant'),
      taken,
    );
    const exporting = start({ url: collector.url });
    const closed = await exporting.close();
    assert.equal(collector.requests.length, 2);
    assert.deepEqual([closed.spans, closed.logs, closed.dropped], [0, LOGS, SPANS]);
  });

  it('are dropped as far as the collector refuses them, in JSON and in protobuf', async () => {
    const json = JSON.stringify({ partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } });
    const wire = new WireWriter();
    wire.message(1, () => {
      wire.uint(1, 3);
      wire.string(2, 'too young');
    });
    const protobuf = Buffer.from(wire.take());
    const problems: string[] = [];
    const onStatus = ({ problem }: OtlpStatus): void => {
      if (problem !== undefined) problems.push(problem);
    };
    await using first = await Collector.open(
      status(200, { 'content-type': 'application/json' }, json),
      taken,
    );
    assert.equal((await start({ url: first.url }, { onStatus }).finish()).dropped, 2);
    await using second = await Collector.open((response) => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(protobuf);
    }, taken);
    const { dropped, spans } = await start({ url: second.url, encoding: 'protobuf' }, { onStatus }).finish();
    assert.deepEqual([dropped, spans], [3, SPANS - 3]);
    assert.deepEqual(
      new Set(problems),
      new Set([
        `The collector refused 2 of ${SPANS}: too old`,
        `The collector refused 3 of ${SPANS}: too young`,
      ]),
    );
    assert.equal(second.requests[0]?.type, 'application/x-protobuf');
  });

  it('do not follow a redirection, so that headers stay with the collector', async () => {
    await using elsewhere = await Collector.open(taken);
    await using collector = await Collector.open(status(307, { location: elsewhere.url }));
    const { dropped } = await start({ url: collector.url }).close();
    assert.equal(dropped, SPANS + LOGS);
    assert.equal(elsewhere.requests.length, 0);
  });

  it('are given up where nobody answers', async () => {
    const gone = await Collector.open();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    const { state, dropped, problem } = await start({ url, retry: { ...quick, total: 20 } }).finish();
    assert.deepEqual([state, dropped], ['failed', SPANS]);
    assert.match(problem ?? '', /cannot be reached: .*; given up/);
  });

  it('end when they are asked to, however slow the collector is', async () => {
    await using collector = await Collector.open(() => undefined);
    const exporting = start({ url: collector.url });
    await eventually('a request', () => collector.requests.length > 0 || undefined);
    const { state, dropped } = await exporting.close(20);
    assert.equal(state, 'closed');
    assert.equal(dropped, SPANS + LOGS);
  });

  it('fail with the recording, and say so', async () => {
    await using collector = await Collector.open(taken);
    const { recording } = sourceOf(everything);
    const broken: Recording = {
      info: recording.info,
      count: 1,
      at: () => {
        throw new Error('the file is gone');
      },
    };
    const { state, problem } = await start({ url: collector.url }, { recording: broken }).close();
    assert.deepEqual([state, problem], ['failed', 'the file is gone']);
  });
});

describe('a recording that grows', () => {
  const { describers, version } = sourceOf([]);

  it('is followed, and nobody who records waits for the collector', async () => {
    using recording = live();
    let answer: (() => void) | undefined;
    await using collector = await Collector.open((response) => {
      answer = () => response.end();
    }, taken);
    const endpoint = { url: `${collector.url}/`, encoding: 'json', retry: quick } as const;
    const exporting = new OtlpLive({ recording, describers, version, endpoint });
    const event = (number: number): void => {
      const common = { plugin: 0, event: number, flags: 0 };
      const [from, to] = [STARTED_AT + number, STARTED_AT + number + 0.5];
      add(recording, {
        ...common,
        kind: RecordKind.event,
        name: `pin ${number}`,
        time: from,
        payload: new Uint8Array(0),
      });
      const payload = encodeCall({ durationMs: 0.5, status: CallStatus.ok, text: '' });
      add(recording, { ...common, kind: RecordKind.call, name: 'process', time: to, payload });
    };
    event(1);
    recording.flush();
    // An event is told once its call came back and nothing followed for a while.
    await eventually('the first request', () => collector.requests.length === 1 || undefined);
    for (let number = 2; number <= 3000; number++) event(number);
    recording.flush();
    assert.equal(collector.requests.length, 1);
    answer?.();
    const { spans, dropped, skipped } = await exporting.close(60_000);
    assert.deepEqual([spans, dropped, skipped], [6000, 0, 0]);
    assert.deepEqual(
      namesIn(collector.requests),
      Array.from({ length: 3000 }, (_, index) => [`process pin ${index + 1}`, 'process']).flat(),
    );
    assert.ok(collector.requests.every(({ path }) => path === '/v1/traces'));
  });

  it('is skipped in part where too much of it waits', async () => {
    await using collector = await Collector.open(taken);
    const { recording } = sourceOf(everything);
    const statuses: OtlpStatus[] = [];
    const exporting = start(
      { url: collector.url },
      { recording, mostBehind: 3, onStatus: (one) => void statuses.push(one) },
    );
    await exporting.close();
    assert.equal(exporting.status.skipped, everything.length - 3);
  });

  it('is no secret from a header that cannot be sent', () => {
    assert.throws(
      () => start({ url: 'http://localhost', headers: { 'x-key': 'a\nsecret' } }),
      (error: Error) => {
        assert.match(error.message, /The header "x-key" cannot be sent/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
    assert.throws(() => start({ url: 'localhost:4317' }), /is no address of a collector/);
  });
});
