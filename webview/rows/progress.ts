import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { formatBytes, formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import type { RowsRun } from '../protocol.ts';
import { t } from '../text.ts';

const words = {
  running: t('running'),
  done: t('done'),
  failed: t('failed'),
  stopped: t('stopped'),
} as const;

/** How far the plugin is with its input, and what was odd. */
export class Progress {
  readonly element = element('div', 'progress');
  readonly #bar = element('div', 'bar');
  readonly #filled = element('div', 'filled');
  readonly #text = element('span', 'progress-text');
  readonly #notes = element('details', 'notes');
  #shown = '';

  constructor() {
    attributes(this.#bar, { role: 'progressbar', 'aria-label': t('Input'), 'aria-valuemin': '0' });
    this.#bar.append(this.#filled);
    this.element.append(this.#bar, this.#text, this.#notes);
    this.element.hidden = true;
  }

  show(run: RowsRun | undefined): void {
    this.element.hidden = run === undefined;
    if (run === undefined) return;
    const { title, state, bytes, skipped, totalBytes, failure } = run;
    const known = totalBytes !== undefined && totalBytes > 0;
    const share = known ? Math.min(1, (bytes + skipped) / totalBytes) : state === 'running' ? 0 : 1;
    this.#bar.hidden = state !== 'running';
    this.#bar.classList.toggle('endless', !known);
    this.#filled.style.width = `${share * 100}%`;
    attributes(this.#bar, {
      'aria-valuemax': known ? '100' : undefined,
      'aria-valuenow': known ? String(Math.floor(share * 100)) : undefined,
    });
    const far = known ? t('{0} of {1}', formatBytes(bytes), formatBytes(totalBytes)) : formatBytes(bytes);
    const dropped = skipped === 0 ? '' : `, ${t('{0} bytes dropped', formatCount(skipped))}`;
    const why = failure === undefined ? '' : `: ${failure}`;
    const text = visible(`${title} · ${words[state]} · ${far}${dropped}${why}`);
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.element.classList.toggle('failed', state === 'failed');
    this.#list(run.notes);
  }

  #list(notes: RowsRun['notes']): void {
    const shown = JSON.stringify(notes);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#notes.hidden = notes.length === 0;
    const summary = element(
      'summary',
      '',
      notes.length === 1 ? t('1 note') : t('{0} notes', formatCount(notes.length)),
    );
    const list = element('ul');
    for (const { severity, text, advice, times } of notes) {
      const item = element('li', severity);
      const often = times > 1 ? ` (${t('{0} times', formatCount(times))})` : '';
      const said = element('div');
      said.append(element('div', '', `${visible(text)}${often}`), element('div', 'advice', visible(advice)));
      item.append(icon(severity === 'error' ? 'error' : 'warning'), said);
      list.append(item);
    }
    this.#notes.replaceChildren(summary, list);
  }
}
