/** Texts of plugins as other programs take them. */
import { visibleJson } from '../recording/visible.ts';

/**
 * JSON whose strings are Unicode: a lone surrogate becomes U+FFFD, which strict readers would refuse as an escape.
 * What a terminal or an editor would obey is an escape.
 */
export function jsonText(value: unknown): string {
  return visibleJson(JSON.stringify(value, wellFormed));
}

function wellFormed(_: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  for (const name of Object.keys(value)) {
    if (!name.isWellFormed())
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toWellFormed(), one]));
  }
  return value;
}

/** A text of at most so many characters, not cut within a pair of surrogates. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).toWellFormed()}…`;
}
