/**
 * The contract's two imports as flat core-wasm functions. This is where recording happens: the
 * arguments go from the guest's memory into the ring in one copy. jco calls `lower` through the
 * hook `Symbol.for('cabiLower')` of its hybrid bindings.
 *
 * Flat forms (canonical ABI): a string is pointer and length; `packet` is its discriminant and five
 * words that its cases share; a `result<_, string>` comes back through a pointer to discriminant,
 * pointer and length.
 */
import { isUtf8 } from 'node:buffer';
import type { Boundary } from '../../host/boundary.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { LOG_LEVELS, PACKET_HEADER, PacketTag, SEND_HEADER } from './packet.ts';

/** What jco hands to a lowering function. */
export interface LowerContext {
  readonly memory: WebAssembly.Memory;
  readonly realloc?: (oldPointer: number, oldSize: number, align: number, size: number) => number;
  /** Absent for UTF-8. */
  readonly stringEncoding?: string;
}

/** The guest's memory and allocator, once a lowering function has seen them. */
export interface GuestMemory {
  memory?: WebAssembly.Memory;
  realloc?: (oldPointer: number, oldSize: number, align: number, size: number) => number;
}

/** Bytes up to which a loop copies faster than a call into the engine. */
const SHORT = 160;
const NOT_ASCII = 0x80;
/** Bytes of the result of `send-output`, and what its address is a multiple of. */
const RESULT = { size: 12, align: 4 };

const PACKET_TAGS = Object.keys(PacketTag).length;
/** `json` is the only one. */
const CUSTOM_ENCODINGS = 1;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const empty = new Uint8Array();

/** Answers one `send-output`: undefined for ok, else the error's text. */
export type SendAnswer = (pin: string, customJson: string | undefined) => string | undefined;

/** Bytes and words of the guest's memory, refreshed when it has grown. */
class GuestView {
  readonly memory: WebAssembly.Memory;
  bytes: Uint8Array;
  words: Uint32Array;
  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
  }
  refresh(): void {
    if (this.bytes.buffer === this.memory.buffer) return;
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Uint32Array(this.memory.buffer);
  }
  text(pointer: number, length: number): string {
    return decoder.decode(this.bytes.subarray(pointer, pointer + length));
  }
  /** Traps as the real host does where a guest passes bytes that are not UTF-8, or that lie outside its memory. */
  check(pointer: number, length: number, what: string): void {
    if (pointer + length > this.bytes.length)
      throw new GuestFault(`${what} reaches beyond the end of memory`);
    if (!isUtf8(this.bytes.subarray(pointer, pointer + length)))
      throw new GuestFault(`${what} is not valid UTF-8`);
  }
}

/** Traps as the real host does where a guest passes a number that stands for no case. */
function checkCase(number: number, cases: number, what: string): void {
  if (number >>> 0 >= cases)
    throw new GuestFault(`${what} is ${number >>> 0}: there are cases 0 to ${cases - 1}`);
}

/** Text in another encoding would be read as if it were UTF-8. */
function requireUtf8(context: LowerContext): LowerContext {
  if (context.stringEncoding === undefined) return context;
  throw new GuestFault(`the component passes text as ${context.stringEncoding}, and only UTF-8 is read`, {
    advice:
      'Have the bindings pass text as UTF-8; the real host would take the component, Hotplug cannot run it.',
  });
}

type LowerLog = (level: number, pointer: number, length: number) => void;

/** Lowers `log: func(level: log-level, message: string)`. */
export function lowerLog(boundary: Boundary, guest: GuestMemory): (context: LowerContext) => LowerLog {
  return (context) => {
    const { memory } = requireUtf8(context);
    guest.memory = memory;
    const view = new GuestView(memory);
    const name = boundary.name('log');
    const { ring } = boundary;
    return (level, pointer, length) => {
      pointer >>>= 0;
      length >>>= 0;
      view.refresh();
      checkCase(level, LOG_LEVELS.length, "log's level");
      if (length <= SHORT && !boundary.muted) {
        // Most lines are short and ASCII: one loop checks and copies them, without a view of each.
        const from = view.bytes;
        const at = boundary.reserve(RecordFlag.log, name, length + 1);
        const to = ring.bytes;
        to[at] = level;
        let bits = 0;
        for (let index = 0; index < length; index++) {
          const byte = from[pointer + index] ?? NOT_ASCII;
          bits |= byte;
          to[at + 1 + index] = byte;
        }
        // What was reserved and not committed never happened.
        if (bits >= NOT_ASCII) view.check(pointer, length, "log's message");
        boundary.commit();
        return;
      }
      const made = performance.now();
      view.check(pointer, length, "log's message");
      if (boundary.muted) return;
      if (length + 1 > ring.largest) {
        const payload = new Uint8Array(length + 1);
        payload[0] = level;
        payload.set(view.bytes.subarray(pointer, pointer + length), 1);
        boundary.record(RecordKind.hostCall, RecordFlag.log, name, payload, made);
        return;
      }
      const at = boundary.reserve(RecordFlag.log, name, length + 1, made);
      const to = ring.bytes;
      to[at] = level;
      to.set(view.bytes.subarray(pointer, pointer + length), at + 1);
      boundary.commit();
    };
  };
}

type LowerSend = (
  pinPointer: number,
  pinLength: number,
  tag: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  result: number,
) => void;

/** Lowers `send-output: func(pin-name: string, packet: packet) -> result<_, string>`. */
export function lowerSend(
  boundary: Boundary,
  guest: GuestMemory,
  answer: SendAnswer,
): (context: LowerContext) => LowerSend {
  return (context) => {
    const { memory, realloc } = requireUtf8(context);
    guest.memory = memory;
    if (realloc !== undefined) guest.realloc = realloc;
    const view = new GuestView(memory);
    const name = boundary.name('send-output');
    // Pins are few and repeat: a plugin that sends to one pin pays for its name once.
    let lastPinBytes = empty;
    let lastPin = '';

    const pinName = (pointer: number, length: number): string => {
      const bytes = view.bytes;
      let same = lastPinBytes.length === length;
      for (let index = 0; same && index < length; index++)
        same = bytes[pointer + index] === lastPinBytes[index];
      if (!same) {
        view.check(pointer, length, "send-output's pin name");
        lastPinBytes = bytes.slice(pointer, pointer + length);
        lastPin = decoder.decode(lastPinBytes);
      }
      return lastPin;
    };

    return (pinPointer, pinLength, tag, a, b, c, d, e, result) => {
      const made = boundary.muted ? 0 : performance.now();
      pinPointer >>>= 0;
      pinLength >>>= 0;
      view.refresh();
      result >>>= 0;
      const pin = pinName(pinPointer, pinLength);
      checkCase(tag, PACKET_TAGS, 'the case of the packet');
      // Where the data lie, and the header words that describe them.
      let half = 0;
      let word = 0;
      let typePointer = 0;
      let pointer = a >>> 0;
      let count = b >>> 0;
      let bytes = count;
      if (tag === PacketTag.audio) {
        half = b & 0xffff;
        word = a >>> 0;
        pointer = c >>> 0;
        count = d >>> 0;
        bytes = count * 4;
        if ((pointer & 3) !== 0) throw new GuestFault('the samples of the packet are not aligned to 4 bytes');
      } else if (tag === PacketTag.custom) {
        half = c;
        typePointer = a >>> 0;
        word = b >>> 0;
        pointer = d >>> 0;
        count = e >>> 0;
        bytes = count;
        checkCase(half, CUSTOM_ENCODINGS, "the custom packet's encoding");
        view.check(typePointer, word, "the custom packet's type id");
        view.check(pointer, count, "the custom packet's data");
      } else if (tag === PacketTag.text) {
        view.check(pointer, count, 'the text packet');
      }
      if (pointer + bytes > view.bytes.length)
        throw new GuestFault('the packet reaches beyond the end of memory');
      const custom = tag === PacketTag.custom;
      const error = answer(pin, custom ? view.text(pointer, count) : undefined);
      if (!boundary.muted) {
        const typeBytes = custom ? word : 0;
        const packetBytes = PACKET_HEADER + typeBytes + bytes;
        const errorBytes = error === undefined ? empty : encoder.encode(error);
        const total = SEND_HEADER + packetBytes + pinLength + errorBytes.length;
        const { ring } = boundary;
        const direct = total <= ring.largest;
        const target = direct ? ring.bytes : new Uint8Array(total);
        const at = direct ? boundary.reserve(RecordFlag.effect, name, total, made) : 0;
        const to = direct ? ring.view : new DataView(target.buffer);
        to.setUint32(at, (error === undefined ? 0 : 1) | (pinLength << 16), true);
        to.setUint32(at + 4, packetBytes, true);
        to.setUint32(at + 8, tag | (half << 16), true);
        to.setUint32(at + 12, word, true);
        to.setUint32(at + 16, count, true);
        to.setUint32(at + 20, 0, true);
        let offset = at + SEND_HEADER + PACKET_HEADER;
        if (typeBytes > 0) {
          target.set(view.bytes.subarray(typePointer, typePointer + typeBytes), offset);
          offset += typeBytes;
        }
        target.set(view.bytes.subarray(pointer, pointer + bytes), offset);
        offset += bytes;
        target.set(lastPinBytes, offset);
        target.set(errorBytes, offset + pinLength);
        if (direct) boundary.commit();
        else boundary.record(RecordKind.hostCall, RecordFlag.effect, name, target, made);
      }
      view.refresh();
      if ((result & (RESULT.align - 1)) !== 0)
        throw new GuestFault('the place for the result of send-output is not aligned');
      if (result + RESULT.size > view.bytes.length)
        throw new GuestFault('the place for the result of send-output is beyond the end of memory');
      if (error === undefined) {
        view.bytes[result] = 0;
        return;
      }
      if (realloc === undefined) throw new GuestFault('the plugin has no allocator for an error text');
      const text = encoder.encode(error);
      const copy = realloc(0, 0, 1, text.length) >>> 0;
      view.refresh();
      view.bytes.set(text, copy);
      view.bytes[result] = 1;
      view.words[(result >>> 2) + 1] = copy;
      view.words[(result >>> 2) + 2] = text.length;
    };
  };
}
