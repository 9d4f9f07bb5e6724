import { visibleLines } from '../../extension/recording/visible.ts';
import { element, attributes } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { FromPanel, RecordDetail } from '../protocol.ts';
import { t } from '../text.ts';
import { shortText } from './cells.ts';
import { sourceLine, valueText } from './value.ts';

/** Longer values stand below their name, in characters. */
const longestInline = 120;

/** Characters of a text that are drawn at a time: payloads can have ten million. */
const textPage = 20_000;

/** Fields of a failure's report that are sentences. */
const prose: ReadonlySet<string> = new Set(['what happened', 'what to do']);

/** The fields of a record as the contract names them; places in sources open. */
export function fieldList(fields: RecordDetail['fields'], post: (message: FromPanel) => void): HTMLElement {
  const list = element('dl', 'fields');
  for (const field of joined(fields)) {
    const line = element('div');
    const value = element('dd');
    const text = visibleLines(valueText(field.value));
    const block = text.includes('\n') || text.length > longestInline;
    line.className = block ? 'block' : 'inline';
    if (block) value.append(longText(text, shortText(field.name), (one) => linked(one, post)));
    else {
      const code = element(prose.has(field.name) ? 'span' : 'code');
      code.append(linked(text, post));
      value.append(code);
    }
    line.append(element('dt', '', shortText(field.name)), value);
    list.append(line);
  }
  return list;
}

/** A text that may be long: a page of it, and the next at a button. Control characters show as signs. */
export function longText(
  whole: string,
  label: string,
  lineNode: (line: string) => Node = (line) => document.createTextNode(line),
): HTMLElement {
  const text = visibleLines(whole);
  const outer = element('div', 'long-text');
  const pre = element('pre');
  attributes(pre, { tabindex: '0', role: 'group', 'aria-label': label });
  const more = element('button', 'link more-text');
  more.type = 'button';
  let shown = 0;

  function next(): void {
    const page = text.slice(shown, shown + textPage);
    shown += page.length;
    const lines = page.split('\n');
    if (lines.length <= 200 && lines.some((line) => sourceLine(line) !== undefined))
      pre.append(...lines.flatMap((line, index) => [index === 0 ? '' : '\n', lineNode(line)]));
    else pre.append(page);
    const rest = text.length - shown;
    more.hidden = rest === 0;
    more.textContent = t(
      'Show {0} more of {1} characters',
      formatCount(Math.min(rest, textPage)),
      formatCount(rest),
    );
  }

  more.addEventListener('click', next);
  next();
  outer.append(pre, more);
  return outer;
}

/** Fields of the same name that follow each other, such as a stack's frames, as lines of one value. */
function joined(all: RecordDetail['fields']): { readonly name: string; readonly value: string }[] {
  const groups: { name: string; values: string[] }[] = [];
  for (const { name, value } of all) {
    const last = groups.at(-1);
    if (last?.name === name) last.values.push(value);
    else groups.push({ name, values: [value] });
  }
  return groups.map(({ name, values }) => ({ name, value: values.join('\n') }));
}

/** A line that names a place in a source file, as a button that opens it. */
function linked(line: string, post: (message: FromPanel) => void): Node {
  const found = sourceLine(line);
  if (found === undefined) return document.createTextNode(line);
  const { before, text, after, source } = found;
  const link = element('button', 'link', text);
  link.type = 'button';
  link.title = t('Go to source');
  link.addEventListener('click', () => post({ type: 'openSource', ...source }));
  const whole = document.createDocumentFragment();
  whole.append(before, link, after);
  return whole;
}
