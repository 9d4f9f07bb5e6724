/** Values in WAVE, the component model's text form (https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave). */
import type { Packet } from './packet.ts';

/** A string literal. */
export function waveString(text: string): string {
  const escaped = text.replace(/[\\"]|\p{Cc}/gu, (character) => {
    switch (character) {
      case '\\':
        return '\\\\';
      case '"':
        return '\\"';
      case '\n':
        return '\\n';
      case '\r':
        return '\\r';
      case '\t':
        return '\\t';
      default:
        return `\\u{${character.charCodeAt(0).toString(16)}}`;
    }
  });
  return `"${escaped}"`;
}

/** A number as WAVE writes f32: shortest form that reads back, `nan` and `inf` by name. */
function waveFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(Number(Math.fround(value).toPrecision(7)));
}

/** Elements of a list that are shown; the rest is counted. */
const SHOWN = 256;

function waveList(length: number, element: (index: number) => string): string {
  const shown = Array.from({ length: Math.min(length, SHOWN) }, (_, index) => element(index));
  const rest = length > SHOWN ? [`/* ${length - SHOWN} more */`] : [];
  return `[${[...shown, ...rest].join(', ')}]`;
}

/** A whole packet; long lists are cut after 256 elements and say so. */
export function wavePacket(packet: Packet): string {
  switch (packet.tag) {
    case 'audio':
      return `audio({sample-rate: ${packet.sampleRate}, channels: ${packet.channels}, samples: ${waveList(packet.samples.length, (index) => waveFloat(packet.samples[index] ?? 0))}})`;
    case 'text':
      return `text(${waveString(packet.text)})`;
    case 'binary':
      return `binary(${waveList(packet.bytes.length, (index) => String(packet.bytes[index] ?? 0))})`;
    case 'custom':
      return `custom({type-id: ${waveString(packet.typeId)}, encoding: json, data: ${waveString(packet.data)}})`;
  }
}
