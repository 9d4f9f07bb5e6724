/** Reads WAVE text as a value of a WIT type. */
import type { WitField, WitType } from '../wit/model.ts';
import { exampleOf } from './make.ts';
import { DEEPEST } from './parse.ts';
import { WaveReader } from './reader.ts';
import {
  article,
  casesOf,
  elementName,
  kindText,
  listed,
  NONE,
  resourceName,
  unsupported,
  type Case,
} from './type.ts';
import { isBig, isNumberType, numberList, valueList, type Value } from './value.ts';

/**
 * Reads WAVE text as a value of a type. A resource is `bucket#1`, or `bucket` for a new one. Throws a
 * UserError that names the position and what the type wants there.
 */
export function readTyped(text: string, type: WitType): Value {
  const reader = new WaveReader(text, () => `Write ${article(kindText(type))}: ${exampleOf(type)}`);
  const value = new TypedParser(reader).value(type, 0);
  reader.readEnd();
  return value;
}

class TypedParser {
  readonly #reader: WaveReader;

  constructor(reader: WaveReader) {
    this.#reader = reader;
  }

  value(type: WitType, depth: number): Value {
    const reader = this.#reader;
    reader.space();
    if (depth > DEEPEST) throw reader.expected(`at most ${DEEPEST} values within each other`);
    switch (type.kind) {
      case 'bool':
        return reader.readBool();
      case 'char':
        return reader.readChar();
      case 'string':
        return { type: 'string', value: reader.readString() };
      case 'list':
        return this.#list(type, depth);
      case 'tuple':
        return this.#tuple(type.items, depth);
      case 'record':
        return this.#record(type.fields, depth);
      case 'variant':
        return this.#variant(type.cases, type, depth);
      case 'enum':
        return this.#variant(casesOf(type), type, depth);
      case 'option':
        return this.#flat(type, 'some', type.some, depth);
      case 'result':
        return this.#flat(type, 'ok', type.ok, depth);
      case 'flags':
        return this.#flags(type.flags);
      case 'own':
      case 'borrow':
        return this.#handle(resourceName(type.resource));
      case 'future':
      case 'stream':
      case 'error-context':
        throw unsupported(type);
      case 'f32':
      case 'f64':
      case 'u8':
      case 'u16':
      case 'u32':
      case 'u64':
      case 's8':
      case 's16':
      case 's32':
      case 's64':
        return reader.readNumber(type.kind);
    }
  }

  #list({ element, length }: Extract<WitType, { kind: 'list' }>, depth: number): Value {
    const reader = this.#reader;
    const { kind } = element;
    const full = (count: number): void => {
      if (length !== undefined && count !== length)
        throw reader.expected(`${length} elements, not ${count}`, reader.at - 1);
    };
    reader.readOpening('[', 'a list in brackets');
    if (isNumberType(kind) && !isBig(kind)) {
      const numbers: number[] = [];
      while (!reader.skipClosing(']', numbers.length)) {
        reader.space();
        numbers.push(Number(reader.readNumber(kind).value));
      }
      full(numbers.length);
      return numberList(kind, numbers);
    }
    const items: Value[] = [];
    while (!reader.skipClosing(']', items.length)) items.push(this.value(element, depth + 1));
    full(items.length);
    return valueList(elementName(element), items);
  }

  #tuple(types: readonly WitType[], depth: number): Value {
    const reader = this.#reader;
    const items: Value[] = [];
    reader.readOpening('(', `a tuple of ${types.length} values in parentheses`);
    while (!reader.skipClosing(')', items.length)) {
      const type = types[items.length];
      if (type === undefined) throw reader.expected(`no more than ${types.length} values`);
      items.push(this.value(type, depth + 1));
    }
    if (items.length < types.length)
      throw reader.expected(`${types.length} values, not ${items.length}`, reader.at - 1);
    return { type: 'tuple', items };
  }

  #record(types: readonly WitField[], depth: number): Value {
    const reader = this.#reader;
    const found = new Map<string, Value>();
    if (!reader.skipEmptyRecord()) {
      reader.readOpening('{', `a record in braces, with ${listed(types.map(({ name }) => name))}`);
      while (!reader.skipClosing('}', found.size)) {
        const at = reader.at;
        const name = reader.readLabel('the name of a field');
        const field = types.find((candidate) => candidate.name === name);
        if (field === undefined)
          throw reader.expected(`one of the fields ${types.map((one) => one.name).join(', ')}`, at);
        if (found.has(name)) throw reader.expected(`"${name}" once only`, at);
        reader.readColon();
        found.set(name, this.value(field.type, depth + 1));
      }
    }
    const fields = types.map(({ name, type }) => {
      const value = found.get(name) ?? (type.kind === 'option' ? NONE : undefined);
      if (value === undefined)
        throw reader.expected(`the field "${name}", ${article(kindText(type))}`, reader.at - 1);
      return { name, value };
    });
    return { type: 'record', fields };
  }

  #variant(cases: readonly Case[], type: WitType, depth: number): Value {
    const reader = this.#reader;
    const at = reader.at;
    const name = reader.takeCase();
    const found = cases.find((one) => one.name === name);
    if (found === undefined) {
      const names = cases.map((one) => (one.type === undefined ? one.name : `${one.name}(…)`));
      throw reader.expected(`one of ${names.join(', ')}, which are the cases of ${kindText(type)}`, at);
    }
    return { type: 'variant', name: found.name, ...this.#payload(found, depth) };
  }

  #payload({ name, type }: Case, depth: number): { readonly value?: Value } {
    const reader = this.#reader;
    const at = reader.at;
    reader.space();
    const opened = reader.skip('(');
    if (type === undefined) {
      if (opened) throw reader.expected(`${name} alone: it has no value`, reader.at - 1);
      reader.at = at;
      return {};
    }
    if (!opened) throw reader.expected(`"(" and ${article(kindText(type))}, the value of ${name}`);
    const value = this.value(type, depth + 1);
    reader.space();
    if (!reader.skip(')')) throw reader.expected('")"');
    return { value };
  }

  /** An option or a result: the payload of `some` or `ok` may stand alone. */
  #flat(
    type: Extract<WitType, { kind: 'option' | 'result' }>,
    flat: string,
    payload: WitType | undefined,
    depth: number,
  ): Value {
    const reader = this.#reader;
    const at = reader.at;
    const cases = casesOf(type);
    const name = reader.takeCase();
    const found = cases.find((one) => one.name === name);
    if (found !== undefined) return { type: 'variant', name: found.name, ...this.#payload(found, depth) };
    reader.at = at;
    if (payload !== undefined && payload.kind !== 'option' && payload.kind !== 'result')
      return { type: 'variant', name: flat, value: this.value(payload, depth + 1) };
    const names = cases.map((one) => (one.type === undefined ? one.name : `${one.name}(…)`));
    throw reader.expected(`${names.join(' or ')} of ${kindText(type)}`, at);
  }

  #flags(names: readonly string[]): Value {
    const reader = this.#reader;
    const set = new Set<string>();
    reader.readOpening('{', `flags in braces, some of ${names.join(', ')}`);
    for (let count = 0; !reader.skipClosing('}', count); count++) {
      const at = reader.at;
      const name = reader.readLabel('the name of a flag');
      if (!names.includes(name)) throw reader.expected(`one of the flags ${names.join(', ')}`, at);
      set.add(name);
    }
    return { type: 'flags', set: names.filter((name) => set.has(name)) };
  }

  #handle(resource: string): Value {
    const reader = this.#reader;
    const at = reader.at;
    if (reader.takeCase() !== resource)
      throw reader.expected(`a ${resource}: ${resource}#1, or ${resource} for a new one`, at);
    return { type: 'handle', resource, number: reader.takeHandleNumber() ?? 0 };
  }
}
