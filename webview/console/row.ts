import { attributes, element } from '../dom.ts';
import type { ConsoleRow } from '../protocol.ts';
import { t } from '../text.ts';

/** Steps to the right that show how far an event is from one from outside. */
const MOST_STEPS = 9;

/** An event as a line of the transcript. */
export function rowElement(row: ConsoleRow): HTMLElement {
  const made = element('li', `row ${row.kind}`);
  made.id = `event-${row.number}`;
  attributes(made, { role: 'option', 'aria-selected': 'false' });
  made.dataset['hops'] = String(Math.min(row.hops, MOST_STEPS));
  const head = element('div', 'head');
  head.append(
    element('span', 'time', timeOf(row.at)),
    element('span', 'stream', row.stream),
    element('span', 'who', row.who),
    element('span', 'said', row.text),
  );
  const way = element('span', 'way', wayOf(row));
  head.append(way);
  made.append(head);
  for (const mark of row.marks) {
    const line = element('div', `mark ${mark.kind}`);
    line.append(element('strong', '', labels[mark.kind]), element('span', '', ` ${mark.text}`));
    made.append(line);
  }
  return made;
}

/** What a screen reader says when it comes. */
export function spoken(row: ConsoleRow): string {
  return [`${row.who} ${row.text}`, ...row.marks.map(({ kind, text }) => `${labels[kind]}: ${text}`)].join(
    '. ',
  );
}

const labels = { stopped: t('Stopped'), dropped: t('Dropped'), absent: t('Not delivered') } as const;

/** `#12 → echo, parrot`, `#13 → nobody, hop 1 of #12` */
function wayOf({ number, heard, hops, origin }: ConsoleRow): string {
  const way = `#${number} → ${heard.length === 0 ? t('nobody') : heard.join(', ')}`;
  if (hops === 0) return way;
  return `${way}, ${origin === undefined ? t('hop {0}', hops) : t('hop {0} of #{1}', hops, origin)}`;
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

function timeOf(at: number): string {
  return clock.format(at);
}
