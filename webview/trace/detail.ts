import { attributes, element } from '../dom.ts';
import { formatDuration, formatTime } from '../format.ts';
import { icon } from '../icons.ts';
import type { FromPanel, RecordDetail } from '../protocol.ts';
import { button } from '../ui.ts';
import { badge } from './row.ts';
import { sourceLine, valueText } from './value.ts';

/** Longer values stand below their name, in characters. */
const longestInline = 120;

/** Fields of a failure's report that are sentences. */
const prose: ReadonlySet<string> = new Set(['what happened', 'what to do']);

export interface DetailPane {
  readonly element: HTMLElement;
  show(detail: RecordDetail, canSend: boolean): void;
  /** Says that the record could not be read. */
  fail(message: string): void;
  focus(): void;
}

/** Everything about one record: fields as the contract names them, and what can be done with it. */
export function detailPane(post: (message: FromPanel) => void, close: () => void): DetailPane {
  const pane = element('section', 'detail');
  attributes(pane, { tabindex: '-1', 'aria-label': 'Detail of the record' });
  const kind = badge();
  const title = element('h2', 'title');
  const again = button({ label: 'Send Again', appearance: 'secondary', click: () => act('sendAgain') });
  const source = button({ label: 'Go to Source', appearance: 'secondary', click: () => act('openSource') });
  const head = element('div', 'detail-head');
  head.append(
    kind.element,
    title,
    button({ label: 'Close detail', key: 'Escape', icon: icon('close'), click: close }),
  );
  const actions = element('div', 'detail-actions');
  actions.append(again, source);
  const body = element('div', 'detail-body');
  attributes(body, { tabindex: '0', role: 'group', 'aria-label': 'Fields' });
  pane.append(head, actions, body);
  let shown: RecordDetail | undefined;
  // Nothing is offered before there is a record to do it with.
  kind.element.hidden = true;
  actions.hidden = true;

  function act(what: 'sendAgain' | 'openSource'): void {
    if (shown === undefined) return;
    if (what === 'sendAgain') post({ type: 'sendAgain', plugin: shown.plugin, record: shown.record });
    else if (shown.source !== undefined) post({ type: 'openSource', ...shown.source });
  }

  return {
    element: pane,
    show: (detail, canSend) => {
      const same = shown?.record === detail.record;
      shown = detail;
      kind.element.hidden = false;
      kind.set(detail.kind);
      title.textContent = detail.name;
      again.hidden = !detail.resendable || !canSend;
      source.hidden = detail.source === undefined;
      if (detail.source !== undefined) source.title = `${detail.source.file}:${detail.source.line}`;
      actions.hidden = again.hidden && source.hidden;
      pane.classList.toggle('failed', detail.status === 'error');
      const parts = [facts(detail), ...fields(detail, post)];
      if (detail.summary !== '') parts.unshift(element('p', 'detail-summary', detail.summary));
      body.replaceChildren(...parts);
      if (!same) body.scrollTop = 0;
    },
    fail: (message) => {
      shown = undefined;
      kind.element.hidden = true;
      title.textContent = 'Cannot read this record';
      actions.hidden = true;
      body.replaceChildren(element('p', 'detail-summary', message));
    },
    focus: () => body.focus(),
  };
}

/** What every record has, in one small table. */
function facts(detail: RecordDetail): HTMLElement {
  const list = element('dl', 'facts');
  const add = (name: string, value: string): void => {
    const line = element('div');
    line.append(element('dt', '', name), element('dd', '', value));
    list.append(line);
  };
  add('Plugin', detail.plugin);
  add('Time', `${formatTime(detail.time)} s`);
  if (detail.durationMs !== undefined) add('Duration', formatDuration(detail.durationMs));
  add('Event', detail.event > 0 ? String(detail.event) : 'outside of any event');
  add('Record', String(detail.record));
  return list;
}

function fields(detail: RecordDetail, post: (message: FromPanel) => void): HTMLElement[] {
  if (detail.fields.length === 0) return [];
  const list = element('dl', 'fields');
  for (const field of grouped(detail.fields)) {
    const line = element('div');
    const value = element('dd');
    const text = valueText(field.value);
    const block = text.includes('\n') || text.length > longestInline;
    line.className = block ? 'block' : 'inline';
    const code = element(block ? 'pre' : prose.has(field.name) ? 'span' : 'code');
    if (block) attributes(code, { tabindex: '0', role: 'group', 'aria-label': field.name });
    const lines = text.split('\n');
    if (lines.length <= 200 && lines.some((one) => sourceLine(one) !== undefined)) {
      code.append(...lines.flatMap((one, index) => [index === 0 ? '' : '\n', linked(one, post)]));
    } else code.textContent = text;
    value.append(code);
    line.append(element('dt', '', field.name), value);
    list.append(line);
  }
  return [list];
}

/** Fields of the same name that follow each other, such as a stack's frames, as lines of one value. */
function grouped(all: RecordDetail['fields']): { readonly name: string; readonly value: string }[] {
  const groups: { name: string; value: string }[] = [];
  for (const { name, value } of all) {
    const last = groups.at(-1);
    if (last?.name === name) last.value += `\n${value}`;
    else groups.push({ name, value });
  }
  return groups;
}

/** A line that names a place in a source file, as a button that opens it. */
function linked(line: string, post: (message: FromPanel) => void): Node {
  const found = sourceLine(line);
  if (found === undefined) return document.createTextNode(line);
  const { before, text, after, source } = found;
  const link = element('button', 'link', text);
  link.type = 'button';
  link.title = 'Go to source';
  link.addEventListener('click', () => post({ type: 'openSource', ...source }));
  const whole = document.createDocumentFragment();
  whole.append(before, link, after);
  return whole;
}
