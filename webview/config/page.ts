/** The form of a plugin's configuration: a field for each item, checked as it is typed, kept when it is done. */
import { isBag } from '../check.ts';
import { element } from '../dom.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { configField, type FieldForm } from './field.ts';
import type { ConfigField, ConfigText, FromConfig, ToConfig } from './protocol.ts';

type State = Extract<ToConfig, { type: 'state' }>;

export interface ConfigPage {
  receive(message: ToConfig): void;
}

/** Builds the page; `post` reaches the editor. */
export function configPage(root: HTMLElement, post: (message: FromConfig) => void): ConfigPage {
  const title = element('h1');
  const state = element('p', 'state');
  state.role = 'status';
  const start = button({
    label: t('Start Plugin'),
    appearance: 'primary',
    click: () => post({ type: 'start' }),
  });
  const open = button({ label: t('Open hotplug.json'), click: () => post({ type: 'openFile' }) });
  const resetAll = button({
    label: t('Reset All'),
    click: () => act((id) => ({ type: 'resetAll', id }), undefined),
  });
  const top = element('header', 'top');
  top.append(title, state, start, resetAll, open);
  const none = element('p', 'none', t('There is nothing to configure in this plugin.'));
  const unknown = element('ul', 'unknown');
  unknown.setAttribute('aria-label', t('Values that the plugin does not know'));
  const form = element('form');
  form.addEventListener('submit', (event) => event.preventDefault());
  root.append(top, none, unknown, form);

  let lastId = 0;
  /** Fields that wait for an answer. */
  const waiting = new Map<number, string>();
  let forms: readonly FieldForm[] = [];
  let shape = '';

  const act = (message: (id: number) => FromConfig, field: string | undefined): void => {
    const id = ++lastId;
    if (field !== undefined) waiting.set(id, field);
    post(message(id));
  };

  const make = (field: ConfigField): FieldForm =>
    configField(field, {
      check: (value: ConfigText) =>
        act((id) => ({ type: 'checkValue', id, field: field.id, value }), field.id),
      set: (value: ConfigText) => act((id) => ({ type: 'set', id, field: field.id, value }), field.id),
      reset: () => act((id) => ({ type: 'reset', id, field: field.id }), field.id),
      browse: () => act((id) => ({ type: 'browse', id, field: field.id }), field.id),
    });

  const show = ({ plugin, fields, unknown: strangers, canChange, ...now }: State): void => {
    title.textContent = t('Configure {0}', plugin);
    state.textContent = now.state;
    start.hidden = !now.canStart;
    // What is typed stays where the plugin asks for the same as before.
    const asked = JSON.stringify(
      fields?.map(({ value: _value, isSet: _isSet, problem: _problem, ...field }) => field) ?? null,
    );
    if (asked !== shape) {
      shape = asked;
      forms = (fields ?? []).map(make);
      form.replaceChildren(...forms.map((one) => one.element));
    }
    for (const [index, field] of (fields ?? []).entries()) forms[index]?.show(field, canChange);
    none.hidden = fields === undefined || fields.length > 0;
    resetAll.hidden = !canChange || !((fields ?? []).some(({ isSet }) => isSet) || strangers.length > 0);
    unknown.hidden = strangers.length === 0;
    unknown.replaceChildren(
      ...strangers.map((id) => {
        const line = element('li');
        const remove = element('button', 'small', t('Remove'));
        remove.type = 'button';
        remove.disabled = !canChange;
        remove.setAttribute('aria-label', t('Remove {0}', id));
        remove.addEventListener('click', () => act((n) => ({ type: 'reset', id: n, field: id }), undefined));
        line.append(
          element(
            'span',
            'problem',
            t('The plugin has no configuration "{0}", and does not start with it.', id),
          ),
          remove,
        );
        return line;
      }),
    );
  };

  return {
    receive: (message) => {
      if (message.type === 'state') {
        show(message);
        return;
      }
      const field = waiting.get(message.id);
      waiting.delete(message.id);
      // Only what was asked last counts.
      if (field === undefined || [...waiting.values()].includes(field)) return;
      forms.find(({ id }) => id === field)?.answer(message.problem);
    },
  };
}

export function isToConfig(value: unknown): value is ToConfig {
  if (!isBag(value)) return false;
  if (value['type'] === 'answer') return typeof value['id'] === 'number';
  return (
    value['type'] === 'state' &&
    typeof value['plugin'] === 'string' &&
    typeof value['state'] === 'string' &&
    Array.isArray(value['unknown']) &&
    (value['fields'] === undefined || Array.isArray(value['fields']))
  );
}
