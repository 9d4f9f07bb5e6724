/** The canonical text of a filter: two that ask the same in the same order have the same. */
import type { Filter, Pattern, Range, Term } from './filter.ts';
import { amountText } from './units.ts';

/** `parse` reads it back as the same terms, without problems. */
export function printFilter({ terms }: Pick<Filter, 'terms'>): string {
  return terms.map(printTerm).join(' ');
}

function printTerm(term: Term): string {
  const sign = term.negated ? '-' : '';
  if (term.field === 'text') return sign + term.any.map((pattern) => printPattern(pattern, WORD)).join(' ');
  return `${sign}${term.field}:${valuesOf(term).join(',')}`;
}

function valuesOf(term: Exclude<Term, { field: 'text' }>): readonly string[] {
  switch (term.field) {
    case 'kind':
    case 'status':
    case 'level':
      return term.any;
    case 'duration':
    case 'time':
    case 'size':
    case 'event':
      return term.any.map(printRange);
    case 'plugin':
    case 'fn':
    case 'type':
    case 'turn':
    case 'correlation':
    case 'span':
    case 'payload':
      return term.any.map((pattern) => printPattern(pattern, VALUE));
  }
}

/** What has to stand in quotes: in a plain word, and in a value of a field. */
const WORD = /[\s"*]|^-|^-?[a-z][\w-]*:/i;
const VALUE = /[\s",*]/;

function printPattern({ parts }: Pattern, special: RegExp): string {
  if (parts.length === 1 && parts[0] === '') return '""';
  return parts.map((part) => (special.test(part) ? quoted(part) : part)).join('*');
}

/** The text in quotes, as it is read back. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A value of a field, in quotes where it needs them. */
export function valueText(text: string): string {
  return text === '' || VALUE.test(text) ? quoted(text) : text;
}

function printRange({ from, to, about }: Range): string {
  if (about === true && from !== undefined) return amountText(from);
  if (from !== undefined && to !== undefined) return `${amountText(from)}..${amountText(to)}`;
  if (from !== undefined) return `${from.open ? '>' : '>='}${amountText(from)}`;
  return to === undefined ? '' : `${to.open ? '<' : '<='}${amountText(to)}`;
}
