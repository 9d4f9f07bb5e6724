import { panelRoot } from '../dom.ts';
import type { FromCallForm } from '../protocol.ts';
import { callPage, isToCallForm } from './page.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromCallForm): void };

const editor = acquireVsCodeApi();
const page = callPage(panelRoot(), (message) => editor.postMessage(message));
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isToCallForm(event.data)) page.receive(event.data);
});
editor.postMessage({ type: 'ready' });
