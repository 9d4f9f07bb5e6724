/** What an Extism host does for a plugin beside its input and output: configuration, variables, logs, functions of its own. */
import type { Boundary } from '../../host/boundary.ts';
import type { KeptState } from '../../host/state.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { decodePayload } from '../custom/encoding.ts';
import { bytesOf, content, optional, payloadOf, text, type Typed } from './payloads.ts';

/** Module that these functions are imported from. */
export const ENVIRONMENT = 'extism:host/env';
/** Bytes of all variables, names and values, that libextism keeps by default (`max_var_bytes`). */
export const MOST_VAR_BYTES = 1 << 20;

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Answers to functions of the host's own, by their whole names: texts in order, the last one again and again. */
export type ScriptedAnswers = Readonly<Record<string, readonly string[]>>;

export class HostFunctions implements KeptState {
  readonly #boundary: Boundary;
  readonly #answers: ScriptedAnswers;
  readonly #given = new Map<string, number>();
  #config: ReadonlyMap<string, string> = new Map();
  #variables = new Map<string, Uint8Array>();

  constructor(boundary: Boundary, answers: ScriptedAnswers) {
    this.#boundary = boundary;
    this.#answers = answers;
  }

  /** JSON text of an object of strings. */
  configure(json: string | undefined): void {
    const config = json === undefined ? {} : (JSON.parse(json) as Readonly<Record<string, string>>);
    this.#config = new Map(Object.entries(config));
  }

  configGet(key: string): string | undefined {
    const value = this.#config.get(key);
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

  /** No request leaves: nothing grants one. Throws a GuestFault. */
  httpRequest(request: string): never {
    this.#record('http_request', { request: text(request) });
    throw new GuestFault(`HTTP request is not allowed: ${request}`, {
      what: `the plugin asked for ${request}, and this host grants no HTTP`,
      advice: 'The real hosts refuse it as well unless they are told to allow that host.',
    });
  }

  /**
   * A function of the host's own. The answer is the recorded one in a replay, else the next one of
   * `hotplug.json`. Throws a GuestFault where there is none.
   */
  callHost(name: string, args: readonly Typed[]): Uint8Array {
    const answer = this.#boundary.answer(
      name,
      '',
      (bytes) => bytesOf(decodePayload(bytes)?.result) ?? new Uint8Array(),
      () => this.#scripted(name),
      () => new Uint8Array(),
    );
    const params = Object.fromEntries(args.map((one, index) => [`argument-${index + 1}`, one]));
    this.#write(name, payloadOf(params, content(answer)));
    return answer;
  }

  copy(): unknown {
    return new Map(this.#variables);
  }

  restore(copy: unknown): void {
    if (copy instanceof Map) this.#variables = new Map(copy as Map<string, Uint8Array>);
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
    this.#write(`${ENVIRONMENT}#${name}`, payloadOf(params, result), flags);
  }

  #write(name: string, payload: Uint8Array, flags = 0): void {
    this.#boundary.record(RecordKind.hostCall, flags, this.#boundary.name(name), payload);
  }
}
