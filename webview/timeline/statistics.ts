import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { formatCount, formatDuration } from '../format.ts';
import { labelOf, laneLabel } from '../kinds.ts';
import type { FunctionStats, RangeStats } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { formatValue } from './model/counters.ts';
import { functionColumns, functionsCsv, sortedFunctions, statsJson } from './functions.ts';
import type { FunctionColumn, FunctionOrder } from './functions.ts';
import type { TimelineModel } from './model/model.ts';
import { spanOf } from './model/range.ts';
import type { Range } from './model/range.ts';
import { rangeText, shownRange } from './words.ts';

/** Functions that the table lists at most; copies have all of them. */
const mostRows = 500;
/** Shortest time between two questions in ms, so that a drag does not ask for every pixel. */
const askMs = 120;

/** Kinds whose longest one stands among the figures. */
const longestKinds = [
  { kind: 'call', label: t('Longest call') },
  { kind: 'hostCall', label: t('Longest host call') },
] as const;

/** What happened in the marked stretch, or in view where nothing is marked. */
export class Statistics {
  readonly element = element('div', 'statistics');
  readonly #model: TimelineModel;
  readonly #heading = element('p', 'statistics-range');
  readonly #facts = element('dl', 'figures');
  readonly #functions = element('div', 'functions');
  readonly #counters = element('div', 'counters');
  readonly #problem = element('p', 'problem');
  readonly #copies: readonly HTMLElement[];
  #order: FunctionOrder = { by: 'totalMs', descending: true };
  #stats: RangeStats | undefined;
  #shown = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = '';

  constructor(model: TimelineModel, copied: (what: string) => void) {
    this.#model = model;
    this.#problem.hidden = true;
    this.#counters.hidden = true;
    // It scrolls sideways and holds nothing that takes the focus.
    attributes(this.#counters, { role: 'region', tabindex: '0', 'aria-label': t('Counters') });
    const copy = (label: string, text: (stats: RangeStats) => string): HTMLElement =>
      button({
        label,
        click: () => {
          if (this.#stats === undefined) return;
          model.client.post({ type: 'copyText', text: text(this.#stats) });
          copied(t('Copied.'));
        },
      });
    this.#copies = [
      copy(t('Copy as CSV'), ({ functions }) => functionsCsv(sortedFunctions(functions, this.#order))),
      copy(t('Copy as JSON'), statsJson),
    ];
    const bar = element('div', 'statistics-bar');
    bar.append(this.#heading, ...this.#copies);
    this.element.append(bar, this.#problem, this.#facts, this.#functions, this.#counters);
    model.onChange((changed) => {
      if (changed.has('recording')) this.#asked = '';
      if (this.#shown) this.#later();
    });
  }

  show(on: boolean): void {
    this.#shown = on;
    if (on) this.#later();
  }

  get #range(): Range | undefined {
    return this.#model.range ?? shownRange(this.#model);
  }

  #later(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#shown) void this.#ask();
    }, askMs);
  }

  async #ask(): Promise<void> {
    const { client, grouping, duration, startedAt, clock, state } = this.#model;
    const range = this.#range;
    if (range === undefined || range.to < range.from) return;
    const marked = this.#model.range !== undefined;
    const text = rangeText(range, clock, startedAt);
    this.#heading.textContent = marked ? t('Marked: {0}', text) : t('In view: {0}', text);
    // What is at the end of a recording grows with it.
    const grown = range.to >= duration ? state?.count : 0;
    const asked = JSON.stringify([state?.recording, range, grouping, grown]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    try {
      const stats = await client.ask('stats', { query: { ...range, grouping } });
      // A newer question is under way.
      if (stats === undefined || asked !== this.#asked) return;
      this.#problem.hidden = true;
      this.#stats = stats;
      this.#draw(stats);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#problem.textContent = error instanceof Error ? error.message : String(error);
      this.#problem.hidden = false;
    }
  }

  #draw(stats: RangeStats): void {
    const seconds = (stats.to - stats.from) / 1000;
    const facts: readonly (readonly [string, string | HTMLElement])[] = [
      [t('Length'), formatDuration(spanOf(stats))],
      [t('Records'), formatCount(stats.count)],
      [t('Rate'), seconds > 0 ? t('{0} a second', rateText(stats.count / seconds)) : '–'],
      [t('Errors'), formatCount(stats.errors)],
      ...this.#longestOf(stats),
    ];
    this.#facts.replaceChildren(
      ...facts.map(([name, value]) => {
        const isErrors = name === t('Errors') && stats.errors > 0;
        const fact = element('div', isErrors ? 'failed' : '');
        const said = element('dd');
        said.append(value);
        fact.append(element('dt', '', name), said);
        return fact;
      }),
    );
    this.#drawFunctions(stats);
    this.#drawCounters(stats);
  }

  /** The longest call and the longest host call; a click goes there. */
  #longestOf({ functions }: RangeStats): readonly (readonly [string, HTMLElement])[] {
    return longestKinds.flatMap(({ kind, label }) => {
      const [one] = functions
        .filter((found) => found.kind === kind)
        .toSorted((before, after) => after.longestMs - before.longestMs);
      if (one === undefined) return [];
      const go = this.#longest(one, 'figure');
      go.textContent = `${visible(one.name)}, ${formatDuration(one.longestMs)}`;
      return [[label, go] as const];
    });
  }

  #drawFunctions({ functions }: RangeStats): void {
    const focused = this.#functions.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset['key']
      : undefined;
    if (functions.length === 0) {
      this.#functions.replaceChildren(element('p', 'none', t('Nothing was called in it.')));
      return;
    }
    const table = element('table');
    const head = element('tr');
    for (const column of functionColumns) head.append(this.#columnHead(column));
    const body = element('tbody');
    for (const one of sortedFunctions(functions, this.#order).slice(0, mostRows))
      body.append(this.#functionRow(one));
    const top = element('thead');
    top.append(head);
    table.append(element('caption', 'unseen', t('Functions')), top, body);
    const more = functions.length - mostRows;
    const rest = element('p', 'none', t('{0} more are not listed; copies have them.', formatCount(more)));
    this.#functions.replaceChildren(table, ...(more > 0 ? [rest] : []));
    if (focused !== undefined)
      this.#functions.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #columnHead(column: (typeof functionColumns)[number]): HTMLElement {
    const { of, label, hint, isText } = column;
    const cell = element('th', isText ? '' : 'number');
    const { by, descending } = this.#order;
    attributes(cell, {
      scope: 'col',
      'aria-sort': by === of ? (descending ? 'descending' : 'ascending') : undefined,
    });
    const sort = element('button', 'sort', label);
    sort.type = 'button';
    sort.title = hint;
    sort.dataset['key'] = `sort ${of}`;
    if (by === of) sort.append(element('span', 'arrow', descending ? ' ↓' : ' ↑'));
    sort.querySelector('.arrow')?.setAttribute('aria-hidden', 'true');
    sort.addEventListener('click', () => this.#sort(of, isText));
    cell.append(sort);
    return cell;
  }

  /** A second time turns the order around; numbers begin with the largest. */
  #sort(by: FunctionColumn, isText: boolean): void {
    this.#order = { by, descending: this.#order.by === by ? !this.#order.descending : !isText };
    if (this.#stats !== undefined) this.#drawFunctions(this.#stats);
  }

  #functionRow(one: FunctionStats): HTMLElement {
    const row = element('tr', one.errors > 0 ? 'failed' : '');
    for (const { of, isText, isTime } of functionColumns) {
      const cell = element(
        of === 'name' ? 'th' : 'td',
        isText ? of : of === 'errors' ? 'number errors' : 'number',
      );
      if (of === 'name') cell.setAttribute('scope', 'row');
      if (of === 'longestMs') cell.append(this.#longest(one));
      else if (isTime) cell.textContent = formatDuration(Number(one[of]));
      else if (of === 'kind') cell.textContent = labelOf(one.kind);
      else {
        const value = one[of];
        cell.textContent = typeof value === 'number' ? formatCount(value) : visible(value);
        if (typeof value === 'string') cell.title = visible(value);
      }
      row.append(cell);
    }
    return row;
  }

  #longest(one: FunctionStats, where = 'longest'): HTMLElement {
    const go = element('button', 'link', formatDuration(one.longestMs));
    go.type = 'button';
    go.dataset['key'] = `${where} ${one.plugin} ${one.kind} ${one.name}`;
    attributes(go, {
      'aria-label': t('Go to the longest {0}, {1}', visible(one.name), formatDuration(one.longestMs)),
    });
    go.addEventListener('click', () => this.#model.select(one.longest));
    return go;
  }

  #drawCounters({ counters }: RangeStats): void {
    this.#counters.hidden = counters.length === 0;
    const { lanes } = this.#model;
    const table = element('table');
    const head = element('tr');
    for (const [at, name] of [t('Counter'), t('Least'), t('Mean'), t('Most'), t('Last')].entries()) {
      const cell = element('th', at === 0 ? '' : 'number', name);
      cell.setAttribute('scope', 'col');
      head.append(cell);
    }
    const body = element('tbody');
    for (const counter of counters) {
      const lane = lanes.find(({ id }) => id === counter.lane);
      const row = element('tr');
      const label = lane === undefined ? counter.name : `${lane.group} · ${laneLabel(lane)}`;
      const name = element('th', 'name', visible(label));
      name.setAttribute('scope', 'row');
      const { least, mean, most, last } = counter;
      row.append(
        name,
        ...[least, mean, most, last].map((value) => element('td', 'number', formatValue(value, lane?.unit))),
      );
      body.append(row);
    }
    const top = element('thead');
    top.append(head);
    table.append(element('caption', 'unseen', t('Counters')), top, body);
    this.#counters.replaceChildren(table);
  }
}

function rateText(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value)
    ? formatCount(Math.round(value))
    : value.toPrecision(3);
}
