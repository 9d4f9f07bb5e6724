/** The arguments of one export: controls by their types, and the WAVE text that is sent, which may be edited itself. */
import { element } from '../dom.ts';
import type { CallableExport, CallParameter } from '../protocol.ts';
import { t } from '../text.ts';
import { controlFor, named, type Making } from './control.ts';

/** Says what is wrong with a text, later; undefined where it is one of the parameter's type. */
type Check = (parameter: number, text: string, answer: (problem: string | undefined) => void) => void;

export interface CallForm {
  readonly shown: CallableExport;
  readonly element: HTMLElement;
  /** What is sent: an argument each, in WAVE. */
  readonly args: () => readonly string[];
  /** Goes to the first argument that is known to be wrong; false where none is. */
  readonly focusProblem: () => boolean;
}

interface Argument {
  readonly element: HTMLElement;
  /** Where its text stands. */
  readonly wave: HTMLTextAreaElement | HTMLInputElement;
  readonly problem: HTMLElement;
}

export function callForm(shown: CallableExport, isOwn: Making['isOwn'], check: Check): CallForm {
  const box = element('div', 'arguments');
  const parts = shown.params.map((parameter, index) =>
    argument(parameter, isOwn, (text, answer) => check(index, text, answer)),
  );
  box.append(...parts.map((one) => one.element));
  return {
    shown,
    element: box,
    args: () => parts.map(({ wave }) => wave.value.trim()),
    focusProblem: () => {
      const wrong = parts.find(({ problem }) => !problem.hidden);
      wrong?.wave.focus();
      return wrong !== undefined;
    },
  };
}

let lastId = 0;

function argument(
  { name, type, typeText, sample }: CallParameter,
  isOwn: Making['isOwn'],
  check: (text: string, answer: (problem: string | undefined) => void) => void,
): Argument {
  const box = element('section', 'argument');
  box.setAttribute('aria-label', t('Argument {0}', name));
  const problem = element('p', 'problem');
  problem.hidden = true;
  problem.id = `problem-${++lastId}`;
  const control = controlFor(type, name, { isOwn, changed: () => changed() });
  const wave = control.input ?? waveArea(name, control.text());
  let asked = 0;
  const look = (): void => {
    const mine = ++asked;
    check(wave.value, (wrong) => {
      // Only the newest text counts.
      if (mine !== asked) return;
      problem.hidden = wrong === undefined;
      problem.textContent = wrong ?? '';
      wave.setAttribute('aria-invalid', String(wrong !== undefined));
    });
  };
  const changed = (): void => {
    if (wave !== control.input) wave.value = control.text();
    look();
  };
  if (wave !== control.input) wave.addEventListener('input', look);
  if (wave.placeholder === '') wave.placeholder = sample;
  wave.setAttribute('aria-describedby', problem.id);
  const head = element('header');
  head.append(element('span', 'name', name), element('code', 'type', typeText));
  box.append(head, control.element);
  if (wave !== control.input) box.append(named('WAVE', { element: wave }));
  box.append(problem);
  return { element: box, wave, problem };
}

/** The text that the controls make, to be read and to be typed over. */
function waveArea(name: string, text: string): HTMLTextAreaElement {
  const area = element('textarea', 'wave');
  area.value = text;
  area.rows = 1;
  area.spellcheck = false;
  area.setAttribute('aria-label', t('{0} in WAVE', name));
  return area;
}
