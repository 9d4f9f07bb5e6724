/**
 * WIT as the rest of Hotplug sees it: packages, worlds, interfaces, functions and types, with every
 * reference followed. WIT has no recursive types, so that a type can be written out where it is used.
 */

/** Where something is written; line and column count from 1, the column in UTF-16 units. */
export interface WitPlace {
  /** Path as it was given to the parser. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type WitPrimitive =
  'bool' | 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64' | 'f32' | 'f64' | 'char' | 'string';

/**
 * A type with everything in it. `name` is where it was declared, `wasi:io/streams@0.2.0#stream-error`;
 * what a world declares by itself has its plain name.
 */
export type WitType = { readonly name?: string; readonly place?: WitPlace } & (
  | { readonly kind: WitPrimitive | 'error-context' }
  /** `length` where the list has a fixed one. */
  | { readonly kind: 'list'; readonly element: WitType; readonly length?: number }
  | { readonly kind: 'option'; readonly some: WitType }
  | { readonly kind: 'result'; readonly ok?: WitType; readonly err?: WitType }
  | { readonly kind: 'tuple'; readonly items: readonly WitType[] }
  | { readonly kind: 'record'; readonly fields: readonly WitField[] }
  | { readonly kind: 'variant'; readonly cases: readonly WitCase[] }
  | { readonly kind: 'enum'; readonly cases: readonly string[] }
  | { readonly kind: 'flags'; readonly flags: readonly string[] }
  /** A handle; `resource` is the resource's whole name: `wasi:io/streams@0.2.0#input-stream`. */
  | { readonly kind: 'own' | 'borrow'; readonly resource: string }
  | { readonly kind: 'future' | 'stream'; readonly payload?: WitType }
);

export interface WitField {
  readonly name: string;
  readonly type: WitType;
  readonly docs?: string;
}

/** One case of a variant. */
export interface WitCase {
  readonly name: string;
  readonly type?: WitType;
  readonly docs?: string;
}

export interface WitFunction {
  /** As WIT has it, without the resource: `get`; a constructor's is `constructor`. */
  readonly name: string;
  /** The name of the component model: `get`, `[method]bucket.get`, `[static]bucket.open`, `[constructor]bucket`. */
  readonly exportName: string;
  readonly kind: 'function' | 'method' | 'static' | 'constructor';
  /** The resource's name in its interface, for all but functions. */
  readonly resource?: string;
  /** A method's first parameter is `self`. */
  readonly params: readonly WitField[];
  /** Undefined where it returns nothing. */
  readonly result?: WitType;
  readonly async?: boolean;
  readonly docs?: string;
  readonly place?: WitPlace;
}

export interface WitInterface {
  /** With package and version: `wasi:keyvalue/store@0.2.0-draft`; an interface written in a world has its plain name. */
  readonly name: string;
  readonly functions: readonly WitFunction[];
  /** Names of the resources that it declares. */
  readonly resources: readonly string[];
  /** Named types that it declares or uses, by their names in it; resources are not among them. */
  readonly types: Readonly<Record<string, WitType>>;
  readonly docs?: string;
  readonly place?: WitPlace;
}

/** What one side of a world has: interfaces, and functions that are in none. */
export interface WitSide {
  readonly interfaces: readonly WitInterface[];
  readonly functions: readonly WitFunction[];
}

export interface WitWorld {
  /** `plugin` */
  readonly name: string;
  /** With version: `streamkit:plugin@0.1.0`. */
  readonly package: string;
  readonly imports: WitSide;
  readonly exports: WitSide;
  readonly docs?: string;
  readonly place?: WitPlace;
}

export interface WitPackage {
  /** With version: `wasi:keyvalue@0.2.0-draft`. */
  readonly name: string;
  readonly worlds: readonly WitWorld[];
  /** Names of its interfaces, with package and version. */
  readonly interfaces: readonly WitInterface[];
}
