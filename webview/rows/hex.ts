const perLine = 16;
const half = 8;

/** Bytes as lines of an offset, 16 bytes in hex, and as many characters of ASCII. */
export function hexLines(bytes: Uint8Array, offset: number): string {
  const lines: string[] = [];
  const digits = Math.max(8, (offset + bytes.length).toString(16).length);
  for (let at = 0; at < bytes.length; at += perLine) {
    const line = bytes.subarray(at, at + perLine);
    let hex = '';
    let text = '';
    for (let index = 0; index < perLine; index++) {
      const byte = line[index];
      hex += `${index === half ? ' ' : ''}${byte === undefined ? '  ' : byte.toString(16).padStart(2, '0')} `;
      if (byte !== undefined) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    lines.push(`${(offset + at).toString(16).padStart(digits, '0')}  ${hex} ${text}`);
  }
  return lines.join('\n');
}
