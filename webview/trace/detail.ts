import { visibleLines } from '../../extension/recording/visible.ts';
import type { Client } from '../client.ts';
import { attributes, element } from '../dom.ts';
import { formatBytes, formatDuration, formatMoment, formatTime } from '../format.ts';
import { icon } from '../icons.ts';
import type { CopyFormat, RecordDetail } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { canBreak, canReplay, rowEntries } from './actions.ts';
import type { RowDeeds } from './actions.ts';
import { fieldList, longText } from './fields.ts';
import type { MenuEntries, Popup } from './popup.ts';
import { longestText, shortText } from './cells.ts';
import { badge } from './row.ts';
import { valueTree } from './value-tree.ts';

export interface DetailPane {
  readonly element: HTMLElement;
  /** The one that is shown. */
  readonly shown: RecordDetail | undefined;
  /** Says that a record is being read, where that takes long. */
  wait(): void;
  show(detail: RecordDetail, startedAt: number | undefined): void;
  /** Says that the record could not be read. */
  fail(message: string): void;
  focus(): void;
}

export interface DetailOptions {
  readonly client: Client;
  readonly popup: Popup;
  readonly deeds: RowDeeds;
  readonly copyValue: (record: number, path: string | undefined, format: CopyFormat) => void;
  readonly close: () => void;
}

/** Everything about one record: its values, its fields as the contract names them, and what can be done with it. */
export function detailPane({ client, popup, deeds, copyValue, close }: DetailOptions): DetailPane {
  const pane = element('section', 'detail');
  attributes(pane, { tabindex: '-1', 'aria-label': t('Detail of the record') });
  const kind = badge();
  const title = element('h2', 'title');
  const more = button({
    label: t('More actions'),
    icon: icon('more'),
    click: () => {
      if (shown === undefined) return;
      const { source } = shown;
      const row = shown;
      open(t('Actions'), () => rowEntries(row, deeds, source), more);
    },
  });
  more.setAttribute('aria-haspopup', 'menu');
  const head = element('div', 'detail-head');
  head.append(
    kind.element,
    title,
    more,
    button({ label: t('Close detail'), key: 'Esc', icon: icon('close'), click: close }),
  );
  const actions = element('div', 'detail-actions');
  const body = element('div', 'detail-body');
  attributes(body, { tabindex: '0', role: 'group', 'aria-label': t('Fields') });
  pane.append(head, actions, body);
  let shown: RecordDetail | undefined;

  const values = valueTree(client, {
    copy: (path, format) => {
      if (shown !== undefined) copyValue(shown.record, path, format);
    },
    menu: (path, x, y, back) =>
      popup.open({ label: t('Value'), x, y, back, entries: () => copyEntries(path) }),
  });
  const copyButton = button({
    label: t('Copy…'),
    appearance: 'secondary',
    click: () => open(t('Copy'), () => copyEntries(values.path), copyButton),
  });
  copyButton.setAttribute('aria-haspopup', 'menu');
  const valueHead = element('div', 'part-head');
  valueHead.append(element('h3', '', t('Values')), copyButton);
  // Nothing is offered before there is a record to do it with.
  kind.element.hidden = actions.hidden = more.hidden = true;

  function open(label: string, entries: () => MenuEntries, from: HTMLElement): void {
    const box = from.getBoundingClientRect();
    popup.open({ label, entries, x: box.left, y: box.bottom + 2, back: from });
  }

  function copyEntries(path: string | undefined): MenuEntries {
    if (shown === undefined) return [];
    const { record, kind: recordKind } = shown;
    const copy =
      (format: CopyFormat, of: string | undefined): (() => void) =>
      () =>
        copyValue(record, of, format);
    return [
      ...(path === undefined
        ? []
        : [
            { label: t('Copy as JSON'), key: 'Ctrl+C', run: copy('json', path) },
            { label: t('Copy as WAVE'), run: copy('wave', path) },
            { label: t('Copy Path'), run: () => deeds.post({ type: 'copyText', text: path }) },
            'line' as const,
          ]),
      { label: t('Copy All as JSON'), run: copy('json', undefined) },
      { label: t('Copy All as WAVE'), run: copy('wave', undefined) },
      ...(recordKind === 'event' ? [{ label: t('Copy as Command'), run: copy('command', undefined) }] : []),
    ];
  }

  function buttons(detail: RecordDetail): HTMLElement[] {
    const { record, plugin, source } = detail;
    const made: HTMLElement[] = [];
    const add = (label: string, click: () => void, about = ''): void => {
      const one = button({ label, appearance: 'secondary', click });
      if (about !== '') one.title = about;
      made.push(one);
    };
    if (detail.resendable && deeds.canSend)
      add(t('Send Again'), () => deeds.post({ type: 'sendAgain', plugin, record }));
    if (source !== undefined)
      add(
        t('Go to Source'),
        () => deeds.post({ type: 'openSource', ...source }),
        shortText(`${source.file}:${source.line}`),
      );
    const act = (action: 'replayFrom' | 'makeTest' | 'breakHere') => (): void =>
      deeds.post({ type: 'act', action, record });
    if (canReplay(detail, deeds)) add(t('Replay from Here'), act('replayFrom'));
    if (canBreak(detail, deeds)) add(t('Break Here'), act('breakHere'));
    if (canReplay(detail, deeds)) add(t('Make a Test of This'), act('makeTest'));
    return made;
  }

  return {
    element: pane,
    get shown() {
      return shown;
    },
    wait: () => body.classList.add('waiting'),
    show: (detail, startedAt) => {
      const same = shown?.record === detail.record;
      // The tree of the same record stays as it was opened.
      if (!same) values.show(undefined);
      shown = detail;
      kind.element.hidden = more.hidden = false;
      kind.set(detail.kind);
      title.textContent = shortText(detail.name);
      title.title = shortText(detail.name);
      actions.replaceChildren(...buttons(detail));
      actions.hidden = actions.childElementCount === 0;
      pane.classList.toggle('failed', detail.status === 'error');
      body.classList.remove('waiting');
      const parts: HTMLElement[] = [facts(detail, startedAt)];
      if (detail.name.length > longestText) parts.push(longText(detail.name, t('Name')));
      if (detail.summary !== '') parts.unshift(element('p', 'detail-summary', detail.summary));
      if (detail.hasValue) {
        values.show(detail.record);
        parts.push(valueHead, values.element);
      }
      if (detail.fields.length > 0) {
        if (detail.hasValue) parts.push(element('h3', 'part-title', t('Fields')));
        parts.push(fieldList(detail.fields, (message) => deeds.post(message)));
      }
      body.replaceChildren(...parts);
      if (!same) body.scrollTop = 0;
    },
    fail: (message) => {
      shown = undefined;
      values.show(undefined);
      kind.element.hidden = actions.hidden = more.hidden = true;
      title.textContent = t('Cannot read this record');
      pane.classList.add('failed');
      body.classList.remove('waiting');
      body.replaceChildren(element('p', 'detail-summary', visibleLines(message)));
    },
    focus: () => body.focus(),
  };
}

/** What every record has, in one small table. */
function facts(detail: RecordDetail, startedAt: number | undefined): HTMLElement {
  const list = element('dl', 'facts');
  const add = (name: string, value: string): void => {
    const line = element('div');
    line.append(element('dt', '', name), element('dd', '', value));
    list.append(line);
  };
  add(t('Plugin'), shortText(detail.plugin));
  add(t('Time'), `${formatTime(detail.time, 6)} s`);
  if (startedAt !== undefined) add(t('Real time'), formatMoment(startedAt + detail.time));
  if (detail.durationMs !== undefined) add(t('Duration'), formatDuration(detail.durationMs));
  if (detail.level !== undefined) add(t('Level'), detail.level);
  add(t('Event'), detail.event > 0 ? String(detail.event) : t('outside of any event'));
  if (detail.size > 0) add(t('Size'), formatBytes(detail.size));
  add(t('Record'), String(detail.record));
  return list;
}
