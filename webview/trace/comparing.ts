import type { Client } from '../client.ts';
import { t } from '../text.ts';
import { differencePane } from './difference-pane.ts';
import type { DifferencePane } from './difference-pane.ts';

export interface Comparing {
  readonly pane: DifferencePane;
  /** Compares what is picked: nothing below two records. */
  show(picked: readonly number[]): void;
  /** Whether two are compared. */
  readonly isOn: boolean;
}

export interface ComparingEvents {
  /** Another choice of the two, or of none. */
  pick(records: readonly number[]): void;
  reveal(record: number): void;
  /** Two are compared now, or no longer. */
  changed(on: boolean): void;
}

/** Two records and what differs between them. */
export function comparing(client: Client, events: ComparingEvents): Comparing {
  let compared: readonly number[] = [];
  const pane = differencePane({
    swap: () => events.pick(compared.toReversed()),
    clear: () => events.pick([]),
    reveal: (record) => events.reveal(record),
  });

  async function load(before: number, after: number): Promise<void> {
    const isStill = (): boolean => compared[0] === before && compared[1] === after;
    try {
      const [a, b, values] = await Promise.all([
        client.ask('detail', { record: before }, 'compare before'),
        client.ask('detail', { record: after }, 'compare after'),
        // Records without typed values are compared by their fields.
        client.ask('differences', { before, after }).catch(() => undefined),
      ]);
      if (!isStill()) return;
      if (a === undefined || b === undefined) pane.fail(t('The editor did not answer. Compare them again.'));
      else pane.show(a, b, values);
    } catch (error) {
      if (isStill()) pane.fail(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    pane,
    get isOn() {
      return compared.length === 2;
    },
    show: (picked) => {
      const [before, after] = picked;
      const was = compared.length === 2;
      const same = picked.length === 2 && before === compared[0] && after === compared[1];
      compared = picked;
      const on = before !== undefined && after !== undefined;
      if (on && !same) void load(before, after);
      if (was !== on) events.changed(on);
    },
  };
}
