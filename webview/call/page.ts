/** The form of a call: an export, its arguments by their types, and the answers so far. */
import { isBag } from '../check.ts';
import { element } from '../dom.ts';
import type { CallableExport, CallParameter, FromCallForm, ToCallForm } from '../protocol.ts';
import { button } from '../ui.ts';
import { controlFor, named } from './control.ts';

/** Answers that stay on the page, newest first. */
const KEPT = 50;

type Exports = Extract<ToCallForm, { type: 'exports' }>;
type Answer = Extract<ToCallForm, { type: 'answer' }>;

/** One argument: its form, and the WAVE text that is sent, which may be edited itself. */
interface Argument {
  readonly element: HTMLElement;
  readonly wave: HTMLTextAreaElement;
  readonly problem: HTMLElement;
}

export interface CallPage {
  receive(message: ToCallForm): void;
}

/** Builds the page; `post` reaches the editor. */
export function callPage(root: HTMLElement, post: (message: FromCallForm) => void): CallPage {
  const state = element('p', 'state');
  state.setAttribute('role', 'status');
  const start = button({
    label: 'Start Plugin',
    appearance: 'primary',
    click: () => post({ type: 'start' }),
  });
  const choose = element('select', 'export');
  choose.setAttribute('aria-label', 'Export');
  const signature = element('code', 'signature');
  const docs = element('p', 'docs');
  const form = element('form');
  const fields = element('div', 'arguments');
  const call = element('button', 'call', 'Call');
  call.type = 'submit';
  form.append(fields, call);
  const answers = element('ol', 'answers');
  answers.setAttribute('aria-label', 'Answers');
  answers.setAttribute('aria-live', 'polite');
  const title = element('h1');
  root.append(title, state, start, choose, signature, docs, form, answers);

  let exports: Exports | undefined;
  let shown: CallableExport | undefined;
  let parameters: readonly Argument[] = [];
  let lastId = 0;
  const checks = new Map<number, Argument>();
  const waiting = new Map<number, { readonly row: HTMLElement; readonly text: string }>();

  const show = (wanted: CallableExport | undefined): void => {
    shown = wanted;
    checks.clear();
    signature.textContent = wanted?.signature ?? '';
    docs.textContent = wanted?.docs ?? '';
    docs.hidden = wanted?.docs === undefined;
    parameters = (wanted?.params ?? []).map((parameter, index) => argument(parameter, index));
    fields.replaceChildren(...parameters.map((one) => one.element));
    choose.value = wanted?.name ?? '';
  };

  const argument = (parameter: CallParameter, index: number): Argument => {
    const box = element('section', 'argument');
    const wave = element('textarea', 'wave');
    const problem = element('p', 'problem');
    problem.hidden = true;
    const made: Argument = { element: box, wave, problem };
    const check = (): void => {
      if (shown === undefined) return;
      checks.set(++lastId, made);
      post({ type: 'check', id: lastId, name: shown.name, parameter: index, text: wave.value });
    };
    const control = controlFor(parameter.type, parameter.name, () => {
      wave.value = control.text();
      check();
    });
    wave.value = control.text();
    wave.rows = 1;
    wave.spellcheck = false;
    wave.setAttribute('aria-label', `${parameter.name} in WAVE`);
    wave.placeholder = parameter.sample;
    wave.addEventListener('input', check);
    const head = element('header');
    head.append(element('span', 'name', parameter.name), element('code', 'type', parameter.typeText));
    box.append(head, control.element, named('WAVE', { element: wave, text: () => wave.value }), problem);
    return made;
  };

  choose.addEventListener('change', () => show(exports?.exports.find(({ name }) => name === choose.value)));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (shown === undefined || exports?.canCall !== true) return;
    const args = parameters.map(({ wave }) => wave.value);
    const text = `${shown.label}(${args.join(', ')})`;
    const row = element('li', 'waiting');
    row.append(element('code', 'asked', text), element('code', 'answer', '…'));
    answers.prepend(row);
    while (answers.children.length > KEPT) answers.lastElementChild?.remove();
    waiting.set(++lastId, { row, text });
    post({ type: 'call', id: lastId, name: shown.name, args });
  });

  const answered = ({ id, ok, text, record, durationMs }: Answer): void => {
    const asked = waiting.get(id);
    if (asked === undefined) return;
    waiting.delete(id);
    asked.row.className = ok ? 'ok' : 'failed';
    const time = durationMs === undefined ? '' : `${durationMs.toFixed(2)} ms`;
    asked.row.replaceChildren(
      element('code', 'asked', asked.text),
      element('code', 'answer', text),
      element('span', 'time', time),
    );
    if (record !== undefined)
      asked.row.append(button({ label: 'Trace', click: () => post({ type: 'openTrace', record }) }));
  };

  const receiveExports = (message: Exports): void => {
    const before = JSON.stringify(exports?.exports);
    exports = message;
    title.textContent = message.plugin;
    state.textContent = message.state;
    start.hidden = message.canCall;
    call.disabled = !message.canCall;
    // What was typed stays while the exports do.
    if (JSON.stringify(message.exports) !== before) {
      choose.replaceChildren(
        ...message.exports.map(({ name, label }) => {
          const option = element('option', '', label);
          option.value = name;
          return option;
        }),
      );
      const same = message.exports.find(({ name }) => name === shown?.name);
      show(same ?? message.exports[0]);
    }
    const chosen = message.exports.find(({ name }) => name === message.chosen);
    if (chosen !== undefined && chosen.name !== shown?.name) show(chosen);
  };

  return {
    receive: (message) => {
      switch (message.type) {
        case 'exports':
          receiveExports(message);
          break;
        case 'answer':
          answered(message);
          break;
        case 'checked': {
          const one = checks.get(message.id);
          checks.delete(message.id);
          if (one === undefined) break;
          one.problem.hidden = message.problem === undefined;
          one.problem.textContent = message.problem ?? '';
          one.wave.setAttribute('aria-invalid', String(message.problem !== undefined));
          break;
        }
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
