import { attributes, element } from '../dom.ts';
import { formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import type { Picture } from './picture/drawn.ts';
import type { Aspect, TimelineModel } from './model/model.ts';
import { spanOf } from './model/range.ts';
import { standing } from './standing.ts';
import type { Standing } from './standing.ts';

/** Changes that these words follow from. */
const told: readonly Aspect[] = ['recording', 'data', 'view', 'mode', 'problem'];

/** Time until the panel says that it waits, in ms: a recording that opens at once shows no word of it. */
const patienceMs = 300;

/** Bars above the picture, and the words in place of it: what is read, what went wrong, that there is nothing. */
export class Status {
  /** Above the picture. */
  readonly bars: readonly HTMLElement[];
  /** Over the picture. */
  readonly overlay = element('div', 'empty');
  /** In a corner of the picture: nothing happens where one looks. */
  readonly hint = element('div', 'nothing-here');
  readonly #model: TimelineModel;
  readonly #picture: Picture;
  readonly #reading = element('div', 'notice reading');
  readonly #readingText = element('span', 'notice-text');
  readonly #bar = element('progress');
  readonly #failure = element('div', 'notice failure');
  readonly #failureText = element('span', 'notice-text');
  #shown = '';
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(model: TimelineModel, picture: Picture) {
    this.#model = model;
    this.#picture = picture;
    this.#bar.max = 100;
    this.#bar.setAttribute('aria-label', t('Read so far'));
    this.#reading.append(this.#readingText, this.#bar);
    this.#failure.append(icon('error'), this.#failureText);
    this.#failure.setAttribute('role', 'alert');
    this.bars = [this.#failure, this.#reading];
    for (const part of [...this.bars, this.overlay, this.hint]) part.hidden = true;
    this.hint.append(
      element('span', '', t('Nothing happens here.')),
      button({ label: t('Show everything'), click: () => model.fit() }),
    );
    model.onChange((changed) => {
      if (told.some((aspect) => changed.has(aspect))) this.#update();
    });
    this.#update();
  }

  #update(): void {
    const { problem, indexed, view, state } = this.#model;
    const now = standing(this.#model);
    this.#show(now);
    // A problem while something is in view does not take that away.
    const isAbove = problem !== undefined && now !== 'failed';
    if (isAbove && this.#failureText.textContent !== problem) this.#failureText.textContent = problem;
    this.#failure.hidden = !isAbove;
    const isReading = view !== undefined && indexed < 1 && (state?.count ?? 0) > 0;
    if (isReading) {
      const percent = Math.floor(indexed * 100);
      this.#bar.value = percent;
      const text = t('Reading the recording: {0} %. What is read can be used.', formatCount(percent));
      if (this.#readingText.textContent !== text) this.#readingText.textContent = text;
    }
    this.#reading.hidden = !isReading;
    this.#nothingHere(now);
  }

  #nothingHere(now: Standing): void {
    const { view, target, loading, window } = this.#model;
    // While it glides or the contents are on their way, nothing is known of what is there.
    if (view !== target || loading) return;
    const isIn =
      window !== undefined && view !== undefined && window.from <= view.from && window.to >= view.to;
    const whole = view !== undefined && spanOf(view) >= this.#model.duration;
    this.hint.hidden = now !== 'nothing' || whole || !isIn || this.#picture.inView(1).length > 0;
  }

  #show(now: Standing): void {
    const { state, problem } = this.#model;
    const plugins = (state?.plugins.length ?? 0) > 0;
    const key = JSON.stringify([now, state?.kind, plugins, state?.canSend, problem]);
    if (key === this.#shown) return;
    this.#shown = key;
    clearTimeout(this.#waiting);
    this.overlay.replaceChildren();
    attributes(this.overlay, { role: now === 'failed' ? 'alert' : now === 'waiting' ? 'status' : undefined });
    this.#picture.element.classList.toggle('covered', now !== 'nothing');
    if (now === 'waiting') {
      this.overlay.hidden = true;
      this.#waiting = setTimeout(() => {
        this.overlay.hidden = false;
        this.overlay.append(element('p', '', t('Reading the recording…')));
      }, patienceMs);
      return;
    }
    this.overlay.hidden = now === 'nothing';
    if (now === 'failed') {
      this.overlay.append(
        element('h2', '', t('The recording cannot be shown')),
        element('p', '', problem ?? ''),
      );
    } else if (now === 'noLanes') {
      this.overlay.append(
        element('h2', '', t('No lane is left')),
        element(
          'p',
          '',
          t('Nothing of the recording has a lane with this grouping. Choose another one in View.'),
        ),
      );
    } else if (now === 'empty') this.#empty(plugins);
  }

  #empty(plugins: boolean): void {
    const { state, client } = this.#model;
    const isLive = state?.kind === 'live';
    const live = plugins ? t('Nothing has happened yet') : t('No plugin is running');
    this.overlay.append(
      element('h2', '', isLive ? live : t('There is no record in it')),
      element(
        'p',
        '',
        t('Calls, effects, logs, telemetry, reloads and counters of each plugin show here over time.'),
      ),
    );
    if (!isLive || (plugins && !state.canSend)) return;
    this.overlay.append(
      button({
        label: plugins ? t('Send Event…') : t('New Plugin…'),
        appearance: 'primary',
        click: () => client.post({ type: 'command', command: plugins ? 'sendEvent' : 'newPlugin' }),
      }),
    );
  }
}
