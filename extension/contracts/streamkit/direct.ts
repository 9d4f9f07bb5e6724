/**
 * `process` called straight on the core instance with flat arguments, past jco's task bookkeeping:
 * the packet goes from the inbox into the guest's memory in one copy. It is the same call as the
 * lifted one (a test compares them on random packets) and costs a tenth of it.
 */
import { isUtf8 } from 'node:buffer';
import type { LoadedComponent } from '../../host/adapter.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { directCall, type DirectCall } from '../direct.ts';
import type { GuestMemory } from './lower.ts';
import { PACKET_HEADER, PacketTag } from './packet.ts';

const PROCESS = 'streamkit:plugin/node@0.1.0#[method]node-instance.process';
/** Bytes of a result, and what its address is a multiple of. */
const RESULT = { size: 12, align: 4 };

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Hands a packet's bytes to the plugin; answers with the error's text, or undefined for ok. */
export type Process = (pin: string, packet: Uint8Array) => string | undefined;

/**
 * Finds what a direct call needs; undefined where this component has it in another shape, and the
 * lifted call has to do.
 */
export function directProcess(component: LoadedComponent, guest: GuestMemory): Process | undefined {
  const self = component.lastResource();
  const direct = self === undefined ? undefined : directCall(component, PROCESS, guest);
  return self === undefined || direct === undefined ? undefined : makeProcess(self, direct);
}

function makeProcess(self: number, { call, memory, realloc, post }: DirectCall): Process {
  let bytes = new Uint8Array(memory.buffer);
  let view = new DataView(memory.buffer);
  const refresh = (): void => {
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    view = new DataView(memory.buffer);
  };
  const put = (data: Uint8Array, align: number): number => {
    const pointer = realloc(0, 0, align, data.length) >>> 0;
    refresh();
    bytes.set(data, pointer);
    return pointer;
  };
  const errorAt = (result: number): string => {
    if (bytes[result] !== 1)
      throw new GuestFault(
        `the case of the result of process is ${bytes[result] ?? 0}: there are cases 0 and 1`,
      );
    const pointer = view.getUint32(result + 4, true);
    const length = view.getUint32(result + 8, true);
    if (pointer + length > bytes.length)
      throw new GuestFault('the error of process reaches beyond the end of memory');
    const text = bytes.subarray(pointer, pointer + length);
    if (!isUtf8(text)) throw new GuestFault('the error of process is not valid UTF-8');
    return decoder.decode(text);
  };
  let pinText = '';
  let pinBytes = new Uint8Array();

  return (pin, packet) => {
    if (pin !== pinText) {
      pinText = pin;
      pinBytes = encoder.encode(pin);
    }
    const header = new DataView(packet.buffer, packet.byteOffset, PACKET_HEADER);
    const tag = header.getUint8(0);
    const half = header.getUint16(2, true);
    const word = header.getUint32(4, true);
    const count = header.getUint32(8, true);
    const pinPointer = put(pinBytes, 1);
    let result: number;
    if (tag === PacketTag.audio) {
      const samples = put(packet.subarray(PACKET_HEADER, PACKET_HEADER + count * 4), 4);
      result = call(self, pinPointer, pinBytes.length, tag, word, half, samples, count, 0);
    } else if (tag === PacketTag.custom) {
      const typeId = put(packet.subarray(PACKET_HEADER, PACKET_HEADER + word), 1);
      const data = put(packet.subarray(PACKET_HEADER + word, PACKET_HEADER + word + count), 1);
      result = call(self, pinPointer, pinBytes.length, tag, typeId, word, half, data, count);
    } else {
      const data = put(packet.subarray(PACKET_HEADER, PACKET_HEADER + count), 1);
      result = call(self, pinPointer, pinBytes.length, tag, data, count, 0, 0, 0);
    }
    result >>>= 0;
    refresh();
    if ((result & (RESULT.align - 1)) !== 0) throw new GuestFault('the result of process is not aligned');
    if (result + RESULT.size > bytes.length)
      throw new GuestFault('the result of process is beyond the end of memory');
    const error = bytes[result] === 0 ? undefined : errorAt(result);
    post?.(result);
    return error;
  };
}
