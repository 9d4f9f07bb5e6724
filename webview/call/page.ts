/** The page of calls: an export, its arguments by their types, and the answers so far. */
import { isBag } from '../check.ts';
import { element } from '../dom.ts';
import type { CallableExport, FromCallForm, ToCallForm } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { Answers } from './answers.ts';
import { callForm, type CallForm } from './form.ts';

type Exports = Extract<ToCallForm, { type: 'exports' }>;

export interface CallPage {
  receive(message: ToCallForm): void;
}

/** Builds the page; `post` reaches the editor. */
export function callPage(root: HTMLElement, post: (message: FromCallForm) => void): CallPage {
  const title = element('h1');
  const state = element('p', 'state');
  state.role = 'status';
  const start = button({
    label: t('Start Plugin'),
    appearance: 'primary',
    click: () => post({ type: 'start' }),
  });
  const choose = element('select', 'export');
  choose.setAttribute('aria-label', t('Export'));
  const signature = element('code', 'signature');
  const docs = element('p', 'docs');
  const form = element('form');
  const fields = element('div');
  const call = element('button', 'call', t('Call'));
  call.type = 'submit';
  form.append(fields, call);
  const answers = new Answers((record) => post({ type: 'openTrace', record }));
  const top = element('header', 'top');
  top.append(title, state, start);
  root.append(top, choose, signature, docs, form, answers.element);

  let exports: Exports | undefined;
  let shown: CallForm | undefined;
  /** What was typed for each export stays as long as the export is as it was. */
  let forms: readonly CallForm[] = [];
  let lastId = 0;
  const checks = new Map<number, (problem: string | undefined) => void>();

  const formOf = (one: CallableExport): CallForm => {
    const known = forms.find((made) => made.shown.name === one.name);
    if (known !== undefined) return known;
    const own = new Set(exports?.own);
    const made = callForm(
      one,
      (resource) => own.has(resource),
      (parameter, text, answer) => {
        checks.set(++lastId, answer);
        post({ type: 'check', id: lastId, name: one.name, parameter, text });
      },
    );
    forms = [...forms, made];
    return made;
  };

  const show = (wanted: CallableExport | undefined): void => {
    shown = wanted === undefined ? undefined : formOf(wanted);
    signature.textContent = wanted?.signature ?? '';
    docs.textContent = wanted?.docs ?? '';
    docs.hidden = wanted?.docs === undefined;
    fields.replaceChildren(...(shown === undefined ? [] : [shown.element]));
    form.hidden = shown === undefined;
    choose.hidden = shown === undefined;
    choose.value = wanted?.name ?? '';
  };

  choose.addEventListener('change', () => show(exports?.exports.find(({ name }) => name === choose.value)));

  // A text of several lines is rare, a call after it is not.
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (shown === undefined || exports?.canCall !== true || shown.focusProblem()) return;
    const { name, label } = shown.shown;
    const args = shown.args();
    answers.add(++lastId, `${label}(${args.join(', ')})`);
    post({ type: 'call', id: lastId, name, args });
  });

  const receiveExports = (message: Exports): void => {
    const before = exports;
    exports = message;
    title.textContent = message.plugin;
    state.textContent = message.state;
    start.hidden = !message.canStart;
    call.disabled = !message.canCall;
    const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
    if (!isSame([before?.exports, before?.own], [message.exports, message.own])) {
      forms = forms.filter(
        ({ shown: one }) =>
          isSame(before?.own, message.own) && message.exports.some((now) => isSame(now, one)),
      );
      choose.replaceChildren(
        ...message.exports.map(({ name, label }) => {
          const option = element('option', '', label);
          option.value = name;
          return option;
        }),
      );
      show(message.exports.find(({ name }) => name === shown?.shown.name) ?? message.exports[0]);
    }
    const chosen = message.exports.find(({ name }) => name === message.chosen);
    if (chosen === undefined) return;
    if (chosen.name !== shown?.shown.name) show(chosen);
    (form.querySelector<HTMLElement>('input, select, textarea') ?? call).focus();
  };

  return {
    receive: (message) => {
      switch (message.type) {
        case 'exports':
          receiveExports(message);
          break;
        case 'answer':
          answers.show(message);
          break;
        case 'checked':
          checks.get(message.id)?.(message.problem);
          checks.delete(message.id);
          break;
      }
    },
  };
}

/** Whether a message is one of the editor's to this page; the editor may be of another build. */
export function isToCallForm(value: unknown): value is ToCallForm {
  if (!isBag(value)) return false;
  switch (value['type']) {
    case 'exports':
      return typeof value['plugin'] === 'string' && Array.isArray(value['exports']);
    case 'answer':
      return typeof value['id'] === 'number' && typeof value['text'] === 'string';
    case 'checked':
      return typeof value['id'] === 'number';
    default:
      return false;
  }
}
