/** Keys of a panel as a table: it says what a key does, and the sheet of keys is made of it. Needs no page. */

export interface KeyEntry<Action extends string = string> {
  readonly action: Action;
  /** As {@link keyOf} writes them; each of them does it. The sheet shows the first two. */
  readonly keys: readonly string[];
  /** Heading that it stands below in the sheet. */
  readonly group: string;
  readonly text: string;
  /** Belongs to the picture, list or grid that has the focus, because other controls use the key themselves. */
  readonly local?: boolean;
}

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key press as tables write it: `w`, `Shift+n`, `?`, `Mod+f`, `Shift+ArrowLeft`. `Mod` is Control, or
 * Command on a Mac. Shift is part of other characters, so it is not said with them.
 */
export function keyOf(press: KeyPress): string {
  const letter = press.key.toLowerCase();
  const isLetter = press.key.length === 1 && letter !== press.key.toUpperCase();
  const named = press.key.length > 1 || press.key === ' ';
  return [
    press.ctrlKey || press.metaKey ? 'Mod+' : '',
    press.altKey ? 'Alt+' : '',
    press.shiftKey && (isLetter || named) ? 'Shift+' : '',
    press.key === ' ' ? 'Space' : isLetter ? letter : press.key,
  ].join('');
}

/** The entry that this key press is of, if it is of one. */
export function entryOf<Action extends string>(
  table: readonly KeyEntry<Action>[],
  press: KeyPress,
): KeyEntry<Action> | undefined {
  const key = keyOf(press);
  return table.find(({ keys }) => keys.includes(key));
}

/** The first key of an action as a tooltip says it. */
export function keyFor<Action extends string>(
  table: readonly KeyEntry<Action>[],
  action: Action,
): string | undefined {
  const key = table.find((entry) => entry.action === action)?.keys[0];
  return key === undefined ? undefined : keyParts(key).join('+');
}

const arrows: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Escape: 'Esc',
  ContextMenu: 'Menu',
};

/** The caps that a key is shown as: `Shift+n` is `Shift` and `N`. */
export function keyParts(key: string, isMac = false): readonly string[] {
  // The key `+` is its own separator.
  const parts = key === '+' ? ['+'] : key.split('+');
  return parts.map((part) => {
    if (part === 'Mod') return isMac ? '⌘' : 'Ctrl';
    return arrows[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}
