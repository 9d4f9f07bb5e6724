import type { Problem } from '../client.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';

export interface ProblemView {
  readonly element: HTMLElement;
  show(problem: Problem): void;
}

/** What stands where a file cannot be shown: why not, and what to do about it. */
export function problemView(run: (command: 'retry' | 'openWith') => void): ProblemView {
  const view = element('div', 'empty problem');
  const text = element('div', 'problem-text');
  text.setAttribute('role', 'alert');
  const title = element('h2');
  const message = element('p', 'problem-message');
  const advice = element('p');
  text.append(title, message, advice);
  const actions = element('div', 'problem-actions');
  actions.append(
    button({ label: t('Try Again'), appearance: 'primary', click: () => run('retry') }),
    button({ label: t('Open With…'), appearance: 'secondary', click: () => run('openWith') }),
  );
  const mark = icon('error');
  mark.classList.add('problem-mark');
  view.append(mark, text, actions);
  return {
    element: view,
    show: (problem) => {
      title.textContent = t('{0} cannot be shown', problem.name);
      message.textContent = problem.message;
      advice.textContent = problem.advice;
    },
  };
}
