/** Types of parameters and results as bytes; `encoding.ts` says how they are laid down. */
import type { WitType } from '../../wit/model.ts';
import { resourceName, unsupported } from '../../values/type.ts';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.ts';

/** Types within each other. WIT's are not recursive; damaged bytes may pretend to be. */
const DEEPEST = 200;
/** Parts of all types of a signature together. */
const MOST_PARTS = 100_000;
/** In the order of their numbers; new ones are added at the end. */
const KINDS = [
  'bool',
  'u8',
  'u16',
  'u32',
  'u64',
  's8',
  's16',
  's32',
  's64',
  'f32',
  'f64',
  'char',
  'string',
  'list',
  'fixed',
  'option',
  'result',
  'tuple',
  'record',
  'variant',
  'enum',
  'flags',
  'own',
  'borrow',
] as const;

const NUMBERS = new Map<string, number>(KINDS.map((kind, index) => [kind, index]));

/** What a function takes and gives. */
export interface Signature {
  readonly params: readonly { readonly name: string; readonly type: WitType }[];
  readonly result?: WitType | undefined;
}

/** Throws a UserError for types that have no values here. */
export function signatureBytes({ params, result }: Signature): Uint8Array {
  const writer = new ByteWriter();
  writer.count(params.length);
  for (const { name, type } of params) {
    writer.text(name);
    writeType(writer, type);
  }
  writeOptionalType(writer, result);
  return writer.take();
}

function writeOptionalType(writer: ByteWriter, type: WitType | undefined): void {
  writer.byte(type === undefined ? 0 : 1);
  if (type !== undefined) writeType(writer, type);
}

function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  writer.count(texts.length);
  for (const text of texts) writer.text(text);
}

function writeType(writer: ByteWriter, type: WitType): void {
  const kind: string = type.kind === 'list' && type.length !== undefined ? 'fixed' : type.kind;
  const number = NUMBERS.get(kind);
  if (number === undefined) throw unsupported(type);
  writer.byte(number);
  switch (type.kind) {
    case 'list':
      if (type.length !== undefined) writer.count(type.length);
      writeType(writer, type.element);
      break;
    case 'option':
      writeType(writer, type.some);
      break;
    case 'result':
      writeOptionalType(writer, type.ok);
      writeOptionalType(writer, type.err);
      break;
    case 'tuple':
      writer.count(type.items.length);
      for (const item of type.items) writeType(writer, item);
      break;
    case 'record':
      writer.count(type.fields.length);
      for (const field of type.fields) {
        writer.text(field.name);
        writeType(writer, field.type);
      }
      break;
    case 'variant':
      writer.count(type.cases.length);
      for (const one of type.cases) {
        writer.text(one.name);
        writeOptionalType(writer, one.type);
      }
      break;
    case 'enum':
      writeTexts(writer, type.cases);
      break;
    case 'flags':
      writeTexts(writer, type.flags);
      break;
    case 'own':
    case 'borrow':
      writer.text(resourceName(type.resource));
      break;
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
    case 'bool':
    case 'char':
    case 'string':
    case 'future':
    case 'stream':
    case 'error-context':
      break;
  }
}

/** Reads what {@link signatureBytes} wrote; throws {@link DamagedBytes}. */
export function readSignature(bytes: Uint8Array): Signature {
  return new SignatureReader(bytes).signature();
}

class SignatureReader {
  readonly #reader: ByteReader;
  #parts = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes);
  }

  signature(): Signature {
    const params = this.#many(() => ({ name: this.#reader.text(), type: this.#type(0) }));
    const result = this.#optional(0);
    if (this.#reader.left > 0) throw new DamagedBytes('a signature has more than it needs');
    return { params, result };
  }

  #many<T>(read: () => T): readonly T[] {
    const count = this.#reader.count();
    this.#parts += count;
    // Every part takes a byte at least.
    if (count > this.#reader.left || this.#parts > MOST_PARTS)
      throw new DamagedBytes('a type has too many parts');
    return Array.from({ length: count }, read);
  }

  #optional(depth: number): WitType | undefined {
    const is = this.#reader.byte();
    if (is > 1) throw new DamagedBytes('a type is there or it is not');
    return is === 0 ? undefined : this.#type(depth);
  }

  #type(depth: number): WitType {
    const reader = this.#reader;
    if (depth > DEEPEST) throw new DamagedBytes('types are too deep');
    const kind = KINDS[reader.byte()];
    const inner = depth + 1;
    if (kind === undefined) throw new DamagedBytes('a type has an unknown number');
    switch (kind) {
      case 'list':
        return { kind, element: this.#type(inner) };
      case 'fixed': {
        const length = reader.count();
        return { kind: 'list', length, element: this.#type(inner) };
      }
      case 'option':
        return { kind, some: this.#type(inner) };
      case 'result': {
        const [ok, err] = [this.#optional(inner), this.#optional(inner)];
        return { kind, ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) };
      }
      case 'tuple':
        return { kind, items: this.#many(() => this.#type(inner)) };
      case 'record':
        return { kind, fields: this.#many(() => ({ name: reader.text(), type: this.#type(inner) })) };
      case 'variant':
        return {
          kind,
          cases: this.#many(() => {
            const [name, type] = [reader.text(), this.#optional(inner)];
            return { name, ...(type === undefined ? {} : { type }) };
          }),
        };
      case 'enum':
        return { kind, cases: this.#many(() => reader.text()) };
      case 'flags':
        return { kind, flags: this.#many(() => reader.text()) };
      case 'own':
      case 'borrow':
        return { kind, resource: reader.text() };
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
      case 'bool':
      case 'char':
      case 'string':
        return { kind };
    }
  }
}
