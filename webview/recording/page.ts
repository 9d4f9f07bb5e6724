import type { Connection } from '../client.ts';
import { attributes, element } from '../dom.ts';
import { split } from '../split.ts';
import { t } from '../text.ts';
import { timelinePanel } from '../timeline/panel.ts';
import { tracePanel } from '../trace/panel.ts';
import { header } from './header.ts';
import { problemView } from './problem.ts';

/** Builds the editor of a recording's file: what it is, its trace, and its timeline below. */
export function recordingPage(root: HTMLElement, connection: Connection): void {
  const client = connection.client('page', {
    recording: ({ facts, canRun }) => {
      show(content);
      head.show(facts, canRun);
    },
    problem: (found) => {
      show(problem.element);
      problem.show(found);
    },
  });
  const kept = client.restore();
  let timelineSize = typeof kept['timelineSize'] === 'number' ? kept['timelineSize'] : 270;
  let timelineOpen = kept['timelineOpen'] !== false;

  const head = header((command) => client.post({ type: 'command', command }), setTimeline);
  const traceSection = part('trace', t('Trace'));
  const timelineSection = part('timeline', t('Timeline'));
  const panes = split(traceSection, timelineSection, {
    label: t('Size of the timeline'),
    smallest: { width: 320, height: 190 },
    size: timelineSize,
    moved: (size) => {
      timelineSize = size;
      save();
    },
  });
  const content = element('div', 'content');
  content.append(head.element, panes.element);
  const problem = problemView((command) => client.post({ type: 'command', command }));
  const opening = element('div', 'empty opening', t('Reading the recording…'));
  opening.setAttribute('role', 'status');
  root.append(opening, content, problem.element);
  show(opening);
  const trace = tracePanel(traceSection, connection, { showTimeline: () => setTimeline(true) });
  timelinePanel(timelineSection, connection, () => trace.focus());
  setTimeline(timelineOpen);

  function show(one: HTMLElement): void {
    for (const view of [opening, content, problem.element]) view.hidden = view !== one;
  }

  function setTimeline(open: boolean): void {
    timelineOpen = open;
    panes.open(open);
    head.timeline(open);
    save();
  }

  function save(): void {
    client.save({ timelineSize, timelineOpen });
  }
}

function part(name: 'trace' | 'timeline', title: string): HTMLElement {
  const section = element('section', `part ${name}`);
  attributes(section, { 'aria-label': title });
  return section;
}
