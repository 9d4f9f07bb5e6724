/**
 * Decodes Punycode (RFC 3492) as Rust symbols write it, with `_` before the encoded part; undefined where
 * it is none. Node's own module of that name is deprecated.
 */
export function punycode(text: string): string | undefined {
  const split = text.lastIndexOf('_');
  const points = Array.from(text.slice(0, Math.max(0, split)), (char) => char.codePointAt(0) ?? 0);
  const digits = Array.from(text.slice(split + 1), (char) =>
    'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(char),
  );
  if (digits.includes(-1)) return undefined;
  let [point, bias, index, at] = [128, 72, 0, 0];
  while (at < digits.length) {
    const before = index;
    let weight = 1;
    for (let k = 36; ; k += 36) {
      const digit = digits[at++];
      if (digit === undefined) return undefined;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
      if (!Number.isSafeInteger(weight)) return undefined;
    }
    const length = points.length + 1;
    bias = adapt(index - before, length, before === 0);
    point += Math.floor(index / length);
    index %= length;
    if (point > 0x10ffff) return undefined;
    points.splice(index++, 0, point);
  }
  return String.fromCodePoint(...points);
}

function adapt(delta: number, length: number, first: boolean): number {
  let rest = first ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
