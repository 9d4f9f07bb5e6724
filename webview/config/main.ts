import { panelRoot } from '../dom.ts';
import { configPage, isToConfig } from './page.ts';
import type { FromConfig } from './protocol.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromConfig): void };

const editor = acquireVsCodeApi();
const page = configPage(panelRoot(), (message) => editor.postMessage(message));
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isToConfig(event.data)) page.receive(event.data);
});
editor.postMessage({ type: 'ready' });
