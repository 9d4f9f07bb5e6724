/** In place of the editor, in the page: asks the process of the benchmark that has the recording. */
import { isBag } from '../../../webview/check.ts';
import type { FromPanel, ToPanel } from '../../../webview/protocol.ts';
import { themes } from '../../webview/page/themes.ts';
import { decode } from './wire.ts';

let kept: unknown = {};
let known: ToPanel | undefined;

const { className, kind, variables } = themes.dark;
for (const [name, value] of Object.entries(variables))
  document.documentElement.style.setProperty(`--vscode-${name}`, value);
document.body.className = className;
document.body.dataset['vscodeThemeKind'] = kind;

const send = (message: ToPanel): void => window.postMessage(message, '*');

async function ask(body: unknown): Promise<unknown> {
  const response = await fetch('/ask', { method: 'POST', body: JSON.stringify(body) });
  return decode(await response.arrayBuffer());
}

/** As the editor does while a recording is written: at most ten times a second. */
async function follow(): Promise<void> {
  for (;;) {
    const state = (await ask({ state: true })) as ToPanel;
    if (JSON.stringify(state) !== JSON.stringify(known)) send(state);
    known = state;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function receive(message: FromPanel): Promise<void> {
  if (message.type === 'ready') {
    send({ type: 'settings', filters: [], announce: false });
    void follow();
  }
  if (message.type !== 'request') return;
  const answer = await ask(message);
  if (isBag(answer) && typeof answer['failed'] === 'string')
    send({ type: 'response', id: message.id, ok: false, message: answer['failed'] });
  else send({ type: 'response', id: message.id, ok: true, result: answer });
}

Object.assign(globalThis, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromPanel) => void receive(message),
    getState: () => kept,
    setState: (state: unknown) => {
      kept = state;
    },
  }),
});
