/** Rows as comma-separated values (RFC 4180) in UTF-8: what the trace lists, a row each, with the names of the columns before them. */
import { rowOf } from '../recording/describe.ts';
import { candidate } from '../recording/row-kind.ts';
import { headOf } from '../recording/record.ts';
import type { Row } from '../recording/query.ts';
import { clockOf, decimal, durationOf, type Clock } from './clock.ts';
import { TextPieces, TURN, type Pieces, type Source } from './encode.ts';
import { isChosen } from './choice.ts';

const COLUMNS = [
  'record',
  'time_ms',
  'timestamp',
  'plugin',
  'kind',
  'event',
  'name',
  'status',
  'level',
  'duration_ms',
  'bytes',
  'summary',
] as const;

export function* csv({ recording, describers, choice }: Source): Pieces {
  const out = new TextPieces();
  const clock = clockOf(recording.info.startedAt);
  out.add(`${COLUMNS.join(',')}\r\n`);
  const { count } = recording;
  for (let index = 0; index < count; index++) {
    const head = headOf(recording, index);
    if (candidate(head) !== undefined && isChosen(recording, index, choice)) {
      const row = rowOf(recording, index, describers);
      if (row !== undefined) out.add(lineOf(row, clock.since(head.time), clock));
    }
    if (out.isFull) yield out.take();
    else if (index % TURN === TURN - 1) yield undefined;
  }
  yield out.take();
}

function lineOf(row: Row, since: number, clock: Clock): string {
  const cells = [
    row.record,
    decimal(since, 6),
    isoTime(clock.epoch(since)),
    text(row.plugin),
    row.kind,
    row.event === 0 ? '' : row.event,
    text(row.name),
    row.status,
    row.level ?? '',
    durationOf(row.durationMs) ?? '',
    row.size,
    text(row.summary),
  ];
  return `${cells.join(',')}\r\n`;
}

const NS_PER_SECOND = 1_000_000_000n;

/** Nanoseconds since the Unix epoch as UTC; empty where no calendar has the day. */
export function isoTime(nanoseconds: bigint): string {
  const date = new Date(Number(nanoseconds / NS_PER_SECOND) * 1000);
  if (Number.isNaN(date.getTime())) return '';
  const fraction = String(nanoseconds % NS_PER_SECOND).padStart(9, '0');
  return `${date.toISOString().slice(0, -'.000Z'.length)}.${fraction}Z`;
}

/** What a spreadsheet takes for a formula, also behind the quotation mark. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/** A cell of a plugin's text: as text where a program would calculate it, quoted where it must be. */
function text(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
