import { t } from '../text.ts';
import { allColumns, columnsAtFirst, moveColumn, resizeColumn, toggleColumn } from './columns.ts';
import type { ColumnChoice, ColumnId } from './columns.ts';
import type { MenuEntries, MenuItem } from './popup.ts';

/** CSS pixels that a key makes a column wider or narrower. */
const step = 16;

/** The columns in their order, to show, move and resize each by keyboard. */
export function columnEntries(
  choice: ColumnChoice,
  set: (choice: ColumnChoice) => void,
  widthOf: (id: ColumnId) => number,
): MenuEntries {
  const all = new Map(allColumns().map((column) => [column.id, column]));
  const columns = choice.order.map((id): MenuItem => {
    const checked = !choice.hidden.includes(id);
    return {
      label: all.get(id)?.title ?? id,
      checked,
      stays: true,
      run: () => set(toggleColumn(choice, id)),
      keydown: ({ key, altKey }) => {
        if (altKey && key === 'ArrowUp') set(moveColumn(choice, id, -1));
        else if (altKey && key === 'ArrowDown') set(moveColumn(choice, id, 1));
        else if (checked && key === 'ArrowLeft') set(resizeColumn(choice, id, widthOf(id) - step));
        else if (checked && key === 'ArrowRight') set(resizeColumn(choice, id, widthOf(id) + step));
        else return false;
        return true;
      },
    };
  });
  return [...columns, 'line', { label: t('As at First'), stays: true, run: () => set(columnsAtFirst) }];
}

/** What the keys in the menu do. */
export function columnHint(): string {
  return t('Space shows or hides, Alt+↑ and Alt+↓ move, ← and → resize');
}
