/** What each plugin hears: its patterns, which are changed here and in its hotplug.json at once. */
import { element } from '../dom.ts';
import type { ConsolePlugin, FromConsole } from '../protocol.ts';
import { t } from '../text.ts';

export interface SubscriptionForms {
  readonly element: HTMLElement;
  show(plugins: readonly ConsolePlugin[]): void;
  answer(id: number, problem: string | undefined): void;
}

interface Form {
  readonly element: HTMLElement;
  show(plugin: ConsolePlugin): void;
  /** True where the answer was to it. */
  answer(id: number, problem: string | undefined): boolean;
}

export function subscriptionForms(
  post: (message: FromConsole) => void,
  nextId: () => number,
): SubscriptionForms {
  const box = element('section', 'subscriptions');
  box.setAttribute('aria-label', t('Subscriptions'));
  const hint = element(
    'p',
    'hint',
    t(
      'A * at the end stands for anything that follows; anywhere else it is itself. Without one the stream has to be the same. Applied at once, and written into the plugin’s hotplug.json.',
    ),
  );
  const none = element('p', 'hint', t('No plugin stands on the bus. Start one.'));
  const list = element('div', 'subscribers');
  box.append(hint, list, none);
  const forms = new Map<string, Form>();
  return {
    element: box,
    show: (plugins) => {
      none.hidden = plugins.length > 0;
      for (const [id, form] of forms) {
        if (plugins.some((plugin) => plugin.id === id)) continue;
        form.element.remove();
        forms.delete(id);
      }
      for (const plugin of plugins) {
        const form = forms.get(plugin.id) ?? pluginForm(plugin.id, post, nextId);
        if (!forms.has(plugin.id)) list.append(form.element);
        forms.set(plugin.id, form);
        form.show(plugin);
      }
    },
    answer: (id, problem) => {
      for (const form of forms.values()) if (form.answer(id, problem)) return;
    },
  };
}

function pluginForm(plugin: string, post: (message: FromConsole) => void, nextId: () => number): Form {
  const form = element('form', 'subscriber');
  const title = element('h3');
  const facts = element('span', 'facts');
  const head = element('header');
  head.append(title, facts);
  const rows = element('div', 'patterns');
  const add = smallButton(t('Add Pattern'), () => {
    addRow('').focus();
    changed();
  });
  const apply = element('button', 'apply', t('Apply'));
  apply.type = 'submit';
  const buttons = element('div', 'buttons');
  buttons.append(add, apply);
  const status = element('p', 'status');
  status.role = 'status';
  form.append(head, rows, buttons, status);

  let name = '';
  /** As the host has them. */
  let patterns: readonly string[] = [];
  let edited = false;
  let asked: number | undefined;

  const texts = (): readonly string[] => [...rows.querySelectorAll('input')].map((input) => input.value);

  const say = (text: string, isProblem: boolean): void => {
    status.textContent = text;
    status.className = isProblem ? 'status problem' : 'status';
  };

  const changed = (): void => {
    edited = JSON.stringify(texts()) !== JSON.stringify(patterns);
    apply.disabled = !edited;
    say('', false);
  };

  const addRow = (pattern: string): HTMLInputElement => {
    const row = element('div', 'pattern');
    const input = element('input', 'typed');
    input.type = 'text';
    input.value = pattern;
    input.spellcheck = false;
    input.placeholder = t('empty: the empty stream only');
    input.setAttribute('aria-label', t('Pattern of {0}', name));
    input.addEventListener('input', changed);
    const remove = smallButton(t('Remove'), () => {
      row.remove();
      add.focus();
      changed();
    });
    remove.setAttribute('aria-label', t('Remove pattern of {0}', name));
    row.append(input, remove);
    rows.append(row);
    return input;
  };

  const fill = (): void => {
    rows.replaceChildren();
    for (const pattern of patterns) addRow(pattern);
    edited = false;
    apply.disabled = true;
    say('', false);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!edited) return;
    asked = nextId();
    apply.disabled = true;
    post({ type: 'subscribe', id: asked, plugin, patterns: texts() });
  });

  return {
    element: form,
    show: (now) => {
      name = now.name;
      title.textContent = now.name;
      facts.textContent =
        now.dropped === 0 ? now.state : t('{0}, {1} events dropped', now.state, now.dropped);
      facts.classList.toggle('dropped', now.dropped > 0);
      add.setAttribute('aria-label', t('Add pattern to {0}', now.name));
      apply.setAttribute('aria-label', t('Apply patterns of {0}', now.name));
      const same = JSON.stringify(now.patterns) === JSON.stringify(patterns);
      patterns = now.patterns;
      // What is being edited stays as it is.
      if (!same && !edited) fill();
      else if (edited && asked === undefined)
        apply.disabled = JSON.stringify(texts()) === JSON.stringify(patterns);
    },
    answer: (id, problem) => {
      if (asked !== id) return false;
      asked = undefined;
      say(problem ?? t('Applied, and written into hotplug.json.'), problem !== undefined);
      edited = problem !== undefined;
      apply.disabled = !edited;
      if (problem === undefined) patterns = texts();
      return true;
    },
  };
}

function smallButton(label: string, click: () => void): HTMLButtonElement {
  const made = element('button', 'small', label);
  made.type = 'button';
  made.addEventListener('click', click);
  return made;
}
