/** One item of a configuration: its name, its control, what it is by default, and what is wrong with it. */
import { element } from '../dom.ts';
import { t } from '../text.ts';
import { configControl } from './control.ts';
import type { ConfigField, ConfigText } from './protocol.ts';

export interface FieldActions {
  readonly check: (value: ConfigText) => void;
  readonly set: (value: ConfigText) => void;
  readonly reset: () => void;
  readonly browse: () => void;
}

export interface FieldForm {
  readonly id: string;
  readonly element: HTMLElement;
  show(field: ConfigField, canChange: boolean): void;
  /** To what was asked or done last. */
  answer(problem: string | undefined): void;
}

let lastId = 0;

export function configField(made: ConfigField, actions: FieldActions): FieldForm {
  const id = `field-${++lastId}`;
  const box = element('section', 'item');
  box.setAttribute('aria-label', made.title);
  const head = element('header');
  const name = element('label', 'name', made.title);
  name.htmlFor = id;
  name.id = `${id}-name`;
  head.append(name);
  if (made.title !== made.id) head.append(element('code', 'id', made.id));
  const mark = element('span', 'mark');
  const reset = element('button', 'small', t('Reset'));
  reset.type = 'button';
  reset.addEventListener('click', () => {
    actions.reset();
    control.focus();
  });
  head.append(mark, reset);
  const description = element('p', 'description', made.description ?? '');
  description.id = `${id}-description`;
  description.hidden = made.description === undefined;
  const problem = element('p', 'problem');
  problem.id = `${id}-problem`;
  problem.role = 'alert';
  problem.hidden = true;
  const control = configControl(made.input, {
    id,
    label: made.title,
    labelledBy: name.id,
    describedBy: `${description.id} ${problem.id}`,
    typed: (value) => actions.check(value),
    done: (value) => actions.set(value),
    browse: actions.browse,
  });
  box.append(head, control.element, description, problem);

  const say = (text: string | undefined): void => {
    problem.hidden = text === undefined;
    problem.textContent = text ?? '';
    control.invalid(text !== undefined);
  };

  let shown: string | undefined;
  return {
    id: made.id,
    element: box,
    show: (field, canChange) => {
      const now = JSON.stringify([field.value, field.isSet, field.problem, canChange]);
      if (now === shown) return;
      shown = now;
      control.show(field.value, canChange);
      mark.textContent = field.isSet ? t('default: {0}', field.defaultText) : t('default');
      reset.hidden = !field.isSet;
      reset.disabled = !canChange;
      reset.setAttribute('aria-label', t('Reset {0} to its default, {1}', made.title, field.defaultText));
      say(field.problem);
    },
    answer: say,
  };
}
