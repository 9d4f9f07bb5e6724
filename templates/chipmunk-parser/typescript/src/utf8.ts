/** UTF-8 as text: the engine in a component has no TextDecoder. */
const chunk = 8192;

/** What is no UTF-8 is U+FFFD for each longest part that could have begun a character. */
export function decodeUtf8(bytes: Uint8Array): string {
  // Most lines are ASCII.
  if (bytes.every((byte) => byte < 0x80)) return text(bytes);
  const points: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at++] ?? 0;
    const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
    if (first < 0x80 || more === 0) {
      points.push(first < 0x80 ? first : 0xfffd);
      continue;
    }
    let point = first & (0x3f >> more);
    let left = more;
    for (; left > 0; left--) {
      const byte = bytes[at] ?? 0;
      const isSecond = left === more;
      const least = isSecond && first === 0xe0 ? 0xa0 : isSecond && first === 0xf0 ? 0x90 : 0x80;
      const most = isSecond && first === 0xed ? 0x9f : isSecond && first === 0xf4 ? 0x8f : 0xbf;
      if (byte < least || byte > most) break;
      point = (point << 6) | (byte & 0x3f);
      at++;
    }
    points.push(left === 0 ? point : 0xfffd);
  }
  let all = '';
  for (let at = 0; at < points.length; at += chunk)
    all += String.fromCodePoint(...points.slice(at, at + chunk));
  return all;
}

function text(ascii: Uint8Array): string {
  let all = '';
  for (let at = 0; at < ascii.length; at += chunk)
    all += String.fromCharCode(...ascii.subarray(at, at + chunk));
  return all;
}
