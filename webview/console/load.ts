/** Events of a made-up MUSH: how many characters, rooms and events a second. They are made in the editor's process. */
import { element } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { ConsoleLoad, FromConsole, ToConsole } from '../protocol.ts';
import { t } from '../text.ts';

type Running = Extract<ToConsole, { type: 'state' }>['load'];

export interface LoadForm {
  readonly element: HTMLElement;
  show(running: Running, canSend: boolean): void;
}

export function loadForm(post: (message: FromConsole) => void): LoadForm {
  const form = element('form', 'load');
  form.setAttribute('aria-label', t('Load'));
  const characters = numberInput(t('Characters'), 10, 100_000);
  const rooms = numberInput(t('Rooms'), 3, 100_000);
  const rate = numberInput(t('Events per second'), 50, 20_000);
  const go = element('button', 'go', t('Start Load'));
  go.type = 'submit';
  const status = element('p', 'hint');
  form.append(characters.element, rooms.element, rate.element, go, status);
  let running: Running;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (running !== undefined) post({ type: 'stopLoad' });
    else post({ type: 'startLoad', load: read() });
  });
  const read = (): ConsoleLoad => ({
    characters: characters.input.valueAsNumber,
    rooms: rooms.input.valueAsNumber,
    rate: rate.input.valueAsNumber,
  });
  return {
    element: form,
    show: (now, canSend) => {
      running = now;
      go.textContent = now === undefined ? t('Start Load') : t('Stop Load');
      go.disabled = !canSend && now === undefined;
      for (const { input } of [characters, rooms, rate]) input.disabled = now !== undefined;
      status.textContent =
        now === undefined
          ? ''
          : t('{0} events sent, {1} a second', formatCount(now.sent), formatCount(Math.round(now.achieved)));
    },
  };
}

function numberInput(
  label: string,
  value: number,
  most: number,
): { readonly element: HTMLElement; readonly input: HTMLInputElement } {
  const made = element('label', 'number');
  const input = element('input', 'typed');
  input.type = 'number';
  input.min = '1';
  input.max = String(most);
  input.step = '1';
  input.required = true;
  input.value = String(value);
  made.append(element('span', '', label), input);
  return { element: made, input };
}
