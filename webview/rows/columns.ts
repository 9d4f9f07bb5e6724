import { isBag } from '../check.ts';
import type { ResultWindow } from '../protocol.ts';
import { t } from '../text.ts';

/** Pixels of a column of which nothing is said, and the least that one can have. */
const defaultWidth = 160;
const leastWidth = 24;
const mostWidth = 4000;

/** A column as it is shown. */
export interface ShownColumn {
  /** Index of the cell. */
  readonly cell: number;
  readonly caption: string;
  readonly tooltip: string;
  readonly width: number;
  readonly least: number;
  readonly most: number;
  readonly isVisible: boolean;
}

interface Choices {
  readonly widths: Readonly<Record<string, number>>;
  readonly hidden: readonly string[];
}

const noChoices: Choices = { widths: {}, hidden: [] };

/** What the user made of the columns, kept for each plugin by the captions. */
export class Columns {
  readonly #changed: () => void;
  #kept: Readonly<Record<string, Choices>>;
  #plugin = '';

  constructor(kept: unknown, changed: () => void) {
    this.#kept = restored(kept);
    this.#changed = changed;
  }

  get kept(): Readonly<Record<string, unknown>> {
    return this.#kept;
  }

  /** The columns of the plugin and, where rows have more cells, as many more. */
  of(window: ResultWindow | undefined, cells: number): readonly ShownColumn[] {
    if (window === undefined) return [];
    this.#plugin = window.plugin;
    const { widths, hidden } = this.#choices;
    const { columns, minWidth, maxWidth } = window;
    return Array.from({ length: Math.max(columns.length, cells, 1) }, (_, cell) => {
      const column = columns[cell];
      const own = column !== undefined && column.width >= 0;
      const least = own ? Math.max(minWidth, leastWidth) : leastWidth;
      const most = own && maxWidth > 0 ? Math.max(maxWidth, least) : mostWidth;
      const caption =
        column?.caption ?? (columns.length === 0 && cells <= 1 ? t('Row') : t('Cell {0}', cell + 1));
      const wanted = widths[keyOf(cell, caption)] ?? (own ? column.width : defaultWidth);
      return {
        cell,
        caption,
        tooltip: column?.description ?? '',
        width: Math.min(Math.max(wanted, least), most),
        least,
        most,
        isVisible: !hidden.includes(keyOf(cell, caption)),
      };
    });
  }

  setWidth({ cell, caption }: ShownColumn, width: number): void {
    const { widths, hidden } = this.#choices;
    this.#set({ widths: { ...widths, [keyOf(cell, caption)]: Math.round(width) }, hidden });
  }

  setVisible({ cell, caption }: ShownColumn, isVisible: boolean): void {
    const { widths, hidden } = this.#choices;
    const key = keyOf(cell, caption);
    const others = hidden.filter((one) => one !== key);
    this.#set({ widths, hidden: isVisible ? others : [...others, key] });
  }

  get #choices(): Choices {
    return this.#kept[this.#plugin] ?? noChoices;
  }

  #set(choices: Choices): void {
    this.#kept = { ...this.#kept, [this.#plugin]: choices };
    this.#changed();
  }
}

function keyOf(cell: number, caption: string): string {
  return `${cell} ${caption}`;
}

function restored(kept: unknown): Readonly<Record<string, Choices>> {
  if (!isBag(kept)) return {};
  const all: Record<string, Choices> = {};
  for (const [plugin, choices] of Object.entries(kept)) {
    if (!isBag(choices) || !isBag(choices['widths']) || !Array.isArray(choices['hidden'])) continue;
    const widths = Object.entries(choices['widths']).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    );
    const hidden = choices['hidden'].filter((one) => typeof one === 'string');
    all[plugin] = { widths: Object.fromEntries(widths), hidden };
  }
  return all;
}
