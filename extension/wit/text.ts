/** Names and types of WIT as text. */
import type { WitFunction, WitType } from './model.ts';

/** The part of a name behind its interface: `input-stream` of `wasi:io/streams@0.2.0#input-stream`. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('#') + 1);
}

/** The interface in a name such as `wasi:io/streams@0.2.0#input-stream`; empty for what a world declares by itself. */
export function interfaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('#')));
}

/** A name without the version of its package: `wasi:io/streams#input-stream`. */
export function withoutVersion(name: string): string {
  return name.replace(/@[^#]*/, '');
}

/** How a function is called within its interface: `get`, `bucket.get`, `bucket.open`, `bucket.constructor`. */
export function localName({ name, resource }: WitFunction): string {
  return resource === undefined ? name : `${resource}.${name}`;
}

/** The whole name of a function: `wasi:keyvalue/store@0.2.0-draft#bucket.get`; the world's own have their plain name. */
export function fullName(one: WitFunction, owner: string | undefined): string {
  return owner === undefined ? localName(one) : `${owner}#${localName(one)}`;
}

/** A type as it is written in WIT; named types by their name, resources by theirs. */
export function typeText(type: WitType): string {
  return type.name === undefined ? structureText(type) : shortName(type.name);
}

function structureText(type: WitType): string {
  switch (type.kind) {
    case 'list':
      return `list<${typeText(type.element)}${type.length === undefined ? '' : `, ${type.length}`}>`;
    case 'option':
      return `option<${typeText(type.some)}>`;
    case 'result':
      if (type.err !== undefined) return `result<${optionalText(type.ok)}, ${typeText(type.err)}>`;
      return type.ok === undefined ? 'result' : `result<${typeText(type.ok)}>`;
    case 'tuple':
      return `tuple<${type.items.map(typeText).join(', ')}>`;
    case 'own':
      return shortName(type.resource);
    case 'borrow':
      return `borrow<${shortName(type.resource)}>`;
    case 'record':
      return `record { ${type.fields.map(({ name, type: field }) => `${name}: ${typeText(field)}`).join(', ')} }`;
    case 'variant':
      return `variant { ${type.cases.map(({ name, type: payload }) => (payload === undefined ? name : `${name}(${typeText(payload)})`)).join(', ')} }`;
    case 'enum':
      return `enum { ${type.cases.join(', ')} }`;
    case 'flags':
      return `flags { ${type.flags.join(', ')} }`;
    case 'future':
    case 'stream':
      return type.payload === undefined ? type.kind : `${type.kind}<${typeText(type.payload)}>`;
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
      return type.kind;
  }
}

function optionalText(type: WitType | undefined): string {
  return type === undefined ? '_' : typeText(type);
}

/** A function's parameters and result: `(name: string, create: bool) -> result<bucket, problem>`. */
export function signatureText({ params, result }: Pick<WitFunction, 'params' | 'result'>): string {
  const given = params.map(({ name, type }) => `${name}: ${typeText(type)}`).join(', ');
  return `(${given})${result === undefined ? '' : ` -> ${typeText(result)}`}`;
}
