/**
 * The globals of Extism's JavaScript PDK, in JavaScript for the development interpreter: the functions of
 * https://github.com/extism/js-pdk on the world `hotplug:extism/plugin`. `provide(host)` sets them. A release
 * build has extism-js's own. Of its polyfills there are those for text; not URL, fetch, crypto and events.
 */
export const extismApi = String.raw`
function utf8Encoded(text) {
  let length = 0;
  while (length < text.length && text.charCodeAt(length) < 0x80) length++;
  if (length === text.length) {
    const ascii = new Uint8Array(length);
    for (let at = 0; at < length; at++) ascii[at] = text.charCodeAt(at);
    return ascii;
  }
  const bytes = [];
  for (const character of text) {
    let code = character.codePointAt(0);
    // A half of a pair is no character.
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

/** As TextDecoder does: what is no UTF-8 is U+FFFD for each longest part that could have begun a character. */
function utf8Decoded(bytes, fatal) {
  const parts = [];
  let codes = [];
  const end = bytes.length;
  for (let at = 0; at < end; ) {
    const first = bytes[at++];
    let code = first;
    if (first >= 0x80) {
      let left = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
      let lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
      let highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
      code = left === 0 ? -1 : first & (0x3f >> left);
      for (; left > 0; left--) {
        const next = bytes[at];
        if (!(next >= lowest && next <= highest)) {
          code = -1;
          break;
        }
        at++;
        lowest = 0x80;
        highest = 0xbf;
        code = (code << 6) | (next & 63);
      }
      if (code < 0) {
        if (fatal) throw new TypeError('the bytes are no UTF-8');
        code = 0xfffd;
      }
    }
    if (code > 0xffff) codes.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    else codes.push(code);
    if (codes.length >= 4096) {
      parts.push(String.fromCharCode.apply(null, codes));
      codes = [];
    }
  }
  parts.push(String.fromCharCode.apply(null, codes));
  return parts.join('');
}

/** The bytes of a buffer or a view of one. */
function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError('an ArrayBuffer or a view of one is needed, not ' + (value === null ? 'null' : typeof value));
}

/** A buffer that has these bytes and nothing else. */
function bufferOf(bytes) {
  return Uint8Array.from(bytes).buffer;
}

function messageOf(error) {
  return error instanceof Error ? error.message : typeof error === 'string' ? error : String(error?.payload ?? error);
}

function shown(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'function') return '[Function ' + (value.name || '(anonymous)') + ']';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return value.name + ': ' + value.message + (value.stack ? '\n' + value.stack.trimEnd() : '');
  if (value instanceof Set) return 'Set(' + value.size + ') { ' + Array.from(value, shown).join(', ') + ' }';
  if (value instanceof Map)
    return 'Map(' + value.size + ') { ' + Array.from(value, ([key, one]) => shown(key) + ' => ' + shown(one)).join(', ') + ' }';
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64Encoded(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += alphabet[three >> 18] + alphabet[(three >> 12) & 63];
    text += at + 1 < bytes.length ? alphabet[(three >> 6) & 63] : '=';
    text += at + 2 < bytes.length ? alphabet[three & 63] : '=';
  }
  return text;
}

function base64Decoded(given) {
  const text = String(given).replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, '');
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new TypeError('the text is no base64');
  const bytes = [];
  let held = 0;
  let bits = 0;
  for (const character of text) {
    held = ((held << 6) | alphabet.indexOf(character)) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}

class TextEncoder {
  get encoding() {
    return 'utf-8';
  }
  encode(text = '') {
    return utf8Encoded(String(text));
  }
}

class TextDecoder {
  #fatal;
  #ignoreBOM;
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!/^(?:utf-?8|unicode-1-1-utf-8)$/i.test(String(label).trim()))
      throw new RangeError('TextDecoder knows UTF-8 only, not ' + label);
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
  }
  get encoding() {
    return 'utf-8';
  }
  get fatal() {
    return this.#fatal;
  }
  get ignoreBOM() {
    return this.#ignoreBOM;
  }
  decode(input, { stream = false } = {}) {
    if (input === undefined) return '';
    if (stream) throw new Error('TextDecoder does not decode in parts here');
    const text = utf8Decoded(bytesOf(input), this.#fatal);
    return !this.#ignoreBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
}

/** A host function's parameter: a block of memory by its offset, or a number as 8 bytes, the lowest first. */
function parameter(blocks, value) {
  const offset = typeof value === 'bigint' ? Number(value) : value;
  const block = blocks.get(offset);
  if (block !== undefined) return block;
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw new TypeError('a function of the host takes numbers and offsets of Memory, not ' + typeof value);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes;
}

function provide(host) {
  // Extism's memory is the interpreter's own here: no host sees these offsets.
  const blocks = new Map();
  let nextOffset = 8;
  const allocate = (bytes) => {
    const offset = nextOffset;
    nextOffset += (Math.floor(bytes.length / 8) + 1) * 8;
    blocks.set(offset, Uint8Array.from(bytes));
    return new MemoryHandle(offset, bytes.length);
  };
  const view = (buffer, set) => {
    set(new DataView(buffer));
    return allocate(new Uint8Array(buffer));
  };

  class MemoryHandle {
    constructor(offset, len) {
      this.offset = offset;
      this.len = len;
    }
    readBytes() {
      return bufferOf(blocks.get(Number(this.offset)) ?? []);
    }
    readString() {
      return utf8Decoded(new Uint8Array(this.readBytes()), false);
    }
    readUInt32() {
      return new DataView(this.readBytes()).getUint32(0, true);
    }
    readUInt64() {
      return new DataView(this.readBytes()).getBigUint64(0, true);
    }
    readFloat32() {
      return new DataView(this.readBytes()).getFloat32(0, true);
    }
    readUFloat64() {
      return new DataView(this.readBytes()).getFloat64(0, true);
    }
    readFloat64() {
      return new DataView(this.readBytes()).getFloat64(0, true);
    }
    readJsonObject() {
      return JSON.parse(this.readString());
    }
    free() {
      blocks.delete(Number(this.offset));
    }
  }

  const Memory = {
    fromString: (text) => allocate(utf8Encoded(String(text))),
    fromBuffer: (bytes) => allocate(bytesOf(bytes)),
    fromJsonObject: (value) => allocate(utf8Encoded(JSON.stringify(value))),
    allocUInt32: (value) => view(new ArrayBuffer(4), (data) => data.setUint32(0, value, true)),
    allocUInt64: (value) => view(new ArrayBuffer(8), (data) => data.setBigUint64(0, value, true)),
    allocFloat32: (value) => view(new ArrayBuffer(4), (data) => data.setFloat32(0, value, true)),
    allocFloat64: (value) => view(new ArrayBuffer(8), (data) => data.setFloat64(0, value, true)),
    find: (offset) => new MemoryHandle(Number(offset), blocks.get(Number(offset))?.length ?? 0),
  };

  const callHost = (name) => (...values) => {
    const given = values.map((value) => parameter(blocks, value));
    let answer;
    try {
      answer = host.callHost(name, given);
    } catch (error) {
      throw new Error(messageOf(error));
    }
    return allocate(answer).offset;
  };

  const Host = {
    inputBytes: () => bufferOf(host.input()),
    inputString: () => utf8Decoded(host.input(), false),
    outputBytes: (bytes) => {
      host.output(bytesOf(bytes));
      return true;
    },
    outputString: (text) => {
      host.output(utf8Encoded(String(text)));
      return true;
    },
    getFunctions: () =>
      new Proxy({}, { get: (_, name) => (typeof name === 'string' ? callHost(name) : undefined), has: () => true }),
    arrayBufferToBase64: (bytes) => base64Encoded(bytesOf(bytes)),
    base64ToArrayBuffer: (text) => base64Decoded(text).buffer,
  };

  const Config = { get: (key) => host.configGet(String(key)) ?? null };

  const Var = {
    getBytes: (key) => {
      const value = host.varGet(String(key)) ?? null;
      return value === null ? null : bufferOf(value);
    },
    getString: (key) => {
      const value = host.varGet(String(key)) ?? null;
      return value === null ? null : utf8Decoded(value, false);
    },
    set: (key, value) => host.varSet(String(key), typeof value === 'string' ? utf8Encoded(value) : bytesOf(value)),
  };

  const Http = {
    request: ({ url, method = 'GET', headers = {} }, body) => {
      const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      const given = body === undefined || body === null ? null : typeof body === 'string' ? utf8Encoded(body) : bytesOf(body);
      let answer;
      try {
        answer = host.httpRequest(JSON.stringify({ url: String(url), method, headers: texts }), given);
      } catch (error) {
        throw new Error(messageOf(error));
      }
      return {
        body: utf8Decoded(answer.body, false),
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
      };
    },
  };

  const logger = (level) => (...values) => host.log(level, values.map(shown).join(' '));
  const console = {
    trace: logger('trace'),
    debug: logger('debug'),
    log: logger('info'),
    info: logger('info'),
    warn: logger('warn'),
    error: logger('error'),
  };

  const atob = (text) => String.fromCharCode(...base64Decoded(text));
  const btoa = (text) =>
    base64Encoded(
      Array.from(String(text), (character) => {
        const code = character.codePointAt(0);
        if (code > 0xff) throw new TypeError('btoa takes characters up to U+00FF');
        return code;
      }),
    );

  Object.assign(globalThis, { Host, Config, Var, Http, Memory, MemoryHandle, TextEncoder, TextDecoder, console, atob, btoa });
}
`;
