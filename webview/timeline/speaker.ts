import type { Announcer } from '../announcer.ts';
import { element } from '../dom.ts';
import { t } from '../text.ts';
import type { TimelineAction } from './keys.ts';
import type { Aspect, TimelineModel } from './model/model.ts';
import { positionText } from './position.ts';
import { laneText, rangeText, selectionText, shownRange } from './words.ts';

/** Time after a change until the picture's description is written anew, in ms. */
const describeMs = 400;

/** Actions that move the view: the new one is said. */
const moves: ReadonlySet<TimelineAction> = new Set<TimelineAction>([
  'zoomIn',
  'zoomOut',
  'zoomToSelection',
  'fit',
  'panLeft',
  'panRight',
]);

/** Says to screen readers what is chosen, marked, found and shown. */
export class Speaker {
  /** The live region, and the description of the picture. */
  readonly element = element('div');
  readonly #model: TimelineModel;
  readonly #announcer: Announcer;
  readonly #summary = element('div', 'unseen');
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the editor's setting says; a change of it goes over what was chosen here. */
  #setting: boolean | undefined;
  #said = '';

  constructor(model: TimelineModel, spoken: Announcer) {
    this.#model = model;
    this.#announcer = spoken;
    this.#summary.id = 'timeline-summary';
    this.element.append(spoken.element, this.#summary);
    if (model.kept['announce'] === false) spoken.on = false;
    model.onChange((changed) => this.#onChange(changed));
  }

  get on(): boolean {
    return this.#announcer.on;
  }

  toggle(): void {
    const on = !this.#announcer.on;
    this.#announcer.on = on;
    this.#model.keep({ announce: on });
    this.#announcer.insist(on ? t('Announcements are on.') : t('Announcements are off.'));
  }

  say(text: string): void {
    this.#announcer.say(text);
  }

  /** After an action of the user. */
  did(action: TimelineAction): void {
    const { clock, startedAt, search } = this.#model;
    const range = shownRange(this.#model);
    if (moves.has(action) && range !== undefined)
      this.say(t('In view: {0}', rangeText(range, clock, startedAt)));
    if ((action === 'nextMatch' || action === 'previousMatch') && search.filter === '')
      this.say(t('Nothing is searched.'));
  }

  /** Describes the picture's own element by what it shows. */
  describe(picture: HTMLElement): void {
    const stage = picture.querySelector('[role="application"]') ?? picture;
    const known = stage.getAttribute('aria-describedby') ?? '';
    stage.setAttribute('aria-describedby', `${this.#summary.id} ${known}`.trim());
    this.#describeSoon();
  }

  #onChange(changed: ReadonlySet<Aspect>): void {
    const model = this.#model;
    const { clock, startedAt, settings, lane } = model;
    if (changed.has('settings') && settings !== undefined && settings.announce !== this.#setting) {
      const isFirst = this.#setting === undefined;
      this.#setting = settings.announce;
      // What was chosen here stays until the setting changes.
      if (!isFirst || typeof model.kept['announce'] !== 'boolean') this.#announcer.on = settings.announce;
    }
    if (changed.has('view') || changed.has('data') || changed.has('mode')) this.#describeSoon();
    if (changed.has('lane') && lane !== undefined) {
      const found = model.lanes.find(({ id }) => id === lane);
      if (found !== undefined) this.#once(laneText(found));
    }
    if (changed.has('range') && model.range !== undefined)
      this.#once(t('Marked: {0}', rangeText(model.range, clock, startedAt)));
    // What is wrong with the search is said at its input.
    if (changed.has('search')) this.#once(positionText(model.search));
    if (changed.has('selection') && model.selection !== undefined && !Number.isNaN(model.selection.time)) {
      const { title, facts } = selectionText(model.selection, clock, startedAt);
      const position = model.search.position === undefined ? [] : [positionText(model.search)];
      this.#once([title, ...facts, ...position].join(', '));
    }
    if (changed.has('mode')) {
      if (model.paused) this.#once(t('Paused.'));
      else if (model.following) this.#once(t('Following.'));
    }
    if (changed.has('problem') && model.problem !== undefined) this.#once(model.problem);
  }

  /** The same is not said twice in a row: a change may be told of more than once. */
  #once(text: string): void {
    if (text === this.#said || text === '') return;
    this.#said = text;
    this.say(text);
  }

  #describeSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const { lanes, clock, startedAt } = this.#model;
      const range = shownRange(this.#model);
      if (range === undefined) return;
      const count = lanes.length === 1 ? t('1 lane') : t('{0} lanes', lanes.length);
      this.#summary.textContent = t(
        '{0}, {1}. Press T for what is in view as a table, question mark for all keys.',
        count,
        rangeText(range, clock, startedAt),
      );
    }, describeMs);
  }
}
