/** What an Extism host does for a plugin beside its input and output: configuration, variables, logs, HTTP, functions of its own. */
import type { Boundary } from '../../host/boundary.ts';
import type { KeptState } from '../../host/state.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { decodePayload } from '../typed/encoding.ts';
import { headersJson, Http, type HttpResponse } from './http.ts';
import { bytesOf, content, optional, payloadOf, text, type Typed } from './payloads.ts';

/** Module that these functions are imported from. */
export const ENVIRONMENT = 'extism:host/env';
/** Names of their records. */
export const CONFIG_GET = `${ENVIRONMENT}#config_get`;
export const VAR_GET = `${ENVIRONMENT}#var_get`;
/** Bytes of all variables, names and values, that libextism keeps by default (`max_var_bytes`). */
const MOST_VAR_BYTES = 1 << 20;

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Answers to functions of the host's own, by their whole names: texts in order, the last one again and again. */
export type ScriptedAnswers = Readonly<Record<string, readonly string[]>>;

/** What a project says of these functions. */
interface Given {
  readonly answers?: ScriptedAnswers;
  readonly allowedHosts?: readonly string[];
}

/** What is asked of an answer after its body. */
type LastResponse = Omit<HttpResponse, 'body'>;

interface Kept {
  readonly variables: ReadonlyMap<string, Uint8Array>;
  readonly last: LastResponse | undefined;
}

export class HostFunctions implements KeptState {
  readonly #boundary: Boundary;
  readonly #answers: ScriptedAnswers;
  readonly #given = new Map<string, number>();
  #config: ReadonlyMap<string, string> = new Map();
  #variables = new Map<string, Uint8Array>();
  readonly #http: Http;
  #last: LastResponse | undefined;

  /** `deadlineMs`: what a call may take, for requests that have to end before. */
  constructor(boundary: Boundary, { answers = {}, allowedHosts = [] }: Given, deadlineMs?: number) {
    this.#boundary = boundary;
    this.#answers = answers;
    this.#http = new Http(boundary, `${ENVIRONMENT}#http_request`, allowedHosts, deadlineMs);
  }

  /** A call of the plugin begins. */
  begin(): void {
    this.#http.begin();
  }

  /** JSON text of an object of strings. */
  configure(json: string | undefined): void {
    const config = json === undefined ? {} : (JSON.parse(json) as Readonly<Record<string, string>>);
    this.#config = new Map(Object.entries(config));
  }

  /** What the project says; in a replay what was recorded, which may have been edited. */
  configGet(key: string): string | undefined {
    const { answers } = this.#boundary;
    // Where a state is rebuilt the project's values are at hand, and recorded ones may be redacted.
    const recorded = answers?.isLive === false ? answers.take(CONFIG_GET, key) : undefined;
    const value = recorded === undefined ? this.#config.get(key) : recordedText(recorded);
    this.#record('config_get', { key: text(key) }, optional(value === undefined ? undefined : text(value)));
    return value;
  }

  /** A copy is not needed: nobody writes to what is kept. */
  varGet(key: string): Uint8Array | undefined {
    const value = this.#variables.get(key);
    this.#record('var_get', { key: text(key) }, optional(value && content(value)));
    return value;
  }

  /** Keeps a copy; undefined removes it. Throws a GuestFault where there would be too much. */
  varSet(key: string, value: Uint8Array | undefined): void {
    this.#record('var_set', { key: text(key), value: optional(value && content(value)) });
    if (value === undefined) {
      this.#variables.delete(key);
      return;
    }
    let size = key.length + value.length;
    for (const [name, kept] of this.#variables) if (name !== key) size += name.length + kept.length;
    if (size > MOST_VAR_BYTES) {
      throw new GuestFault('Variable store is full', {
        what: `the plugin set the variable ${JSON.stringify(key)} to ${value.length} bytes, and all variables may have ${MOST_VAR_BYTES}`,
        advice: 'Other Extism hosts end the call, too. Keep less, or keep it in the memory of the plugin.',
      });
    }
    this.#variables.set(key, value.slice());
  }

  log(level: Level, message: string): void {
    this.#record(`log_${level}`, { level: text(level), message: text(message) }, undefined, RecordFlag.log);
  }

  /** Asks a granted host. Throws a GuestFault where there is no answer. */
  httpRequest(request: string, body: Uint8Array | undefined): HttpResponse {
    this.#last = undefined;
    const response = this.#http.request(request, body);
    this.#last = { status: response.status, headers: response.headers };
    return response;
  }

  /** Status of the last answer; 0 where there is none. */
  get httpStatus(): number {
    return this.#last?.status ?? 0;
  }

  /** Headers of the last answer as JSON text; undefined where there is none. */
  get httpHeaders(): string | undefined {
    return this.#last && headersJson(this.#last.headers);
  }

  /**
   * A function of the host's own. The answer is the recorded one in a replay, else the next one of
   * `hotplug.json`. Throws a GuestFault where there is none.
   */
  callHost(name: string, args: readonly Typed[]): Uint8Array {
    const made = performance.now();
    const answer = this.#boundary.answer(
      name,
      '',
      (bytes) => bytesOf(decodePayload(bytes)?.result) ?? new Uint8Array(),
      () => this.#scripted(name),
      () => new Uint8Array(),
    );
    const params = Object.fromEntries(args.map((one, index) => [`argument-${index + 1}`, one]));
    this.#write(name, payloadOf(params, content(answer)), 0, made);
    return answer;
  }

  copy(): Kept {
    return { variables: new Map(this.#variables), last: this.#last };
  }

  restore(copy: unknown): void {
    const { variables, last } = copy as Kept;
    this.#variables = new Map(variables);
    this.#last = last;
  }

  #scripted(name: string): Uint8Array {
    const answers = this.#answers[name] ?? [];
    const given = this.#given.get(name) ?? 0;
    const next = answers[Math.min(given, answers.length - 1)];
    if (next === undefined) {
      throw new GuestFault(`unknown import ${name}`, {
        what: `the plugin called ${name}, and nothing answers`,
        advice: `Write what it answers into hotplug.json: "host": { "answers": { "${name}": ["an answer"] } }.`,
      });
    }
    this.#given.set(name, given + 1);
    return new TextEncoder().encode(next);
  }

  #record(name: string, params: Readonly<Record<string, Typed>>, result?: Typed, flags = 0): void {
    if (this.#boundary.muted) return;
    const made = performance.now();
    this.#write(`${ENVIRONMENT}#${name}`, payloadOf(params, result), flags, made);
  }

  #write(name: string, payload: Uint8Array, flags: number, made: number): void {
    this.#boundary.record(RecordKind.hostCall, flags, this.#boundary.name(name), payload, made);
  }
}

/** The text of a recorded option; undefined where it is none. */
function recordedText(payload: Uint8Array): string | undefined {
  const bytes = bytesOf(decodePayload(payload)?.result);
  return bytes && new TextDecoder().decode(bytes);
}
