/**
 * Stands in for the editor: answers the panel's requests from a made recording and applies a
 * theme the way the editor does. Runs in the page, before the panel's own script.
 */
import type { FromPanel, PanelPlugin, ToPanel } from '../../../webview/protocol.ts';
import { MadeRecording, plugins } from './recording.ts';
import { themes } from './themes.ts';
import type { ThemeName } from './themes.ts';

const asked = new URLSearchParams(location.search);
const recording = new MadeRecording(Number(asked.get('events') ?? '100000'));
const posted: FromPanel[] = [];
let kept: unknown;
let live = asked.get('live') !== 'no';
const running: readonly PanelPlugin[] =
  asked.get('plugins') === 'none' ? [] : plugins.map((name) => ({ name, state: 'running' }));

function send(message: ToPanel): void {
  // As between processes: never in the same turn, and never the same object.
  setTimeout(() => window.postMessage(structuredClone(message), '*'), 0);
}

function sendState(): void {
  send({
    type: 'state',
    recording: 'live',
    count: recording.count,
    live,
    plugins: running,
    canSend: running.length > 0,
  });
}

function answer(message: Extract<FromPanel, { type: 'request' }>): unknown {
  switch (message.name) {
    case 'rows':
      return recording.rows(message.params.query);
    case 'detail':
      return recording.detail(message.params.record);
    case 'lanes':
      return recording.lanes(message.params.query);
  }
}

function receive(message: FromPanel): void {
  posted.push(message);
  if (message.type === 'ready') {
    sendState();
    const selected = asked.get('select');
    if (selected !== null) send({ type: 'reveal', record: Number(selected) });
  }
  if (message.type !== 'request') return;
  try {
    send({ type: 'response', id: message.id, ok: true, result: answer(message) });
  } catch (error) {
    send({ type: 'response', id: message.id, ok: false, message: String(error) });
  }
}

function applyTheme(name: ThemeName): void {
  const { className, kind, variables } = themes[name];
  const { style } = document.documentElement;
  for (const old of [...style]) style.removeProperty(old);
  for (const [variable, value] of Object.entries(variables)) style.setProperty(`--vscode-${variable}`, value);
  style.setProperty('color-scheme', name.endsWith('light') ? 'light' : 'dark');
  document.body.className = className;
  document.body.dataset['vscodeThemeKind'] = kind;
}

const theme = asked.get('theme');
applyTheme(theme === 'light' || theme === 'hc-dark' || theme === 'hc-light' ? theme : 'dark');

const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});

Object.assign(globalThis, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromPanel) => receive(structuredClone(message)),
    getState: () => kept,
    setState: (state: unknown) => {
      kept = structuredClone(state);
    },
  }),
  standIn: {
    posted,
    violations,
    kept: () => kept,
    applyTheme,
    /** Adds events, as a running plugin does. */
    grow: (events: number) => {
      recording.events += events;
      sendState();
    },
    finish: () => {
      live = false;
      sendState();
    },
    reveal: (record: number) => send({ type: 'reveal', record }),
  },
});
