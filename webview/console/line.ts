/** Who acts, where, and the line that is typed; what was typed before comes back with the arrow keys. */
import { attributes, element } from '../dom.ts';
import type { FromConsole, ToConsole } from '../protocol.ts';
import { t } from '../text.ts';

type State = Extract<ToConsole, { type: 'state' }>;

/** Lines that come back. */
const REMEMBERED = 100;

export interface LineForm {
  readonly element: HTMLElement;
  show(state: State): void;
  /** What came of a line that was sent. */
  answer(id: number, problem: string | undefined): void;
  focus(): void;
}

export function lineForm(post: (message: FromConsole) => void, nextId: () => number): LineForm {
  const form = element('form', 'line');
  const character = chooser(
    {
      label: t('Character'),
      add: t('Add Character'),
      fresh: t('New character'),
      name: t('Name of the new character'),
    },
    (name) => post({ type: 'place', character: name }),
  );
  const room = chooser(
    { label: t('Room'), add: t('Add Room'), fresh: t('New room'), name: t('Name of the new room') },
    (name) => post({ type: 'place', room: name }),
  );
  const input = element('input', 'typed');
  input.type = 'text';
  input.spellcheck = false;
  input.autocomplete = 'off';
  input.placeholder = t(
    '{0}, or an event as JSON',
    'say hello, "hello, pose waves, :waves, go room2, system text',
  );
  const problem = element('p', 'problem');
  problem.id = 'line-problem';
  problem.role = 'alert';
  problem.hidden = true;
  attributes(input, { 'aria-label': t('What happens'), 'aria-describedby': problem.id });
  const send = element('button', 'send', t('Send'));
  send.type = 'submit';
  const fields = element('div', 'fields');
  fields.append(character.element, room.element, input, send);
  form.append(fields, problem);

  /** By the id of the line that was sent. */
  const waiting = new Map<number, string>();
  let history: readonly string[] = [];
  /** Place in the history; its length is the line that is being typed. */
  let at = 0;
  let draft = '';
  let canSend = false;

  const say = (text: string | undefined): void => {
    problem.hidden = text === undefined;
    problem.textContent = text ?? '';
    attributes(input, { 'aria-invalid': String(text !== undefined) });
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value;
    if (text.trim() === '' || !canSend) return;
    const id = nextId();
    waiting.set(id, text);
    history = [...history.filter((line) => line !== text), text].slice(-REMEMBERED);
    at = history.length;
    draft = input.value = '';
    say(undefined);
    post({ type: 'line', id, text });
  });
  input.addEventListener('input', () => say(undefined));
  input.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    const to = at + step;
    if (step === 0 || event.isComposing || to < 0 || to > history.length) return;
    if (at === history.length) draft = input.value;
    at = to;
    input.value = history[at] ?? draft;
    event.preventDefault();
  });

  return {
    element: form,
    show: (state) => {
      canSend = state.canSend;
      send.disabled = !canSend;
      const { acting, characters, rooms } = state;
      character.show(
        characters.map(({ name }) => name),
        acting,
      );
      room.show(rooms, characters.find(({ name }) => name === acting)?.room ?? '');
    },
    answer: (id, text) => {
      const line = waiting.get(id);
      waiting.delete(id);
      if (line === undefined || text === undefined) return;
      // A line that was not done is there to be corrected, unless there is another one already.
      if (input.value === '') input.value = line;
      say(text);
    },
    focus: () => input.focus(),
  };
}

interface Chooser {
  readonly element: HTMLElement;
  show(names: readonly string[], chosen: string): void;
}

/** What a choice and its parts are called. */
interface ChooserTexts {
  readonly label: string;
  readonly add: string;
  /** In the empty field of a new name. */
  readonly fresh: string;
  readonly name: string;
}

/** A choice to which names can be added. */
function chooser(texts: ChooserTexts, choose: (name: string) => void): Chooser {
  const box = element('div', 'chooser');
  const select = element('select');
  select.setAttribute('aria-label', texts.label);
  const add = element('button', 'small', '+');
  add.type = 'button';
  add.title = texts.add;
  add.setAttribute('aria-label', texts.add);
  const name = element('input', 'name');
  name.type = 'text';
  name.maxLength = 200;
  name.placeholder = texts.fresh;
  name.setAttribute('aria-label', texts.name);
  name.hidden = true;
  box.append(select, add, name);

  const open = (isOpen: boolean): void => {
    name.hidden = !isOpen;
    select.hidden = add.hidden = isOpen;
  };
  select.addEventListener('change', () => choose(select.value));
  add.addEventListener('click', () => {
    name.value = '';
    open(true);
    name.focus();
  });
  name.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    // Enter adds the name; it does not send the line.
    event.preventDefault();
    if (event.key === 'Enter' && name.value.trim() !== '') choose(name.value.trim());
    open(false);
    add.focus();
  });
  name.addEventListener('blur', () => open(false));

  let shown = '';
  return {
    element: box,
    show: (names, chosen) => {
      const key = JSON.stringify(names);
      if (key !== shown) {
        shown = key;
        select.replaceChildren(
          ...names.map((one) => {
            const option = element('option', '', one);
            option.value = one;
            return option;
          }),
        );
      }
      select.value = chosen;
    },
  };
}
