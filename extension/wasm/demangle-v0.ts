import { punycode } from './punycode.ts';

/** Thrown inside this file for what does not follow the grammar; {@link demangleV0} turns it into undefined. */
class Unreadable extends Error {}

/** Backrefs can make a short symbol endless; nobody reads names beyond these. */
const LONGEST = 4096;
const MOST_STEPS = 10_000;
const DEEPEST = 200;

const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

/**
 * Reads a Rust v0 symbol without its `_R` (https://doc.rust-lang.org/rustc/symbol-mangling/v0.html);
 * undefined where it is none. Crate hashes and the types of constants are left out.
 */
export function demangleV0(mangled: string): string | undefined {
  try {
    const text = new Demangler(mangled).symbol();
    return text === '' ? undefined : text;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Demangler {
  readonly #text: string;
  #at = 0;
  #steps = 0;
  #depth = 0;
  /** Lifetimes that the binders around bind. */
  #bound = 0;

  constructor(text: string) {
    this.#text = text;
  }

  symbol(): string {
    if (/[0-9]/.test(this.#peek())) throw new Unreadable(); // a version of the encoding to come
    const path = this.#path(true);
    if (/[A-Z]/.test(this.#peek())) this.#path(false); // the crate that instantiated it
    if (!/^([.$].*)?$/s.test(this.#text.slice(this.#at))) throw new Unreadable();
    return path;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #next(): string {
    const char = this.#peek();
    if (char === '' || ++this.#steps > MOST_STEPS) throw new Unreadable();
    this.#at++;
    return char;
  }

  #eat(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#next();
    return true;
  }

  #nested(read: () => string): string {
    if (++this.#depth > DEEPEST) throw new Unreadable();
    const text = read();
    this.#depth--;
    if (text.length > LONGEST) throw new Unreadable();
    return text;
  }

  /** Items up to the letter E. */
  #list(read: () => string): string[] {
    const items: string[] = [];
    while (!this.#eat('E')) items.push(read());
    return items;
  }

  /** Reads what stands earlier in the symbol. */
  #backref(read: () => string): string {
    const here = this.#at - 1;
    const target = this.#base62();
    if (target >= here) throw new Unreadable();
    const after = this.#at;
    this.#at = target;
    const text = this.#nested(read);
    this.#at = after;
    return text;
  }

  /** Exact up to 2^53; only crate hashes are greater, and nobody shows them. */
  #base62(): number {
    if (this.#eat('_')) return 0;
    let value = 0;
    for (let char = this.#next(); char !== '_'; char = this.#next()) {
      const digit = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(char);
      value = value * 62 + digit;
      if (digit < 0 || value > 2 ** 64) throw new Unreadable();
    }
    return value + 1;
  }

  #disambiguator(): number {
    return this.#eat('s') ? this.#base62() + 1 : 0;
  }

  #name(): string {
    const encoded = this.#eat('u');
    let digits = '';
    while (/^[0-9]$/.test(this.#peek())) {
      digits += this.#next();
      if (digits === '0') break;
    }
    if (digits === '') throw new Unreadable();
    this.#eat('_');
    const start = this.#at;
    this.#at += Number(digits);
    if (this.#at > this.#text.length) throw new Unreadable();
    const name = this.#text.slice(start, this.#at);
    return encoded ? (punycode(name) ?? name) : name;
  }

  /** `inValue`: generic arguments need `::` before them, as in an expression. */
  #path(inValue: boolean): string {
    return this.#nested(() => {
      const tag = this.#next();
      switch (tag) {
        case 'C':
          this.#disambiguator();
          return this.#name();
        case 'N':
          return this.#nestedPath(inValue);
        case 'M':
          this.#implPath();
          return `<${this.#type()}>`;
        case 'X':
          this.#implPath();
          return `<${this.#type()} as ${this.#path(false)}>`;
        case 'Y':
          return `<${this.#type()} as ${this.#path(false)}>`;
        case 'I':
          return `${this.#path(inValue)}${inValue ? '::' : ''}<${this.#list(() => this.#argument()).join(', ')}>`;
        case 'B':
          return this.#backref(() => this.#path(inValue));
        default:
          throw new Unreadable();
      }
    });
  }

  /** Where an impl block stands: never shown. */
  #implPath(): void {
    this.#disambiguator();
    this.#path(false);
  }

  #nestedPath(inValue: boolean): string {
    const namespace = this.#next();
    if (!/[A-Za-z]/.test(namespace)) throw new Unreadable();
    const parent = this.#path(inValue);
    const number = this.#disambiguator();
    const name = this.#name();
    if (namespace >= 'a') return name === '' ? parent : `${parent}::${name}`;
    const kind = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
    return `${parent}::{${kind}${name === '' ? '' : `:${name}`}#${number}}`;
  }

  #argument(): string {
    if (this.#eat('L')) return this.#lifetime();
    if (this.#eat('K')) return this.#constant();
    return this.#type();
  }

  #lifetime(): string {
    const index = this.#base62();
    return index === 0 ? "'_" : this.#lifetimeName(this.#bound - index);
  }

  #lifetimeName(depth: number): string {
    if (depth < 0) throw new Unreadable();
    return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`;
  }

  #binder(read: () => string): string {
    const count = this.#eat('G') ? this.#base62() + 1 : 0;
    if (count > 100) throw new Unreadable();
    const names = Array.from({ length: count }, (_, index) => this.#lifetimeName(this.#bound + index));
    this.#bound += count;
    const text = read();
    this.#bound -= count;
    return count === 0 ? text : `for<${names.join(', ')}> ${text}`;
  }

  #type(): string {
    const basic = BASIC_TYPES[this.#peek()];
    if (basic !== undefined) {
      this.#next();
      return basic;
    }
    return this.#nested(() => {
      const tag = this.#next();
      switch (tag) {
        case 'R':
        case 'Q':
          return `&${this.#referenceLifetime()}${tag === 'Q' ? 'mut ' : ''}${this.#type()}`;
        case 'P':
          return `*const ${this.#type()}`;
        case 'O':
          return `*mut ${this.#type()}`;
        case 'A':
          return `[${this.#type()}; ${this.#constant()}]`;
        case 'S':
          return `[${this.#type()}]`;
        case 'T':
          return tuple(this.#list(() => this.#type()));
        case 'F':
          return this.#binder(() => this.#function());
        case 'D':
          return this.#dynamic();
        case 'B':
          return this.#backref(() => this.#type());
        default:
          this.#at--;
          return this.#path(false);
      }
    });
  }

  #referenceLifetime(): string {
    if (!this.#eat('L')) return '';
    const name = this.#lifetime();
    return name === "'_" ? '' : `${name} `;
  }

  #function(): string {
    const safety = this.#eat('U') ? 'unsafe ' : '';
    const abi = this.#eat('K') ? (this.#eat('C') ? 'C' : this.#name().replaceAll('_', '-')) : undefined;
    const parameters = this.#list(() => this.#type()).join(', ');
    const result = this.#type();
    const external = abi === undefined ? '' : `extern "${abi}" `;
    return `${safety}${external}fn(${parameters})${result === '()' ? '' : ` -> ${result}`}`;
  }

  #dynamic(): string {
    const traits = this.#binder(() => this.#list(() => this.#trait()).join(' + '));
    if (!this.#eat('L')) throw new Unreadable();
    const lifetime = this.#lifetime();
    return `dyn ${traits}${lifetime === "'_" ? '' : ` + ${lifetime}`}`;
  }

  #trait(): string {
    const path = this.#path(false);
    const bindings: string[] = [];
    while (this.#eat('p')) bindings.push(`${this.#name()} = ${this.#type()}`);
    if (bindings.length === 0) return path;
    return path.endsWith('>') && !path.startsWith('<')
      ? `${path.slice(0, -1)}, ${bindings.join(', ')}>`
      : `${path}<${bindings.join(', ')}>`;
  }

  #constant(): string {
    return this.#nested(() => {
      const tag = this.#next();
      if (/[htmyoj]/.test(tag)) return String(this.#hex());
      if (/[aslxni]/.test(tag)) return `${this.#eat('n') ? '-' : ''}${this.#hex()}`;
      switch (tag) {
        case 'p':
          return '_';
        case 'b':
          return this.#hex() === 0n ? 'false' : 'true';
        case 'c':
          return `'${codePoint(this.#hex())}'`;
        case 'e':
          return `*${this.#string()}`;
        case 'R':
          return this.#eat('e') ? this.#string() : `&${this.#constant()}`;
        case 'Q':
          return `&mut ${this.#constant()}`;
        case 'A':
          return `[${this.#list(() => this.#constant()).join(', ')}]`;
        case 'T':
          return tuple(this.#list(() => this.#constant()));
        case 'V':
          return this.#structure();
        case 'B':
          return this.#backref(() => this.#constant());
        default:
          throw new Unreadable();
      }
    });
  }

  #structure(): string {
    const path = this.#path(true);
    const form = this.#next();
    if (form === 'U') return path;
    if (form === 'T') return `${path}(${this.#list(() => this.#constant()).join(', ')})`;
    if (form !== 'S') throw new Unreadable();
    const fields = this.#list(() => {
      this.#disambiguator();
      return `${this.#name()}: ${this.#constant()}`;
    });
    return `${path} { ${fields.join(', ')} }`;
  }

  #digits(): string {
    let digits = '';
    for (let char = this.#next(); char !== '_'; char = this.#next()) {
      if (!/[0-9a-f]/.test(char)) throw new Unreadable();
      digits += char;
    }
    return digits;
  }

  #hex(): bigint {
    return BigInt(`0x0${this.#digits()}`);
  }

  #string(): string {
    return JSON.stringify(Buffer.from(this.#digits(), 'hex').toString());
  }
}

function tuple(items: readonly string[]): string {
  return items.length === 1 ? `(${items.join('')},)` : `(${items.join(', ')})`;
}

function codePoint(value: bigint): string {
  if (value > 0x10ffffn) throw new Unreadable();
  return String.fromCodePoint(Number(value));
}
