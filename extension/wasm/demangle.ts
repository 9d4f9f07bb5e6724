import { demangleV0 } from './demangle-v0.ts';

/**
 * The readable form of a Rust symbol, `v0` (`_R…`) or legacy (`_ZN…E`, its hash dropped). Every other
 * name, and every one that cannot be read, comes back as it is. Never throws.
 */
export function demangle(symbol: string): string {
  if (/^_?_?R[A-Z0-9]/.test(symbol)) {
    try {
      return demangleV0(symbol.slice(symbol.indexOf('R') + 1)) ?? symbol;
    } catch {
      // Nested or repeated beyond what a person would read.
      return symbol;
    }
  }
  return demangleLegacy(symbol) ?? symbol;
}

const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** Undefined for what is not Rust's: the last part must be the hash, which tells it from C++. */
function demangleLegacy(symbol: string): string | undefined {
  const start = /^_?_?ZN/.exec(symbol);
  if (!start) return undefined;
  const parts: string[] = [];
  let at = start[0].length;
  while (symbol[at] !== 'E') {
    const digits = /^[0-9]{1,6}/.exec(symbol.slice(at, at + 6))?.[0];
    if (digits === undefined) return undefined;
    at += digits.length + Number(digits);
    if (at > symbol.length) return undefined;
    parts.push(symbol.slice(at - Number(digits), at));
  }
  if (parts.length < 2 || !/^h[0-9a-f]{16}$/.test(parts.pop() ?? '')) return undefined;
  return parts.map(unescape).join('::');
}

function unescape(part: string): string {
  return part
    .replace(/^_\$/, '$')
    .replace(/\$([A-Z]{1,2}|u[0-9a-f]{1,6})\$|\.\.|\./g, (text, escape: string | undefined) => {
      if (text === '..') return '::';
      if (text === '.') return '.';
      const known = ESCAPES[escape ?? ''];
      if (known !== undefined) return known;
      const point = parseInt((escape ?? '').slice(1), 16);
      return point >= 0x20 && point <= 0x10ffff ? String.fromCodePoint(point) : text;
    });
}
