import { visible } from '../../extension/recording/visible.ts';
import { element } from '../dom.ts';
import { formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import type { RecordingFacts } from '../protocol.ts';
import { t } from '../text.ts';
import { shortText } from '../trace/cells.ts';
import { button, toggleButton } from '../ui.ts';

/** Names of plugins that are spelled out; the rest are counted. */
const mostNames = 3;

const languages: ReadonlyMap<string, string> = new Map([
  ['rust', 'Rust'],
  ['c', 'C'],
  ['javascript', 'JavaScript'],
]);

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export interface Header {
  readonly element: HTMLElement;
  /** Says what the recording is; where nothing may run, it cannot be replayed. */
  show(facts: RecordingFacts, canRun: boolean): void;
  /** Whether the timeline is open. */
  timeline(open: boolean): void;
}

/** What a recording is, and what can be done with it. */
export function header(
  run: (command: 'replayRecording' | 'debugRecording') => void,
  setTimeline: (open: boolean) => void,
): Header {
  const view = element('header', 'about');
  const title = element('h1');
  const list = element('dl', 'about-facts');
  const actions = element('div', 'about-actions');
  const line = element('div', 'about-line');
  line.append(title, list, actions);
  const cut = element('div', 'warning');
  cut.setAttribute('role', 'status');
  const cutText = element('span');
  cut.append(icon('warning'), cutText);
  view.append(line, cut);
  const toggle = toggleButton({ label: t('Show the timeline'), icon: icon('timeline'), change: setTimeline });
  let shown = '';
  return {
    element: view,
    show: (facts, canRun) => {
      const key = JSON.stringify([facts, canRun]);
      if (key === shown) return;
      shown = key;
      title.textContent = namesOf(facts);
      title.title = facts.plugins.map(({ name }) => shortText(name)).join('\n');
      list.replaceChildren(...factsOf(facts).map(([name, value]) => fact(name, value)));
      const warnings = warningsOf(facts);
      cut.hidden = warnings.length === 0;
      cutText.textContent = visible(warnings.join(' '));
      actions.replaceChildren(
        toggle.element,
        ...(facts.imported === undefined ? runActions(run, canRun) : [importedNote(facts.imported.format)]),
      );
    },
    timeline: (open) => toggle.set(open),
  };
}

/** What runs the recording again. */
function runActions(
  run: (command: 'replayRecording' | 'debugRecording') => void,
  canRun: boolean,
): readonly HTMLElement[] {
  return [
    ...(canRun ? [] : [restricted()]),
    button({
      label: t('Debug'),
      appearance: 'secondary',
      disabled: !canRun,
      click: () => run('debugRecording'),
    }),
    button({
      label: t('Replay'),
      appearance: 'primary',
      disabled: !canRun,
      click: () => run('replayRecording'),
    }),
  ];
}

function namesOf({ plugins }: RecordingFacts): string {
  const names = plugins.map(({ name }) => shortText(name));
  if (names.length === 0) return t('No plugin');
  const rest = names.length - mostNames;
  return rest <= 0 ? names.join(', ') : t('{0} and {1} more', names.slice(0, mostNames).join(', '), rest);
}

function factsOf({ plugins, startedAt, tools }: RecordingFacts): (readonly [name: string, value: string])[] {
  const contracts = distinct(plugins.map(({ contract }) => contract));
  const written = distinct(plugins.map(({ language }) => languages.get(language) ?? language));
  const versions = Object.entries(tools).map(([name, version]) => `${name} ${version}`);
  const all: (readonly [string, string])[] = [
    // Of a trace without real dates nobody knows when it was.
    [t('Recorded'), startedAt > 0 ? dates.format(startedAt) : ''],
    [t('Contract'), contracts.join(', ')],
    [written.length > 1 ? t('Languages') : t('Language'), written.join(', ')],
    [t('Tools'), versions.join(', ')],
  ];
  return all.filter(([, value]) => value !== '');
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function fact(name: string, value: string): HTMLElement {
  const line = element('div');
  const shown = shortText(value);
  const text = element('dd', '', shown);
  text.title = shown;
  line.append(element('dt', '', name), text);
  return line;
}

/** What keeps the file from being shown whole, and what was left out of another tool's. */
function warningsOf({ truncatedAt, failure, imported }: RecordingFacts): readonly string[] {
  return [
    ...(truncatedAt === undefined
      ? []
      : [
          t(
            'The file was cut off at byte {0}. Everything that was recorded before is shown.',
            formatCount(truncatedAt),
          ),
        ]),
    ...(failure === undefined ? [] : [failure.message, failure.advice]),
    ...(imported?.notes ?? []),
  ];
}

function importedNote(format: string): HTMLElement {
  const note = element('span', 'about-note', format);
  note.title = t('Made of another tool’s trace: it can be looked at, and nothing of it runs.');
  return note;
}

function restricted(): HTMLElement {
  const note = element('span', 'about-note', t('Restricted Mode'));
  note.title = t('Trust this workspace to replay and debug recordings: that runs plugins.');
  return note;
}
