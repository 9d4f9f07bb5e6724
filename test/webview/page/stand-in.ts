/**
 * Stands in for the editor: answers the panel's requests from a made recording and applies a
 * theme the way the editor does. Runs in the page, before the panel's own script.
 */
import type {
  DiskUse,
  FromCallForm,
  FromConsole,
  FromPanel,
  FromRows,
  PanelPlugin,
  PanelReplay,
  RecordDetail,
  RecordingFacts,
  RecordingKind,
  ToCallForm,
  ToConsole,
  ToPanel,
  ToRows,
} from '../../../webview/protocol.ts';
import type { FromConfig } from '../../../webview/config/protocol.ts';
import { answer } from '../../../extension/recording/answers.ts';
import { RecordingView } from '../../../extension/recording/view.ts';
import { describers, MadeRecording, plugins, startedAt } from './recording.ts';
import { MadeRows } from './rows.ts';
import { themes } from './themes.ts';
import type { ThemeName } from './themes.ts';

const asked = new URLSearchParams(location.search);
const recording = new MadeRecording(
  Number(asked.get('events') ?? '100000'),
  asked.get('odd') === 'one' ? 'one' : 'many',
);
/** Made anew for another recording. */
let view = new RecordingView(recording, describers);
const rows = new MadeRows(Number(asked.get('events') ?? '100000'));
/** What the pages post. */
type Sent = FromPanel | FromCallForm | FromConfig | FromConsole | FromRows;

const posted: Sent[] = [];
let kept: Readonly<Record<string, unknown>> = {};
let live = asked.get('live') !== 'no';
let disk: DiskUse | undefined;
let replays: readonly PanelReplay[] = [];
const page = location.pathname.slice(1);
/** What is shown: the live recording, or another one of this name instead. */
let shown: { readonly recording: string; readonly kind: RecordingKind; readonly instead?: string } =
  page === 'recording' ? { recording: 'file 1', kind: 'file' } : { recording: 'live', kind: 'live' };
const facts: RecordingFacts = {
  name: 'tone.hotplug.mcap',
  plugins: plugins.map((name) => ({ name, contract: 'streamkit', language: 'rust' })),
  startedAt,
  tools: { node: 'v24.1.0', v8: '13.6.233.8' },
  ...(asked.get('cut') === 'yes' ? { truncatedAt: 123_456 } : {}),
};
const running: readonly PanelPlugin[] =
  asked.get('plugins') === 'none'
    ? []
    : plugins.map((name) => ({ name, state: page === 'recording' ? 'recorded' : 'running' }));

function send(message: ToPanel | ToCallForm | ToConsole | ToRows): void {
  // As between processes: never in the same turn, and never the same object.
  setTimeout(() => window.postMessage(structuredClone(message), '*'), 0);
}

function sendState(): void {
  send({
    type: 'state',
    ...shown,
    count: recording.count,
    live: live && shown.kind === 'live',
    plugins: running,
    canSend: running.length > 0 && shown.kind === 'live',
    ...(disk === undefined ? {} : { disk }),
    replays,
  });
}

/** The file, or what is wrong with it. */
function sendFile(): void {
  if (asked.get('problem') === 'yes') {
    const message =
      '/home/me/run.hotplug.mcap is damaged at offset 4711: a chunk of 1073741825 bytes cannot be.';
    const advice = 'Take another copy of the file.';
    send({ type: 'problem', name: 'run.hotplug.mcap', message, advice });
  } else {
    send({ type: 'recording', facts, canRun: asked.get('restricted') !== 'yes' });
    sendState();
  }
}

function answerTo({ name, params }: Extract<FromPanel, { type: 'request' }>): unknown {
  if (name === 'compare') throw new Error('There is nothing to compare with.');
  return name === 'detail' ? detail(params.record) : answer(view, name, params);
}

/** Failures come with the place in the sources. */
function detail(record: number): RecordDetail {
  const found = view.detail(record);
  if (found.status === 'ok') return found;
  return { ...found, source: { file: '/home/me/gain/src/lib.rs', line: 42, column: 17 } };
}

function receive(message: Sent): void {
  posted.push(message);
  // What forms and the event console are told is the test's to say.
  if (page === 'call' || page === 'console' || page === 'config') return;
  if (page === 'rows') {
    receiveOfRows(message as FromRows);
    return;
  }
  receiveOfPanel(message as FromPanel);
}

/** The editor's answers are lost, as those to a hidden page are. */
let deaf = false;

function receiveOfRows(message: FromRows): void {
  if (message.type === 'ready') deaf = false;
  if (deaf) return;
  if (message.type === 'ready' && asked.get('plugins') !== 'silent')
    send(rows.state(asked.get('plugins') !== 'none'));
  if (message.type === 'request') send(rows.answer(message));
}

function receiveOfPanel(message: FromPanel): void {
  if (message.type === 'ready') {
    if (page === 'recording') sendFile();
    else sendState();
    const selected = asked.get('select');
    if (selected !== null) send({ type: 'reveal', record: Number(selected) });
  }
  if (message.type !== 'request') return;
  try {
    send({ type: 'response', id: message.id, ok: true, result: answerTo(message) });
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
    postMessage: (message: Sent) => receive(structuredClone(message)),
    getState: () => kept,
    setState: (state: Readonly<Record<string, unknown>>) => {
      kept = structuredClone(state);
    },
  }),
  standIn: {
    posted,
    violations,
    /** What a panel keeps; the one that the page is named after. */
    kept: (panel = page) => kept[panel],
    keptAll: () => kept,
    applyTheme,
    /** Adds events, as a running plugin does. */
    grow: (events: number) => {
      recording.events += events;
      sendState();
    },
    /** Says what the live recording takes on the disk. */
    record: (use: DiskUse) => {
      disk = use;
      sendState();
    },
    /** Says what came of replays after a reload. */
    replayed: (now: readonly PanelReplay[]) => {
      replays = now;
      sendState();
    },
    finish: () => {
      live = false;
      sendState();
    },
    /** Shows another recording of so many events, or the live one. */
    show: (other: typeof shown, events: number) => {
      shown = other;
      recording.events = events;
      view = new RecordingView(recording, describers);
      sendState();
    },
    /** Says something to the form of calls or to the event console. */
    tell: (message: ToCallForm | ToConsole) => send(message),
    /** Changes the rows that were made, and says so. */
    rows: (change: Partial<MadeRows>) => {
      Object.assign(rows, change);
      send(rows.state(true));
    },
    /** Answers nothing until the page says that it is there. */
    lose: () => {
      deaf = true;
    },
    reveal: (record: number) => send({ type: 'reveal', record }),
  },
});
