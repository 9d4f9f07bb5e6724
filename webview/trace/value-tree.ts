import type { Client } from '../client.ts';
import { attributes, element } from '../dom.ts';
import { formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import type { CopyFormat, ValueNode, ValuePage } from '../protocol.ts';
import { t } from '../text.ts';
import { shortText } from './cells.ts';
import { longText } from './fields.ts';

/** Children that are asked for at a time. */
const pageSize = 100;

/** A value opens by itself where it has no more children than this, down to this level. */
const opensUpTo = 12;
const opensDownTo = 2;

export interface ValueTree {
  readonly element: HTMLElement;
  /** Shows the values of a record; undefined shows none. */
  show(record: number | undefined): void;
  /** The value that the keys stand at: the whole record's where there is none. */
  readonly path: string | undefined;
}

export interface ValueTreeEvents {
  copy(path: string | undefined, format: CopyFormat): void;
  /** Asks for the menu of a value. */
  menu(path: string, x: number, y: number, back: HTMLElement): void;
}

/** One line of the tree, and what was loaded below it. */
interface Item {
  readonly node: ValueNode;
  readonly level: number;
  readonly element: HTMLElement;
  readonly group: HTMLElement;
  loaded: number;
}

/** The typed values of a record as a tree whose branches are asked for when they are opened, a page at a time. */
export function valueTree(client: Client, events: ValueTreeEvents): ValueTree {
  const outer = element('div', 'values');
  let record: number | undefined;
  /** Another value is another tree: answers to an older one are dropped. */
  let generation = 0;
  const items = new WeakMap<HTMLElement, Item>();
  let active: HTMLElement | undefined;

  function show(next: number | undefined): void {
    if (next === record) return;
    record = next;
    generation += 1;
    active = undefined;
    outer.replaceChildren();
    if (next === undefined) return;
    const tree = element('div', 'tree');
    attributes(tree, { role: 'tree', 'aria-label': t('Values') });
    tree.addEventListener('keydown', onKey);
    tree.addEventListener('focusin', (event) => {
      if (event.target instanceof HTMLElement && event.target.role === 'treeitem') setActive(event.target);
    });
    tree.append(element('div', 'tree-wait', t('Reading…')));
    void load(undefined, 0, tree, (page) => {
      tree.replaceChildren(...page.nodes.map((node) => line(node, 1)));
      more(tree, undefined, 1, page);
      const [first] = rows(tree);
      if (first !== undefined) first.tabIndex = 0;
      outer.replaceChildren(tree);
    });
    outer.replaceChildren(tree);
  }

  async function load(
    path: string | undefined,
    first: number,
    into: HTMLElement,
    take: (page: ValuePage) => void,
  ): Promise<void> {
    const at = generation;
    if (record === undefined) return;
    const query = { record, first, count: pageSize, ...(path === undefined ? {} : { path }) };
    try {
      // Each branch has a channel of its own: the one is not asked instead of the other.
      const page = await client.ask('values', { query }, `values ${path ?? ''}`);
      if (page !== undefined && at === generation) take(page);
    } catch (error) {
      if (at !== generation) return;
      into.querySelector('.tree-wait')?.remove();
      const text = error instanceof Error ? error.message : String(error);
      into.append(element('p', 'tree-problem', text));
    }
  }

  /** A line, and its branch below it once that is open. */
  function line(node: ValueNode, level: number): HTMLElement {
    const made = element('div', 'node');
    const opens = node.children > 0 || isCut(node);
    attributes(made, {
      role: 'treeitem',
      tabindex: '-1',
      'aria-level': String(level),
      'aria-expanded': opens ? 'false' : undefined,
      'aria-selected': 'false',
      'data-path': node.path,
    });
    const text = element('div', 'node-line');
    text.style.setProperty('--level', String(level));
    const twisty = element('span', opens ? 'twisty' : 'twisty none');
    twisty.append(icon('next'));
    text.append(
      twisty,
      element('span', 'node-name', node.name),
      element('span', 'node-text', node.text),
      element('span', 'node-type', node.type),
    );
    const path = shortText(node.path);
    text.title = node.type === '' ? path : `${path}: ${node.type}`;
    const group = element('div', 'node-group');
    group.setAttribute('role', 'group');
    group.hidden = true;
    made.append(text, group);
    text.addEventListener('click', () => {
      made.focus();
      if (opens) toggle(made);
    });
    made.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      event.stopPropagation();
      made.focus();
      events.menu(node.path, event.clientX, event.clientY, made);
    });
    items.set(made, { node, level, element: made, group, loaded: 0 });
    if (node.children > 0 && node.children <= opensUpTo && level <= opensDownTo) toggle(made);
    return made;
  }

  function toggle(made: HTMLElement): void {
    const item = items.get(made);
    if (item === undefined || made.ariaExpanded === null) return;
    const open = made.ariaExpanded !== 'true';
    made.setAttribute('aria-expanded', String(open));
    item.group.hidden = !open;
    if (!open || item.group.childElementCount > 0) return;
    item.group.append(element('div', 'tree-wait', t('Reading…')));
    if (item.node.children === 0) void whole(item);
    else
      void load(item.node.path, 0, item.group, (page) => {
        item.group.replaceChildren(...page.nodes.map((node) => line(node, item.level + 1)));
        more(item.group, item.node.path, item.level + 1, page);
      });
  }

  /** A long text in full, a page at a time. */
  async function whole({ node, group }: Item): Promise<void> {
    const at = generation;
    if (record === undefined) return;
    try {
      const answer = await client.ask(
        'copy',
        { record, path: node.path, format: 'wave' },
        `whole ${node.path}`,
      );
      if (answer === undefined || at !== generation) return;
      const text = element('div', 'node');
      text.setAttribute('role', 'none');
      text.append(longText(answer.text, node.name));
      group.replaceChildren(text);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (at === generation) group.replaceChildren(element('p', 'tree-problem', text));
    }
  }

  /** The line that asks for the next page, where there is one. */
  function more(into: HTMLElement, path: string | undefined, level: number, page: ValuePage): void {
    const shown = page.first + page.nodes.length;
    const rest = page.total - shown;
    if (rest <= 0 || page.nodes.length === 0) return;
    const made = element('div', 'node more');
    attributes(made, {
      role: 'treeitem',
      tabindex: '-1',
      'aria-level': String(level),
      'aria-selected': 'false',
    });
    const text = t('Show {0} more of {1}', formatCount(Math.min(rest, pageSize)), formatCount(page.total));
    const link = element('div', 'node-line', text);
    link.style.setProperty('--level', String(level));
    made.append(link);
    made.addEventListener('click', (event) => {
      event.stopPropagation();
      void load(path, shown, into, (next) => {
        const had = made.contains(document.activeElement);
        const lines = next.nodes.map((node) => line(node, level));
        made.replaceWith(...lines);
        more(into, path, level, next);
        if (had) lines[0]?.focus();
      });
    });
    into.append(made);
  }

  function rows(within: HTMLElement): HTMLElement[] {
    return [...within.querySelectorAll<HTMLElement>('[role=treeitem]')].filter(
      (row) => row.closest('[hidden]') === null,
    );
  }

  function setActive(next: HTMLElement): void {
    if (active !== undefined) attributes(active, { tabindex: '-1', 'aria-selected': 'false' });
    active = next;
    attributes(next, { tabindex: '0', 'aria-selected': 'true' });
  }

  function onKey(event: KeyboardEvent): void {
    const at = event.target;
    if (!(at instanceof HTMLElement) || at.role !== 'treeitem') return;
    const item = items.get(at);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') {
      // What is marked as text is copied as that.
      if (item === undefined || getSelection()?.isCollapsed === false) return;
      events.copy(item.node.path, 'json');
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = at.getBoundingClientRect();
      if (item !== undefined) events.menu(item.node.path, box.left + 24, box.top + 20, at);
    } else if (!walk(event.key, at)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Whether the key was one that walks a tree. */
  function walk(key: string, at: HTMLElement): boolean {
    const all = rows(outer);
    const index = all.indexOf(at);
    const parent = at.parentElement?.closest<HTMLElement>('[role=treeitem]');
    switch (key) {
      case 'ArrowDown':
        all[index + 1]?.focus();
        return true;
      case 'ArrowUp':
        all[index - 1]?.focus();
        return true;
      case 'Home':
        all[0]?.focus();
        return true;
      case 'End':
        all.at(-1)?.focus();
        return true;
      case 'ArrowRight':
        if (at.ariaExpanded === 'false') toggle(at);
        else if (at.ariaExpanded === 'true') all[index + 1]?.focus();
        return true;
      case 'ArrowLeft':
        if (at.ariaExpanded === 'true') toggle(at);
        else parent?.focus();
        return true;
      case 'Enter':
      case ' ':
        if (at.classList.contains('more')) at.click();
        else toggle(at);
        return true;
      default:
        return false;
    }
  }

  return {
    element: outer,
    show,
    get path() {
      return active === undefined ? undefined : items.get(active)?.node.path;
    },
  };
}

/** The node's text is not all of it, and it has no children that are the rest. */
function isCut({ text, children }: ValueNode): boolean {
  return children === 0 && text.endsWith('…');
}
