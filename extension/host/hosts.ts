/** Which hosts on the network are granted, by Extism's patterns: a host's name, or a glob that the whole name matches. */

/**
 * Whether a host's name, as `URL.hostname` has it, is one of the patterns or matches one. In a glob `*` stands for any
 * text, dots too, `?` for one character, `[ab]`, `[a-c]` and `[!ab]` for one of some: what libextism and go-sdk
 * have in common.
 */
export function isGranted(host: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => pattern === host || globOf(pattern).test(host));
}

function globOf(pattern: string): RegExp {
  const source = pattern.replace(/\*+|\?|\[(!?)([^\]]+)\]|[^*?]/g, (part, not: string, set?: string) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replace(/[\\^[]/g, '\\$&')}]`;
    return part.replace(/[\\^$.|+()[\]{}/]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return NOTHING; // A range that runs backwards: the hosts take such a pattern as a name.
  }
}

const NOTHING = /(?!)/;
