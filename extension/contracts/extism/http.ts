/** `http_request`: to granted hosts only, recorded without what is secret in it, answered by the recording in a replay. */
import type { Boundary } from '../../host/boundary.ts';
import { isGranted } from '../../host/hosts.ts';
import { requestHttp, type HttpAnswer, type HttpProblem } from '../../host/http.ts';
import { RecordKind } from '../../recording/record.ts';
import type { NamedValue, Value } from '../../values/value.ts';
import { GuestFault } from '../../wasm/fault.ts';
import type { WitType } from '../../wit/model.ts';
import { decodePayload } from '../typed/encoding.ts';
import { bytesOf, content, optional, payloadOf, text, TEXT, type Typed } from './payloads.ts';

/** Bytes of a body that libextism and go-sdk take by default (`max_http_response_bytes`). */
const MOST_BODY_BYTES = 50 << 20;
/** What a request keeps of the deadline for saying that it did not come in time, as a part of it and in ms at most. */
const SPARE_PART = 0.1;
const SPARE_MS = 500;
/** Where nobody says when the call has to be over. */
const NO_DEADLINE_MS = 24 * 60 * 60 * 1000;

/** Header lines whose values are never recorded. */
const SECRET: readonly string[] = ['authorization', 'cookie', 'proxy-authorization'];
const HIDDEN = '(not recorded)';

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A request as plugins write it: JSON of `url`, `method` and `headers`, which older ones call `header`. */
interface Request {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why there is no answer, as it is recorded: a case with an address, or with what went wrong. */
type Problem = 'not-granted' | HttpProblem;
const PROBLEMS = ['not-granted', 'redirected', 'timed-out', 'too-large', 'failed'] as const;
const PROBLEM: WitType = {
  kind: 'variant',
  cases: PROBLEMS.map((name) => ({ name, type: TEXT })),
};

type Answer = { readonly ok: true } & HttpResponse;
type Failure = { readonly ok: false; readonly problem: Problem; readonly detail: string };

/** What a call gets in a replay that was not recorded. */
const NOTHING: Answer = { ok: true, status: 0, headers: [], body: new Uint8Array() };

export class Http {
  readonly #boundary: Boundary;
  readonly #name: string;
  readonly #hosts: readonly string[];
  readonly #deadlineMs: number | undefined;
  #called = performance.now();

  /** `name`: what the requests are recorded as. `deadlineMs`: what a call may take; undefined where it may take any time. */
  constructor(boundary: Boundary, name: string, hosts: readonly string[], deadlineMs: number | undefined) {
    this.#boundary = boundary;
    this.#name = name;
    this.#hosts = hosts;
    this.#deadlineMs = deadlineMs;
  }

  /** A call of the plugin begins: the deadline is counted from here. */
  begin(): void {
    this.#called = performance.now();
  }

  /** Asks, and gives the answer. Throws a GuestFault where there is none, as the real hosts end the call. */
  request(json: string, body: Uint8Array | undefined): HttpResponse {
    const made = performance.now();
    const request = readRequest(json);
    const live = (): Answer | Failure => this.#ask(request, body);
    const answer = this.#boundary.answer(
      this.#name,
      '',
      readAnswer,
      // State that is rebuilt was asked for once already.
      () => (this.#boundary.replaying ? NOTHING : live()),
      () => NOTHING,
    );
    if (!this.#boundary.muted) {
      const params = { request: text(recorded(request)), body: optional(body && content(body)) };
      const payload = payloadOf(params, typed(answer));
      this.#boundary.record(RecordKind.hostCall, 0, this.#boundary.name(this.#name), payload, made);
    }
    if (!answer.ok) throw faultOf(answer);
    return answer;
  }

  #ask({ url, method, headers }: Request, body: Uint8Array | undefined): Answer | Failure {
    if (!isGranted(url.hostname, this.#hosts))
      return { ok: false, problem: 'not-granted', detail: shown(url) };
    return shownIn(
      requestHttp({
        url: url.href,
        method,
        headers: Object.entries(headers),
        body: body === undefined || body.length === 0 ? undefined : body.slice(),
        hosts: this.#hosts,
        mostBytes: MOST_BODY_BYTES,
        limitMs: this.#left(),
      }),
    );
  }

  /** Milliseconds until the deadline of the call, without what it takes to say so. */
  #left(): number {
    if (this.#deadlineMs === undefined) return NO_DEADLINE_MS;
    const spare = Math.min(SPARE_MS, this.#deadlineMs * SPARE_PART);
    return Math.max(1, Math.floor(this.#called + this.#deadlineMs - spare - performance.now()));
  }
}

/** As JSON text, which is what `http_headers` gives: an object of texts. */
export function headersJson(headers: HttpResponse['headers']): string {
  const joined: Record<string, string> = {};
  for (const [name, value] of headers) {
    const before = joined[name];
    joined[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return JSON.stringify(joined);
}

function readRequest(json: string): Request {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong('is not JSON');
  }
  if (!isObject(value)) throw wrong('is not an object');
  const { url: address, method, headers = value['header'] } = value;
  if (typeof address !== 'string') throw wrong('has no "url"');
  if (method !== undefined && method !== null && typeof method !== 'string')
    throw wrong('has a "method" that is no text');
  const lines = headers ?? {};
  if (!isTexts(lines)) throw wrong('has "headers" that are no object of texts');
  if (!URL.canParse(address)) throw wrong(`has a "url" that is none: ${address}`);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw wrong(`has a "url" that is neither http: nor https:: ${shown(url)}`);
  return { url, method: method ?? 'GET', headers: lines };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
}

function wrong(what: string): GuestFault {
  return new GuestFault(`the HTTP request ${what}`, {
    what: `the plugin called http_request, and the request ${what}`,
    advice:
      'Write it as {"url": "https://…", "method": "GET", "headers": {}}, or use what the PDK has for it.',
  });
}

/** The request as it is recorded: JSON text with its address, its method and its headers, without secrets. */
function recorded({ url, method, headers }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => [
    name,
    SECRET.includes(name.toLowerCase()) ? HIDDEN : value,
  ]);
  return JSON.stringify({ url: shown(url), method, headers: Object.fromEntries(lines) as unknown });
}

/** An address without a password in it. */
function shown(url: URL): string {
  if (url.username === '' && url.password === '') return url.href;
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

function shownIn(answer: HttpAnswer): HttpAnswer {
  if (answer.ok || answer.problem === 'failed') return answer;
  return { ...answer, detail: shown(new URL(answer.detail)) };
}

function typed(answer: Answer | Failure): Typed {
  if (!answer.ok) {
    const detail: Value = { type: 'string', value: answer.detail };
    const value: Value = { type: 'variant', name: answer.problem, value: detail };
    return { type: resultOf(TEXT), value: { type: 'variant', name: 'err', value } };
  }
  const body = content(answer.body);
  const fields: readonly NamedValue[] = [
    { name: 'status', value: { type: 'u16', value: answer.status } },
    { name: 'headers', value: text(headersJson(answer.headers)).value },
    { name: 'body', value: body.value },
  ];
  return {
    type: resultOf(body.type),
    value: { type: 'variant', name: 'ok', value: { type: 'record', fields } },
  };
}

/** The type of an answer, whose body is text or bytes. */
function resultOf(body: WitType): WitType {
  const fields = [
    { name: 'status', type: { kind: 'u16' } as const },
    { name: 'headers', type: TEXT },
    { name: 'body', type: body },
  ];
  return { kind: 'result', ok: { kind: 'record', fields }, err: PROBLEM };
}

/** The answer of a recorded call. */
function readAnswer(bytes: Uint8Array): Answer | Failure {
  const result = decodePayload(bytes)?.result;
  const inner = result?.type === 'variant' ? result.value : undefined;
  if (inner?.type === 'variant') {
    const problem = PROBLEMS.find((one) => one === inner.name) ?? 'failed';
    return { ok: false, problem, detail: textOf(inner.value) };
  }
  const field = (name: string): Value | undefined =>
    inner?.type === 'record' ? inner.fields.find((one) => one.name === name)?.value : undefined;
  const status = field('status');
  const headers: unknown = JSON.parse(textOf(field('headers')) || '{}');
  return {
    ok: true,
    status: status?.type === 'u16' ? Number(status.value) : 0,
    headers: isTexts(headers) ? Object.entries(headers) : [],
    body: bytesOf(field('body')) ?? new Uint8Array(),
  };
}

function textOf(value: Value | undefined): string {
  return value?.type === 'string' ? value.value : '';
}

function faultOf({ problem, detail }: Failure): GuestFault {
  switch (problem) {
    case 'not-granted':
      return new GuestFault(`HTTP request to '${detail}' is not allowed`, {
        what: `the plugin asked for ${detail}, and hotplug.json does not grant that host`,
        advice: grantAdvice(detail),
      });
    case 'redirected':
      return new GuestFault(`HTTP request to '${detail}' is not allowed`, {
        what: `the plugin was redirected to ${detail}, and hotplug.json does not grant that host`,
        advice: grantAdvice(detail),
      });
    case 'timed-out':
      return new GuestFault(`HTTP request to '${detail}': timeout`, {
        what: `the plugin asked for ${detail}, and the answer did not come before the deadline of the call`,
        advice: 'Look whether that server answers, or raise "deadlineMs" in hotplug.json if it needs longer.',
      });
    case 'too-large':
      return new GuestFault(`HTTP response of '${detail}' has more than ${MOST_BODY_BYTES} bytes`, {
        what: `the plugin asked for ${detail}, and the answer has more than ${MOST_BODY_BYTES >> 20} MiB`,
        advice: 'Other Extism hosts do not take it either. Ask for less at a time.',
      });
    case 'failed':
      return new GuestFault(`HTTP request failed: ${detail}`, {
        what: `the plugin made an HTTP request, which failed: ${detail}`,
        advice: 'The real hosts end the call, too. Look whether the address is right and its server runs.',
      });
  }
}

function grantAdvice(address: string): string {
  const host = URL.canParse(address) ? new URL(address).hostname : address;
  return `Add it to hotplug.json, "allowedHosts": [${JSON.stringify(host)}], and allow it where the editor asks. The real hosts refuse it as well unless their manifest allows that host.`;
}
