/** The event console: a small MUSH, what plugins answer in it, and why an event did or did not reach them. */
import { isBag } from '../check.ts';
import { attributes, element } from '../dom.ts';
import type { ConsoleFilter, FromConsole, ToConsole } from '../protocol.ts';
import { split } from '../split.ts';
import { t } from '../text.ts';
import { button, toggleButton } from '../ui.ts';
import { detailPane } from './detail.ts';
import { lineForm } from './line.ts';
import { loadForm } from './load.ts';
import { subscriptionForms } from './subscriptions.ts';
import { Transcript } from './transcript.ts';

type State = Extract<ToConsole, { type: 'state' }>;

export interface ConsolePage {
  receive(message: ToConsole): void;
}

/** Builds the page; `post` reaches the editor. */
export function consolePage(root: HTMLElement, post: (message: FromConsole) => void): ConsolePage {
  let lastId = 0;
  const nextId = (): number => ++lastId;
  let filter: ConsoleFilter = { stream: '', eventType: '' };
  /** Numbers of the events from outside that listed ones go back to. */
  const origins = new Map<number, number>();
  let asked: number | undefined;

  const transcript = new Transcript({
    choose: (number) => {
      asked = number;
      panes.open(true);
      post({ type: 'choose', number });
    },
    changed: () => {
      showCounts();
      showTypes();
    },
  });
  const detail = detailPane({
    sendAgain: (number) => post({ type: 'sendAgain', number }),
    origin: () => {
      const origin = asked === undefined ? undefined : origins.get(asked);
      if (origin !== undefined && transcript.go(origin)) transcript.list.focus();
    },
    close: () => {
      panes.open(false);
      transcript.list.focus();
    },
  });
  const panes = split(transcript.element, detail.element, {
    label: t('Size of the event pane'),
    smallest: { width: 200, height: 150 },
    besideFrom: 800,
    size: 380,
    moved: () => undefined,
  });

  const stream = element('input', 'typed filter');
  stream.type = 'search';
  stream.placeholder = t('Filter by stream');
  stream.spellcheck = false;
  stream.setAttribute('aria-label', t('Filter by stream'));
  const types = element('select');
  types.setAttribute('aria-label', t('Filter by type'));
  const count = element('span', 'count');
  count.role = 'status';
  const refilter = (): void => {
    filter = { stream: stream.value, eventType: types.value };
    transcript.filter(filter);
  };
  stream.addEventListener('input', refilter);
  types.addEventListener('change', refilter);

  const answers = element('input');
  answers.type = 'checkbox';
  const withAnswers = element('label', 'check');
  withAnswers.title = t('Save what plugins answered, too. Plugins answer again when the file is played.');
  withAnswers.append(answers, element('span', '', t('with answers')));
  const save = button({
    label: t('Save…'),
    click: () => {
      const { stretch } = transcript;
      if (stretch !== undefined) post({ type: 'save', ...stretch, filter, answers: answers.checked });
    },
  });
  save.title = t('Save the chosen stretch, or everything that is shown, as an input file');

  const subscriptions = subscriptionForms(post, nextId);
  const load = loadForm(post);
  const shelf = element('div', 'shelf');
  shelf.append(subscriptions.element, load.element);
  const shelves = [
    disclosure(t('Subscriptions'), subscriptions.element),
    disclosure(t('Load'), load.element),
  ];

  const toolbar = element('div', 'toolbar');
  toolbar.append(stream, types, count);
  const tools = element('div', 'toolbar tools');
  tools.append(
    ...shelves,
    button({ label: t('Import…'), click: () => post({ type: 'import' }) }),
    save,
    withAnswers,
    button({ label: t('Save Recording…'), click: () => post({ type: 'command', command: 'saveRecording' }) }),
    button({ label: t('Trace'), click: () => post({ type: 'command', command: 'openTrace' }) }),
    button({ label: t('Clear'), click: () => post({ type: 'clear' }) }),
  );
  const notice = element('div', 'notice');
  const noticeText = element('span', 'notice-text');
  noticeText.role = 'status';
  const start = button({
    label: t('Start Plugin'),
    appearance: 'primary',
    click: () => post({ type: 'command', command: 'startPlugin' }),
  });
  notice.append(noticeText, start);
  const line = lineForm((message) => {
    if (message.type === 'line') transcript.follow();
    post(message);
  }, nextId);
  root.append(tools, toolbar, shelf, notice, panes.element, line.element);
  line.focus();

  let shownTypes = '';
  function showTypes(): void {
    const listed = [
      ...new Set([...transcript.types, ...(filter.eventType === '' ? [] : [filter.eventType])]),
    ];
    const key = JSON.stringify(listed);
    if (key === shownTypes) return;
    shownTypes = key;
    types.replaceChildren(
      ...['', ...listed].map((type) => {
        const option = element('option', '', type === '' ? t('All types') : type);
        option.value = type;
        return option;
      }),
    );
    types.value = filter.eventType;
  }

  function showCounts(): void {
    const { chosen, shown } = transcript.counts;
    const all = shown === 1 ? t('1 event') : t('{0} events', shown);
    const text = chosen > 1 ? t('{0}, {1} chosen', all, chosen) : all;
    if (count.textContent !== text) count.textContent = text;
  }

  function showState(state: State): void {
    line.show(state);
    subscriptions.show(state.plugins);
    load.show(state.load, state.canSend);
    const none = state.plugins.every((plugin) => plugin.state !== t('Running'));
    notice.hidden = state.canSend && !none;
    start.hidden = !state.canSend;
    const text = state.canSend
      ? t('No plugin on the bus runs: nobody hears what happens.')
      : t('Nothing is run in Restricted Mode.');
    if (noticeText.textContent !== text) noticeText.textContent = text;
  }
  showTypes();
  showCounts();

  return {
    receive: (message) => {
      switch (message.type) {
        case 'state':
          showState(message);
          break;
        case 'rows':
          if (message.fresh) origins.clear();
          for (const { number, origin } of message.rows)
            if (origin !== undefined) origins.set(number, origin);
          transcript.add(message.rows, message.missed, message.fresh);
          if (transcript.active === undefined) panes.open(false);
          break;
        case 'detail':
          // Only the newest choice counts.
          if (message.number === asked) detail.show(message, origins.has(message.number));
          break;
        case 'answer':
          line.answer(message.id, message.problem);
          subscriptions.answer(message.id, message.problem);
          break;
      }
    },
  };
}

/** A button that opens and closes a form above the transcript. */
function disclosure(label: string, content: HTMLElement): HTMLElement {
  content.hidden = true;
  const toggle = toggleButton({
    label,
    change: (on) => {
      content.hidden = !on;
      toggle.set(on);
      attributes(toggle.element, { 'aria-expanded': String(on) });
    },
  });
  return toggle.element;
}

/** Whether a message is one of the editor's to this page; the editor may be of another build. */
export function isToConsole(value: unknown): value is ToConsole {
  if (!isBag(value)) return false;
  switch (value['type']) {
    case 'state':
      return Array.isArray(value['characters']) && Array.isArray(value['plugins']);
    case 'rows':
      return Array.isArray(value['rows']) && typeof value['missed'] === 'number';
    case 'detail':
      return typeof value['number'] === 'number' && Array.isArray(value['reasons']);
    case 'answer':
      return typeof value['id'] === 'number';
    default:
      return false;
  }
}
