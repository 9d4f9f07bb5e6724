import { panelRoot } from '../dom.ts';
import type { FromConsole } from '../protocol.ts';
import { consolePage, isToConsole } from './page.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromConsole): void };

const editor = acquireVsCodeApi();
const page = consolePage(panelRoot(), (message) => editor.postMessage(message));
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isToConsole(event.data)) page.receive(event.data);
});
editor.postMessage({ type: 'ready' });
