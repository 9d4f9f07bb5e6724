import { isBag } from '../check.ts';
import { t } from '../text.ts';

const columnIds = [
  'time',
  'delta',
  'clock',
  'plugin',
  'kind',
  'event',
  'level',
  'name',
  'summary',
  'duration',
  'size',
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  /** What the title leaves open. */
  readonly about: string;
  /** CSS pixels: the most that it takes unless the user says otherwise, and the least that it can have. */
  readonly width: number;
  readonly least: number;
}

/** Every column of the trace in the order that they have at first. */
export function allColumns(): readonly Column[] {
  return [
    { id: 'time', title: t('Time'), about: t("Seconds since the recording's start"), width: 106, least: 66 },
    { id: 'delta', title: t('Delta'), about: t('Time since the row above'), width: 98, least: 64 },
    { id: 'clock', title: t('Real time'), about: t('Time of day'), width: 104, least: 92 },
    { id: 'plugin', title: t('Plugin'), about: '', width: 120, least: 50 },
    { id: 'kind', title: t('Kind'), about: '', width: 88, least: 78 },
    { id: 'event', title: t('Event'), about: t('Number of the event'), width: 70, least: 44 },
    { id: 'level', title: t('Level'), about: t('Level of the log'), width: 60, least: 44 },
    { id: 'name', title: t('Name'), about: t('Pin, export, import or change'), width: 200, least: 90 },
    { id: 'summary', title: t('Summary'), about: '', width: 400, least: 80 },
    {
      id: 'duration',
      title: t('Duration'),
      about: t('How long it took; a click lists what took longest'),
      width: 76,
      least: 62,
    },
    { id: 'size', title: t('Size'), about: t('Bytes of the payload'), width: 76, least: 58 },
  ];
}

const hiddenAtFirst: readonly ColumnId[] = ['delta', 'clock', 'event', 'level', 'size'];
const mostWidth = 2000;

/** What the user made of the columns. */
export interface ColumnChoice {
  readonly order: readonly ColumnId[];
  readonly hidden: readonly ColumnId[];
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
}

export const columnsAtFirst: ColumnChoice = { order: columnIds, hidden: hiddenAtFirst, widths: {} };

function isColumn(value: unknown): value is ColumnId {
  return columnIds.some((id) => id === value);
}

/** Reads what was kept; columns that it does not know stand where they stand at first, hidden. */
export function restoredColumns(kept: unknown): ColumnChoice {
  if (!isBag(kept) || !Array.isArray(kept['order']) || !Array.isArray(kept['hidden'])) return columnsAtFirst;
  const known = [...new Set(kept['order'].filter(isColumn))];
  const missing = columnIds.filter((id) => !known.includes(id));
  const hidden = [...new Set([...kept['hidden'].filter(isColumn), ...missing])];
  const widths: Partial<Record<ColumnId, number>> = {};
  for (const [id, width] of Object.entries(isBag(kept['widths']) ? kept['widths'] : {})) {
    if (isColumn(id) && typeof width === 'number' && Number.isFinite(width)) widths[id] = width;
  }
  if (hidden.length >= columnIds.length) return columnsAtFirst;
  return { order: [...known, ...missing], hidden, widths };
}

/** Columns that are on show, in their order. A narrow list leaves out the plugin until the user has chosen. */
export function shownColumns(choice: ColumnChoice, narrow: boolean): readonly Column[] {
  const all = new Map(allColumns().map((column) => [column.id, column]));
  const untouched = choice.order === columnsAtFirst.order && choice.hidden === columnsAtFirst.hidden;
  return choice.order
    .filter((id) => !choice.hidden.includes(id) && !(narrow && untouched && id === 'plugin'))
    .flatMap((id) => all.get(id) ?? []);
}

/** The widths as CSS: a column gives way down to its least before the list scrolls sideways. */
export function columnTemplate(choice: ColumnChoice, shown: readonly Column[]): string {
  return shown
    .map(({ id, width, least }) => {
      const chosen = choice.widths[id];
      if (id === 'summary' && chosen === undefined) return `minmax(${least}px, 1fr)`;
      // A width that the user gave is kept; the others give way.
      return chosen === undefined ? `minmax(${least}px, ${width}px)` : `${chosen}px`;
    })
    .join(' ');
}

/** Pixels below which the columns no longer fit. */
export function leastWidth(choice: ColumnChoice, shown: readonly Column[]): number {
  return shown.reduce((sum, { id, least }) => sum + (choice.widths[id] ?? least), 0);
}

/** Shows or hides a column; the last one stays. */
export function toggleColumn(choice: ColumnChoice, id: ColumnId): ColumnChoice {
  if (choice.hidden.includes(id)) return { ...choice, hidden: choice.hidden.filter((one) => one !== id) };
  if (choice.hidden.length >= columnIds.length - 1) return choice;
  return { ...choice, hidden: [...choice.hidden, id] };
}

/** Moves a column before or behind the next one that is on show; one that is hidden by one place. */
export function moveColumn(choice: ColumnChoice, id: ColumnId, by: 1 | -1): ColumnChoice {
  const at = choice.order.indexOf(id);
  let to = at + by;
  if (!choice.hidden.includes(id)) while (choice.hidden.some((one) => one === choice.order[to])) to += by;
  if (choice.order[to] === undefined) return choice;
  return placeColumn(choice, id, to);
}

/** Puts a column to this place in the order of all. */
export function placeColumn(choice: ColumnChoice, id: ColumnId, to: number): ColumnChoice {
  return { ...choice, order: choice.order.filter((one) => one !== id).toSpliced(to, 0, id) };
}

export function resizeColumn(choice: ColumnChoice, id: ColumnId, width: number): ColumnChoice {
  const least = allColumns().find((column) => column.id === id)?.least ?? 0;
  const next = Math.round(Math.min(Math.max(width, least), mostWidth));
  return { ...choice, widths: { ...choice.widths, [id]: next } };
}
