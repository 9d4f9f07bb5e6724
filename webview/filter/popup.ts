import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import type { Completion } from './words.ts';

/** Options that the list has at most: what comes after them is found by typing on. */
const most = 50;

/** The list of completions below a filter's input. The input has the focus all the time. */
export interface Popup {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  /** The option that the keys stand at. */
  readonly active: Completion | undefined;
  readonly first: Completion | undefined;
  /** An empty list closes it. */
  show(completions: readonly Completion[]): void;
  hide(): void;
  /** To the option below or above; from the last one to none, and on to the first. */
  move(by: 1 | -1): void;
}

export function popup(
  id: string,
  label: string,
  /** Is told of the active option's id. */
  activated: (id: string | undefined) => void,
  choose: (completion: Completion) => void,
): Popup {
  const list = element('div', 'completions');
  list.id = id;
  list.hidden = true;
  attributes(list, { role: 'listbox', 'aria-label': label });
  let options: readonly Completion[] = [];
  let at = -1;

  function mark(next: number): void {
    at = next;
    for (const [index, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(index === at));
      if (index === at) option.scrollIntoView({ block: 'nearest' });
    }
    activated(at === -1 ? undefined : `${id}-${at}`);
  }

  function hide(): void {
    list.hidden = true;
    options = [];
    mark(-1);
  }

  return {
    element: list,
    get isOpen() {
      return !list.hidden;
    },
    get active() {
      return options[at];
    },
    get first() {
      return options[0];
    },
    show: (completions) => {
      options = completions.slice(0, most);
      list.hidden = options.length === 0;
      list.replaceChildren(
        ...options.map((completion, index) => {
          const option = element('div', 'completion');
          option.id = `${id}-${index}`;
          option.setAttribute('role', 'option');
          option.append(
            element('span', 'completion-label', visible(completion.label)),
            element('span', 'completion-detail', visible(completion.detail ?? '')),
          );
          // The focus stays in the input.
          option.addEventListener('pointerdown', (event) => event.preventDefault());
          option.addEventListener('click', () => choose(completion));
          return option;
        }),
      );
      list.scrollTop = 0;
      mark(-1);
      if (list.hidden) return;
      const room = window.innerHeight - list.getBoundingClientRect().top - 8;
      list.style.maxHeight = `${Math.max(60, Math.min(300, room))}px`;
    },
    hide,
    move: (by) => {
      const count = options.length + 1;
      mark(((at + 1 + by + count) % count) - 1);
    },
  };
}
