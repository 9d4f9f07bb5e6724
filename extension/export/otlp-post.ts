/** Requests to a collector, repeated as OTLP says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '../errors.ts';
import { isObject } from '../recording/lifecycle.ts';
import type { Signal } from './otlp-file.ts';
import { readFields } from './wire.ts';

/** Where spans and logs go. */
export interface OtlpEndpoint {
  /** The collector's address: `http://localhost:4318`. `/v1/traces` and `/v1/logs` are put behind it. */
  readonly url: string;
  /** Sent with each request, as for authentication; never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `protobuf` where absent, which every collector has to read. */
  readonly encoding?: 'json' | 'protobuf';
  /** Waits between tries; those of {@link USUAL_RETRY} where absent. */
  readonly retry?: Retry;
}

/** All in milliseconds. */
export interface Retry {
  /** Before the second try; doubled for each further one, with some chance. */
  readonly first: number;
  readonly most: number;
  /** After which a request is given up. */
  readonly total: number;
}

/** As the collector's own exporters wait. */
const USUAL_RETRY: Retry = { first: 1000, most: 30_000, total: 300_000 };

/** What came of a request. */
export interface Delivered {
  /** How many of it were refused or could not be delivered. */
  readonly rejected: number;
  readonly problem?: string;
}

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Milliseconds that an answer may take. */
const PATIENCE = 10_000;
/** Characters of a refusal that are told. */
const MOST_TEXT = 300;

export class OtlpPost {
  readonly encoding: 'json' | 'protobuf';
  readonly #urls: Readonly<Record<Signal, URL>>;
  readonly #headers: Headers;
  readonly #retry: Retry;
  readonly #trying: (problem: string) => void;
  readonly #ended = new AbortController();

  /** `trying` is told why a request is sent once more. Throws a UserError for what is no address or no header. */
  constructor(
    { url, headers = {}, encoding = 'protobuf', retry = USUAL_RETRY }: OtlpEndpoint,
    trying: (problem: string) => void,
  ) {
    const base = addressOf(url);
    this.encoding = encoding;
    this.#urls = { traces: below(base, 'v1/traces'), logs: below(base, 'v1/logs') };
    this.#headers = headersOf(headers);
    this.#headers.set('content-type', encoding === 'json' ? 'application/json' : 'application/x-protobuf');
    this.#retry = retry;
    this.#trying = trying;
  }

  /** From now on nothing is waited for longer than this. */
  endAfter(milliseconds: number): void {
    const timer = setTimeout(() => {
      this.#ended.abort();
    }, milliseconds);
    timer.unref();
  }

  /** Sends `count` spans or logs, again where the collector asks for that. Never rejects. */
  async send(signal: Signal, body: string | Uint8Array, count: number): Promise<Delivered> {
    const { first, most, total } = this.#retry;
    const end = performance.now() + total;
    for (let wait = first; ; wait = Math.min(wait * 2, most)) {
      const tried = await this.#try(signal, body, count);
      if (tried.again === undefined) return tried;
      // Half of it by chance, so that many who wait do not come back at once.
      const pause = Math.max(tried.again, wait * (0.5 + Math.random() / 2));
      if (this.#ended.signal.aborted || performance.now() + pause > end)
        return { rejected: count, problem: `${tried.problem ?? ''}; given up` };
      this.#trying(tried.problem ?? '');
      await sleep(pause, undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  async #try(
    signal: Signal,
    body: string | Uint8Array,
    count: number,
  ): Promise<Delivered & { readonly again?: number }> {
    const url = this.#urls[signal];
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: this.#headers,
        // A copy of a known kind of buffer, which is what the types want.
        body: typeof body === 'string' ? body : new Uint8Array(body),
        // Headers with secrets do not follow to another place.
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), this.#ended.signal]),
      });
      const answer = new Uint8Array(await response.arrayBuffer());
      if (response.ok) return partOf(response.headers.get('content-type') ?? '', answer, count);
      const problem = `${url.host} answered ${response.status} to ${signal}${textOf(answer)}`;
      if (!TRY_AGAIN.has(response.status)) return { rejected: count, problem };
      return { rejected: count, problem, again: pauseOf(response.headers.get('retry-after')) };
    } catch (error) {
      const cause =
        error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
      return { rejected: count, problem: `${url.host} cannot be reached: ${cause}`, again: 0 };
    }
  }
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return address;
  throw new UserError(
    `"${url}" is no address of a collector`,
    'Write one like http://localhost:4318; OTLP over gRPC (port 4317) is not spoken.',
  );
}

function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  return url;
}

function headersOf(headers: Readonly<Record<string, string>>): Headers {
  const made = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      made.set(name, value);
    } catch {
      // Not its value: that may be a secret.
      throw new UserError(
        `The header "${name}" cannot be sent`,
        'Use letters, digits and - in its name, and no line breaks.',
      );
    }
  }
  return made;
}

/** Milliseconds of a Retry-After header, at most five minutes; 0 where it says nothing. */
function pauseOf(header: string | null): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), 300_000) : 0;
}

/** What a collector took of a request that it answered well: it may have refused a part. */
function partOf(type: string, answer: Uint8Array, count: number): Delivered {
  const { rejected, message } = type.includes('json') ? partOfJson(answer) : partOfProtobuf(answer);
  const refused = Number.isSafeInteger(rejected) ? Math.min(Math.max(0, rejected), count) : 0;
  if (refused === 0 && message === '') return { rejected: 0 };
  const what = refused === 0 ? 'The collector warns' : `The collector refused ${refused} of ${count}`;
  return { rejected: refused, problem: message === '' ? what : `${what}: ${message.slice(0, MOST_TEXT)}` };
}

interface Part {
  readonly rejected: number;
  readonly message: string;
}

const NOTHING: Part = { rejected: 0, message: '' };

function partOfJson(answer: Uint8Array): Part {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(answer));
    const part = isObject(json) ? json['partialSuccess'] : undefined;
    if (!isObject(part)) return NOTHING;
    const { rejectedSpans, rejectedLogRecords, errorMessage } = part;
    return {
      rejected: Number(rejectedSpans ?? rejectedLogRecords ?? 0),
      message: typeof errorMessage === 'string' ? errorMessage : '',
    };
  } catch {
    // It answered that all is well; what else it wrote does not matter.
    return NOTHING;
  }
}

/** ExportTraceServiceResponse and ExportLogsServiceResponse: `partial_success` is 1, in it the number 1 and the text 2. */
function partOfProtobuf(answer: Uint8Array): Part {
  let { rejected, message } = NOTHING;
  for (const { field, bytes } of readFields(answer)) {
    if (field !== 1 || bytes === undefined) continue;
    for (const inner of readFields(bytes)) {
      if (inner.field === 1) rejected = inner.number ?? 0;
      if (inner.field === 2 && inner.bytes !== undefined) message = new TextDecoder().decode(inner.bytes);
    }
  }
  return { rejected, message };
}

function textOf(answer: Uint8Array): string {
  const text = new TextDecoder().decode(answer.subarray(0, MOST_TEXT)).trim();
  // A message of protobuf is no text.
  return text === '' || /[^\P{C}\s]/u.test(text) ? '' : `: ${text}`;
}
