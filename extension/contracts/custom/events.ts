/** Calls of exports as people write them: `{"call": "wasi:keyvalue/watcher#on-set", "args": ["bucket", "\"key\""]}`. */
import { adviceOf, messageOf, UserError } from '../../errors.ts';
import type { EncodedEvent, EventJson } from '../../host/contract.ts';
import type { Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import { readTyped } from '../../values/typed.ts';
import type { WitType, WitWorld } from '../../wit/model.ts';
import { signatureText, typeText } from '../../wit/text.ts';
import { crossingOf, decodePayload, PayloadEncoder } from '../typed/encoding.ts';
import { mapHandles } from './handles.ts';
import { callables, findFunction, hasType, ownResources, type Callable } from './world.ts';

const FORM =
  'Write {"call": "the export\'s name", "args": ["each argument in WAVE"]}; a string in WAVE is in quotes of its own: "\\"text\\"".';

/** Turns calls into events, for one world. */
export class EventWriter {
  readonly #world: WitWorld;
  readonly #callables: readonly Callable[];
  readonly #encoders = new Map<string, PayloadEncoder>();

  constructor(world: WitWorld) {
    this.#world = world;
    this.#callables = callables(world);
  }

  /** Throws a UserError that names the field and the type that is wanted there. */
  encode(event: EventJson): EncodedEvent {
    const name = event['call'];
    if (typeof name !== 'string') throw new UserError('"call": is missing or not a text', FORM);
    const one = findFunction(this.#callables, name, 'export');
    const params = this.#arguments(one, event['args'] ?? []);
    const encoder = this.#encoders.get(one.name) ?? new PayloadEncoder({ params: one.function.params });
    this.#encoders.set(one.name, encoder);
    return { name: one.name, payload: encoder.encode({ params }) };
  }

  #arguments(one: Callable, given: unknown): readonly Value[] {
    const { params } = one.function;
    if (!Array.isArray(given)) throw new UserError('"args": is not a list', FORM);
    if (given.length !== params.length) {
      throw new UserError(
        `"args": ${one.name}${signatureText(one.function)} takes ${params.length} arguments, not ${given.length}`,
        params.length === 0
          ? 'Leave "args" out.'
          : `They are ${params.map(({ name, type }) => `${name}: ${typeText(type)}`).join(', ')}.`,
      );
    }
    return params.map(({ name, type }, index) =>
      this.argument(given[index], type, `"args[${index}]" (${name}: ${typeText(type)})`),
    );
  }

  /** One argument; numbers and booleans of JSON are what they are in WAVE. */
  argument(given: unknown, type: WitType, where: string): Value {
    const text = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
    if (typeof text !== 'string') throw new UserError(`${where}: is not a text in WAVE`, FORM);
    try {
      const value = readTyped(text, type);
      this.#refuseNew(value, type);
      return value;
    } catch (error) {
      throw new UserError(`${where}: ${messageOf(error)}`, adviceOf(error, 'the log'), { cause: error });
    }
  }

  /** Only the plugin makes what is its own. */
  #refuseNew(value: Value, type: WitType): void {
    const isOwn = ownResources(this.#world);
    const owns = hasType(type, (one) => (one.kind === 'own' || one.kind === 'borrow') && isOwn(one.resource));
    if (!owns) return;
    mapHandles(value, (resource, number) => {
      if (number === 0) {
        throw new UserError(
          `a ${resource} is made by the plugin`,
          `Call what gives one first, then name it: ${resource}#1 is the first one.`,
        );
      }
      return number;
    });
  }
}

/** The JSON form of an event: the inverse of {@link EventWriter.encode}; needs no world. */
export function decodeEvent(event: EncodedEvent): EventJson {
  return { ...(decodeCallText(event) ?? { call: event.name, args: null }) };
}

/** A call with its arguments in WAVE; undefined where the payload is none. */
export function decodeCallText({
  name,
  payload,
}: EncodedEvent): { readonly call: string; readonly args: readonly string[] } | undefined {
  const decoded = decodePayload(payload);
  if (decoded === undefined) return undefined;
  return { call: name, args: crossingOf(decoded).arguments.map(({ value }) => printValue(value)) };
}
