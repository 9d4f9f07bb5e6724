/** Tests of names and texts, whatever their case. */
import type { Pattern } from './filter.ts';

/** Whether a text that is in lower case holds the pattern somewhere. */
export function holds({ parts }: Pattern): (lower: string) => boolean {
  const wanted = parts.map((part) => part.toLowerCase());
  return (lower) => endOf(lower, wanted, 0) !== -1;
}

/** Whether a text that is in lower case is the pattern from beginning to end. */
export function matches({ parts }: Pattern): (lower: string) => boolean {
  const [first = '', ...more] = parts.map((part) => part.toLowerCase());
  const last = more.pop();
  if (last === undefined) return (lower) => lower === first;
  return (lower) => {
    if (!lower.startsWith(first) || !lower.endsWith(last)) return false;
    const end = endOf(lower, more, first.length);
    return end !== -1 && end + last.length <= lower.length;
  };
}

/** Offset behind the parts, which follow one another from `start` on; -1 where they do not. */
function endOf(text: string, parts: readonly string[], start: number): number {
  let at = start;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return -1;
    at = found + part.length;
  }
  return at;
}

/**
 * Whether a function's name, in lower case, is the pattern: `streamkit:plugin/host@0.1.0#send-output` is that,
 * and it is `send-output`; `wasi:keyvalue/store#[method]bucket.get` is `bucket.get` and `get` as well.
 */
export function matchesName(pattern: Pattern): (lower: string) => boolean {
  const is = matches(pattern);
  return (lower) => is(lower) || shorterNames(lower).some(is);
}

function shorterNames(name: string): readonly string[] {
  const behind = name.slice(name.lastIndexOf('#') + 1);
  const [, method] = /^\[[a-z-]+\](.+)$/.exec(behind) ?? [];
  if (method === undefined) return [behind];
  return [behind, method, method.slice(method.indexOf('.') + 1)];
}
