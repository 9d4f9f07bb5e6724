/** Resources as objects: those that the host gives the plugin, and those that the plugin gives the host. */
import { casesOf, resourceName } from '../../values/type.ts';
import type { Value } from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';
import type { HandleType } from './js.ts';

/** Thrown where a call names a resource that there is not. */
export class NoSuchHandle extends Error {
  override readonly name = 'NoSuchHandle';
}

/** An object that stands for a resource; made by the resource's class. */
export type HandleObject = object;

/** What is known of a resource of the host's. */
interface Held {
  readonly resource: string;
  readonly number: number;
  /** The object that the stub gave for it. */
  target: object | undefined;
}

/** Numbers of resources; each name of a resource is counted by itself, from 1. */
class Numbers {
  #last = new Map<string, number>();
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  next(resource: string): number {
    const number = (this.#last.get(resource) ?? this.#first - 1) + 1;
    this.#last.set(resource, number);
    return number;
  }

  state(): ReadonlyMap<string, number> {
    return new Map(this.#last);
  }

  restore(state: ReadonlyMap<string, number>): void {
    this.#last = new Map(state);
  }

  /** This number was given elsewhere. */
  used(resource: string, number: number): void {
    if (number > (this.#last.get(resource) ?? this.#first - 1) && number < MADE_UP)
      this.#last.set(resource, number);
  }
}

/** Numbers from here on are of resources that a replay made up, because the recording has none. */
const MADE_UP = 10_001;

/** Dropped resources whose objects are remembered. */
const PAST = 1000;

/** The resources that the host gives: by class, object and number. */
export class HostHandles {
  readonly #held = new WeakMap<object, Held>();
  /** Objects by `bucket#3`, until the plugin drops them. */
  readonly #objects = new Map<string, HandleObject>();
  /** What stood behind resources that were dropped: a call may name one again. */
  readonly #past = new Map<string, object>();
  readonly #makers = new Map<string, () => HandleObject>();
  readonly #numbers: Numbers;
  /** Receives what is made that is not to be kept. */
  #making: Map<string, HandleObject> | undefined;

  /** In a replay, what is made without a recorded answer gets numbers of its own. */
  constructor(isReplay: boolean) {
    this.#numbers = new Numbers(isReplay ? MADE_UP : 1);
  }

  /** Says how the object of a resource is made, by the resource's whole name. */
  addClass(resource: string, make: () => HandleObject): void {
    this.#makers.set(resource, make);
  }

  has(resource: string): boolean {
    return this.#makers.has(resource);
  }

  /** The object with this number; made where there is none. */
  object(resource: string, number: number): HandleObject {
    const name = resourceName(resource);
    const key = `${name}#${number}`;
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const make = this.#makers.get(resource);
    if (make === undefined) throw new NoSuchHandle(`the host has no ${name} to give`);
    const object = make();
    this.#keep(object, name, number);
    return object;
  }

  #keep(object: HandleObject, resource: string, number: number): Held {
    const key = `${resource}#${number}`;
    const held: Held = { resource, number, target: this.#past.get(key) };
    this.#held.set(object, held);
    this.#objects.set(key, object);
    this.#making?.set(key, object);
    this.#numbers.used(resource, number);
    // The bindings call it when the plugin drops the resource.
    Object.defineProperty(object, Symbol.dispose, { configurable: true, value: () => this.#dropped(object) });
    return held;
  }

  /** The number of an object that a class of {@link addClass} or of WASI made; a new one where it has none. */
  number(resource: string, object: HandleObject): number {
    const known = this.#held.get(object);
    if (known !== undefined) return known.number;
    const name = resourceName(resource);
    return this.#keep(object, name, this.#numbers.next(name)).number;
  }

  isHandle(object: unknown): object is HandleObject {
    return typeof object === 'object' && object !== null && this.#held.has(object);
  }

  /** A number for a resource that is made now. */
  allot(resource: string): number {
    return this.#numbers.next(resourceName(resource));
  }

  /**
   * Lets the stub make a value of a type that was recorded before: the resources in the recorded value get
   * what stands behind those in the one that is made now, which are not kept.
   */
  adopt(recorded: Value, type: WitType, make: () => Value | undefined): Value | undefined {
    const before = this.#numbers.state();
    const made = new Map<string, HandleObject>();
    this.#making = made;
    let given: Value | undefined;
    try {
      given = make();
    } finally {
      this.#making = undefined;
      this.#numbers.restore(before);
      for (const key of made.keys()) this.#objects.delete(key);
    }
    for (const [resource, number, other] of handlePairs(recorded, given, type)) {
      const object = made.get(`${resourceName(resource)}#${other}`);
      const target = object === undefined ? undefined : this.target(object);
      if (target !== undefined) this.setTarget(this.object(resource, number), target);
    }
    return given;
  }

  /** What the stub has for a resource; undefined where it has nothing yet. */
  target(object: HandleObject): object | undefined {
    return this.#held.get(object)?.target;
  }

  setTarget(object: HandleObject, target: object): void {
    const held = this.#held.get(object);
    if (held !== undefined) held.target = target;
  }

  /** Makes a resource that stands for an object of the stub's, and gives its number. */
  take(resource: string, target: object): number {
    const number = this.allot(resource);
    this.setTarget(this.object(resource, number), target);
    return number;
  }

  /** The plugin has given it back: it names it no more, and a call may. */
  returned(resource: string, number: number): void {
    const key = `${resourceName(resource)}#${number}`;
    const object = this.#objects.get(key);
    const target = object === undefined ? undefined : this.target(object);
    this.#objects.delete(key);
    if (target !== undefined) this.#remember(key, target);
  }

  #remember(key: string, target: object): void {
    this.#past.delete(key);
    this.#past.set(key, target);
    const [oldest] = this.#past.keys();
    if (this.#past.size > PAST && oldest !== undefined) this.#past.delete(oldest);
  }

  /** The plugin has dropped it; what the stub has for it is told. */
  #dropped(object: HandleObject): void {
    const held = this.#held.get(object);
    if (held === undefined) return;
    const key = `${held.resource}#${held.number}`;
    this.#objects.delete(key);
    if (held.target !== undefined) this.#remember(key, held.target);
    const dispose: unknown = held.target === undefined ? undefined : Reflect.get(held.target, Symbol.dispose);
    if (typeof dispose === 'function') Reflect.apply(dispose, held.target, []);
  }
}

/** The resources in the same places of two values of a type: whole name, number in the one, number in the other. */
function handlePairs(
  one: Value | undefined,
  other: Value | undefined,
  type: WitType | undefined,
): readonly (readonly [resource: string, number: number, other: number])[] {
  if (one === undefined || other === undefined || type === undefined) return [];
  switch (type.kind) {
    case 'own':
    case 'borrow':
      return one.type === 'handle' && other.type === 'handle'
        ? [[type.resource, one.number, other.number]]
        : [];
    case 'variant':
    case 'option':
    case 'result': {
      if (one.type !== 'variant' || other.type !== 'variant' || one.name !== other.name) return [];
      const found = casesOf(type).find(({ name }) => name === one.name);
      return handlePairs(one.value, other.value, found?.type);
    }
    case 'record':
      if (one.type !== 'record' || other.type !== 'record') return [];
      return type.fields.flatMap((field, index) =>
        handlePairs(one.fields[index]?.value, other.fields[index]?.value, field.type),
      );
    case 'tuple':
      if (one.type !== 'tuple' || other.type !== 'tuple') return [];
      return type.items.flatMap((item, index) => handlePairs(one.items[index], other.items[index], item));
    case 'list': {
      if (one.type !== 'list' || other.type !== 'list' || one.numbers !== undefined) return [];
      const length = Math.min(one.length, other.length);
      return Array.from({ length }, (_, index) =>
        handlePairs(one.at(index), other.at(index), type.element),
      ).flat();
    }
    case 'enum':
    case 'flags':
    case 'future':
    case 'stream':
    case 'error-context':
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
    case 'char':
    case 'string':
      return [];
  }
}

/** The resources that the plugin gave: objects of jco's classes. */
export class PluginHandles {
  readonly #numbers = new Numbers(1);
  readonly #objects = new Map<string, object>();
  readonly #known = new WeakMap<object, number>();

  /** The number of an object that a call gave. */
  number(resource: string, object: object): number {
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    const name = resourceName(resource);
    const number = this.#numbers.next(name);
    this.#known.set(object, number);
    this.#objects.set(`${name}#${number}`, object);
    return number;
  }

  /** The object with this number. Throws a {@link NoSuchHandle} where there is none. */
  object(resource: string, number: number): object {
    const name = resourceName(resource);
    const object = this.#objects.get(`${name}#${number}`);
    if (object !== undefined) return object;
    const mine = [...this.#objects.keys()].filter((key) => key.startsWith(`${name}#`));
    const there = mine.length === 0 ? 'there is none now' : `there is ${mine.slice(0, 8).join(', ')}`;
    throw new NoSuchHandle(`the plugin has no ${name}#${number}; ${there}`);
  }

  /** It was given away, or dropped. */
  forget({ resource }: HandleType, number: number): void {
    this.#objects.delete(`${resourceName(resource)}#${number}`);
  }
}

/** The value with other numbers in it; itself where they stay. */
export function mapHandles(value: Value, numberOf: (resource: string, number: number) => number): Value {
  switch (value.type) {
    case 'handle': {
      const number = numberOf(value.resource, value.number);
      return number === value.number ? value : { ...value, number };
    }
    case 'variant': {
      if (value.value === undefined) return value;
      const inner = mapHandles(value.value, numberOf);
      return inner === value.value ? value : { ...value, value: inner };
    }
    case 'tuple': {
      const items = value.items.map((item) => mapHandles(item, numberOf));
      return items.every((item, index) => item === value.items[index]) ? value : { type: 'tuple', items };
    }
    case 'record': {
      const fields = value.fields.map((field) => {
        const inner = mapHandles(field.value, numberOf);
        return inner === field.value ? field : { name: field.name, value: inner };
      });
      return fields.every((field, index) => field === value.fields[index])
        ? value
        : { type: 'record', fields };
    }
    case 'list': {
      // Lists of scalars have none.
      if (value.numbers !== undefined || value.length === 0) return value;
      const items = Array.from({ length: value.length }, (_, index) => value.at(index));
      const mapped = items.map((item) => mapHandles(item, numberOf));
      if (mapped.every((item, index) => item === items[index])) return value;
      return {
        type: 'list',
        element: value.element,
        length: mapped.length,
        at: (index) => mapped[index] ?? value.at(index),
      };
    }
    case 'bool':
    case 'char':
    case 'string':
    case 'flags':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      return value;
  }
}
