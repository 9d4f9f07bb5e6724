/**
 * The input of the filter language, the same for trace and timeline: it completes, says what is wrong with
 * the text at its place, and tells of changes once the typing pauses.
 *
 *     const filter = filterInput({
 *       label: t('Filter'),
 *       placeholder: t('Filter (/)'),
 *       complete: completions(client).complete,       // filter/language.ts
 *       change: (text) => source.setFilter(text),  // 150 ms after the last key, at once with Enter and Escape
 *       submit: (backwards) => model.stepMatch(backwards ? -1 : 1),  // Enter, Shift+Enter
 *       leave: () => grid.focus(),                 // Escape in an empty input, ArrowDown without a list
 *     });
 *     toolbar.append(filter.element);
 *     filter.problem(window.problem);              // with each answer; undefined takes it away
 *
 * Styles: `@import '../filter/style.css'`. {@link keptFilters} is the menu beside it.
 */
import { attributes, element } from '../dom.ts';
import { icon } from '../icons.ts';
import type { FilterProblem } from '../protocol.ts';
import { t } from '../text.ts';
import { problemText } from './language.ts';
import { popup } from './popup.ts';
import { completed, parted } from './words.ts';
import type { Completion } from './words.ts';

export interface FilterInputOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly value?: string;
  /** What can be written at the caret, the likeliest first. */
  readonly complete: (text: string, caret: number) => readonly Completion[];
  readonly change: (text: string) => void;
  readonly submit?: (backwards: boolean) => void;
  readonly leave: () => void;
}

export interface FilterInput {
  readonly element: HTMLElement;
  /** Setting it does not call `change`. */
  value: string;
  focus(): void;
  /** Says what is wrong with the text, at its place. */
  problem(problem: FilterProblem | undefined): void;
}

/** Time after a key until the filter is applied, in ms. */
const typingMs = 150;

let inputs = 0;

export function filterInput(options: FilterInputOptions): FilterInput {
  const id = `filter-${(inputs += 1)}`;
  const outer = element('div', 'filter');
  const input = element('input', 'filter-input');
  const mirror = element('div', 'filter-mirror');
  const message = element('div', 'filter-problem');
  const list = popup(`${id}-list`, t('Completions'), activated, accept);
  let told = options.value ?? '';
  let wrong: FilterProblem | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  input.type = 'text';
  input.value = told;
  input.placeholder = options.placeholder;
  message.id = `${id}-problem`;
  message.setAttribute('aria-live', 'polite');
  message.hidden = true;
  mirror.setAttribute('aria-hidden', 'true');
  attributes(input, {
    role: 'combobox',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-label': options.label,
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.element.id,
  });
  outer.append(icon('search'), mirror, input, list.element, message);

  function activated(option: string | undefined): void {
    attributes(input, { 'aria-activedescendant': option, 'aria-expanded': String(list.isOpen) });
    message.classList.toggle('covered', list.isOpen);
  }

  /** Tells of the text, if it is another one. */
  function tell(): void {
    clearTimeout(timer);
    if (input.value === told) return;
    told = input.value;
    options.change(told);
  }

  function offer(): void {
    const caret = input.selectionStart ?? input.value.length;
    list.show(options.complete(input.value, caret));
  }

  function typed(): void {
    // What was wrong is said of the text as it was.
    show(undefined);
    clearTimeout(timer);
    timer = setTimeout(tell, typingMs);
  }

  function accept(completion: Completion): void {
    const { text, caret } = completed(input.value, completion);
    input.value = text;
    input.setSelectionRange(caret, caret);
    typed();
    // `plugin:` asks for a name next; after a whole word the list would be in the way.
    if (completion.insert.endsWith(':')) offer();
    else list.hide();
  }

  function show(problem: FilterProblem | undefined): void {
    wrong = problem;
    const text = problem === undefined ? '' : problemText(problem);
    if (message.textContent !== text) message.textContent = text;
    message.hidden = problem === undefined;
    attributes(input, {
      'aria-invalid': problem === undefined ? undefined : 'true',
      'aria-errormessage': problem === undefined ? undefined : message.id,
    });
    mirror.replaceChildren();
    if (problem === undefined || input.value === '') return;
    const [before, at, after] = parted(input.value, problem);
    mirror.append(before, element('mark', '', at), after);
    align();
  }

  function align(): void {
    if (wrong !== undefined) mirror.scrollLeft = input.scrollLeft;
  }

  input.addEventListener('input', () => {
    typed();
    offer();
  });
  for (const name of ['scroll', 'keyup', 'click']) input.addEventListener(name, align);
  input.addEventListener('blur', () => {
    list.hide();
    tell();
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || !pressed(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** Whether the key was one of ours. */
  function pressed(event: KeyboardEvent): boolean {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (list.isOpen) list.move(event.key === 'ArrowDown' ? 1 : -1);
        else if (event.key === 'ArrowUp') return false;
        else if (event.altKey || input.value === '') offer();
        else options.leave();
        return true;
      case ' ':
        if (!event.ctrlKey) return false;
        offer();
        return true;
      case 'Tab': {
        const chosen = list.active ?? list.first;
        if (event.shiftKey || chosen === undefined) return false;
        accept(chosen);
        return true;
      }
      case 'Enter':
        if (list.active !== undefined) accept(list.active);
        else {
          list.hide();
          tell();
          options.submit?.(event.shiftKey);
        }
        return true;
      case 'Escape':
        if (list.isOpen) list.hide();
        else if (input.value === '') options.leave();
        else {
          input.value = '';
          show(undefined);
          tell();
        }
        return true;
      default:
        return false;
    }
  }

  return {
    element: outer,
    get value() {
      return input.value;
    },
    set value(text) {
      clearTimeout(timer);
      told = text;
      if (input.value === text) return;
      input.value = text;
      show(undefined);
    },
    focus: () => {
      input.focus();
      input.select();
    },
    problem: (problem) => {
      // An answer to an older text says nothing about this one.
      if (input.value === told) show(problem);
    },
  };
}
