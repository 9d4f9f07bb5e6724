/** The control for a kind of value. */
import { element } from '../dom.ts';
import { t } from '../text.ts';
import type { ConfigInput, ConfigText } from './protocol.ts';

export interface ControlOptions {
  readonly id: string;
  readonly label: string;
  readonly labelledBy: string;
  readonly describedBy: string;
  /** While it is typed. */
  readonly typed: (value: ConfigText) => void;
  /** When it is done. */
  readonly done: (value: ConfigText) => void;
  readonly browse: () => void;
}

export interface ConfigControl {
  readonly element: HTMLElement;
  show(value: ConfigText, canChange: boolean): void;
  invalid(is: boolean): void;
  focus(): void;
}

export function configControl(input: ConfigInput, options: ControlOptions): ConfigControl {
  switch (input.kind) {
    case 'boolean':
      return checkbox(options);
    case 'integer':
    case 'float':
      return typedControl(numberInput(input.kind), options);
    case 'text':
      return typedControl(textArea(), options);
    case 'dropdown':
      return dropdown(input.options, options);
    case 'directories':
    case 'files':
      return paths(input.kind === 'files' ? t('Add Files…') : t('Add Folders…'), options);
  }
}

function named<E extends HTMLElement>(made: E, { id, describedBy }: ControlOptions): E {
  made.id = id;
  made.setAttribute('aria-describedby', describedBy);
  return made;
}

function checkbox(options: ControlOptions): ConfigControl {
  const row = element('div', 'check');
  const box = named(element('input'), options);
  box.type = 'checkbox';
  const word = element('span');
  row.append(box, word);
  box.addEventListener('change', () => {
    word.textContent = box.checked ? t('on') : t('off');
    options.done(box.checked);
  });
  return {
    element: row,
    show: (value, canChange) => {
      box.checked = value === true;
      box.disabled = !canChange;
      word.textContent = box.checked ? t('on') : t('off');
    },
    invalid: (is) => box.setAttribute('aria-invalid', String(is)),
    focus: () => box.focus(),
  };
}

function numberInput(kind: 'integer' | 'float'): HTMLInputElement {
  const made = element('input', 'typed number');
  made.type = 'text';
  made.inputMode = kind === 'integer' ? 'numeric' : 'decimal';
  made.autocomplete = 'off';
  return made;
}

/** A text may have any number of lines. */
function textArea(): HTMLTextAreaElement {
  const made = element('textarea', 'typed');
  made.rows = 1;
  return made;
}

function typedControl(made: HTMLInputElement | HTMLTextAreaElement, options: ControlOptions): ConfigControl {
  named(made, options);
  made.spellcheck = false;
  let known = '';
  const done = (): void => {
    if (made.value === known) return;
    known = made.value;
    options.done(made.value);
  };
  made.addEventListener('input', () => options.typed(made.value));
  made.addEventListener('change', done);
  made.addEventListener('keydown', (event) => {
    // In a text, a line ends with Shift+Enter.
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.shiftKey || event.isComposing)
      return;
    event.preventDefault();
    done();
  });
  return {
    element: made,
    show: (value, canChange) => {
      made.readOnly = !canChange;
      const text = String(value);
      // What is being typed is not taken away.
      if (document.activeElement === made && made.value !== known && text === known) return;
      known = text;
      made.value = text;
    },
    invalid: (is) => made.setAttribute('aria-invalid', String(is)),
    focus: () => made.focus(),
  };
}

function dropdown(names: readonly string[], options: ControlOptions): ConfigControl {
  const made = named(element('select'), options);
  const option = (name: string): HTMLOptionElement => {
    const one = element('option', '', name === '' ? t('(empty)') : name);
    one.value = name;
    return one;
  };
  made.append(...names.map(option));
  made.addEventListener('change', () => options.done(made.value));
  return {
    element: made,
    show: (value, canChange) => {
      const chosen = String(value);
      // What is set and is no option is shown all the same, with what is wrong about it.
      const strange = names.includes(chosen) ? [] : [option(chosen)];
      made.replaceChildren(...strange, ...names.map(option));
      made.value = chosen;
      made.disabled = !canChange;
    },
    invalid: (is) => made.setAttribute('aria-invalid', String(is)),
    focus: () => made.focus(),
  };
}

function paths(addLabel: string, options: ControlOptions): ConfigControl {
  const box = element('div', 'paths');
  box.role = 'group';
  box.setAttribute('aria-labelledby', options.labelledBy);
  const list = element('ul');
  const add = named(element('button', 'small', addLabel), options);
  add.type = 'button';
  add.setAttribute('aria-label', `${options.label}: ${addLabel}`);
  add.addEventListener('click', options.browse);
  box.append(list, add);
  return {
    element: box,
    show: (value, canChange) => {
      const all = Array.isArray(value) ? (value as readonly string[]) : [];
      list.hidden = all.length === 0;
      list.replaceChildren(
        ...all.map((path, index) => {
          const line = element('li');
          const remove = element('button', 'small', t('Remove'));
          remove.type = 'button';
          remove.disabled = !canChange;
          remove.setAttribute('aria-label', t('Remove {0}', path));
          remove.addEventListener('click', () => {
            options.done(all.filter((_, at) => at !== index));
            add.focus();
          });
          line.append(element('span', 'path', path), remove);
          return line;
        }),
      );
      add.disabled = !canChange;
    },
    invalid: (is) => box.setAttribute('aria-invalid', String(is)),
    focus: () => add.focus(),
  };
}
