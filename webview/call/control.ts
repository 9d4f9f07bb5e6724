/** Form controls for the types of WIT. Each says its value as WAVE text, the component model's text form. */
import { element } from '../dom.ts';
import type { WitType } from '../protocol.ts';
import { t } from '../text.ts';

/** One value under edit. */
export interface Control {
  readonly element: HTMLElement;
  /** Where what is typed into the element is the value in WAVE already. */
  readonly input?: HTMLInputElement;
  /** The value in WAVE; text that is typed is taken as it stands and checked by the editor. */
  text(): string;
}

/** What all controls of a form share. */
export interface Making {
  /** Called after every edit. */
  readonly changed: () => void;
  /** Whether the plugin itself makes this resource, by its whole name. */
  readonly isOwn: (resource: string) => boolean;
}

/** Bytes and numbers are many: they are typed, not clicked together. */
const TYPED_ELEMENTS: ReadonlySet<string> = new Set([
  'u8',
  'u16',
  'u32',
  'u64',
  's8',
  's16',
  's32',
  's64',
  'f32',
  'f64',
]);

/** Makes the controls for a value of a type; the label names it for those who do not see where it stands. */
export function controlFor(type: WitType, label: string, making: Making): Control {
  switch (type.kind) {
    case 'bool':
      return check(label, making);
    case 'string':
      return prose(label, making);
    case 'char':
      return typed(label, 'a', making, (value) => `'${escaped(value, /['\\]/g)}'`);
    case 'list':
      return TYPED_ELEMENTS.has(type.element.kind)
        ? numbers(label, type.length ?? 0, making)
        : list(type, label, making);
    case 'option':
      return cases(label, [{ name: 'none' }, { name: 'some', type: type.some }], making, asItIs);
    case 'result':
      return cases(label, [part('ok', type.ok), part('err', type.err)], making, asItIs);
    case 'variant':
      return cases(label, type.cases, making, word);
    case 'enum':
      return cases(
        label,
        type.cases.map((name) => ({ name })),
        making,
        word,
      );
    case 'flags':
      return flags(label, type.flags, making);
    case 'record':
      return group(label, type.fields, making, (texts) => {
        const fields = texts.map((value, index) => `${word(type.fields[index]?.name ?? '')}: ${value}`);
        return `{${fields.join(', ')}}`;
      });
    case 'tuple':
      return group(
        label,
        type.items.map((item, index) => ({ name: String(index), type: item })),
        making,
        (texts) => `(${texts.join(', ')})`,
      );
    case 'own':
    case 'borrow':
      return handle(type.resource, label, making);
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      return literal(label, '0', making);
    case 'future':
    case 'stream':
    case 'error-context':
      return literal(label, '', making, t('{0} has no text form', type.kind));
  }
}

/** A control under its name. */
export function named(name: string, control: Pick<Control, 'element'>): HTMLElement {
  const row = element('div', 'field');
  row.append(element('span', 'name', name), control.element);
  return row;
}

const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'none', 'some', 'ok', 'err', 'nan', 'inf']);

/** A label of WIT where WAVE has a keyword of that name. */
function word(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

function asItIs(name: string): string {
  return name;
}

function escaped(value: string, marks: RegExp): string {
  return value
    .replace(marks, (mark) => `\\${mark}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

/** A text of any number of lines, without quotes and escapes. */
function prose(label: string, { changed }: Making): Control {
  const area = element('textarea', 'text');
  area.rows = 1;
  area.spellcheck = false;
  area.setAttribute('aria-label', label);
  area.addEventListener('input', changed);
  return { element: area, text: () => `"${escaped(area.value, /["\\]/g)}"` };
}

function typed(
  label: string,
  value: string,
  making: Making,
  write: (value: string) => string,
  placeholder = '',
): Control {
  const input = inputFor(label, value, making, placeholder);
  return { element: input, text: () => write(input.value) };
}

/** What is typed is the value. */
function literal(label: string, value: string, making: Making, placeholder = ''): Control {
  const input = inputFor(label, value, making, placeholder);
  return { element: input, input, text: () => input.value.trim() };
}

function inputFor(label: string, value: string, { changed }: Making, placeholder: string): HTMLInputElement {
  const input = element('input', 'typed');
  input.type = 'text';
  input.value = value;
  input.placeholder = placeholder;
  input.spellcheck = false;
  input.autocomplete = 'off';
  input.setAttribute('aria-label', label);
  input.addEventListener('input', changed);
  return input;
}

function numbers(label: string, length: number, making: Making): Control {
  const zeros = Array.from({ length }, () => '0').join(', ');
  return typed(label, zeros, making, (value) => `[${value}]`, t('numbers, with commas between'));
}

/** Resources of the plugin are counted from 1 as it makes them; one of the host's is made when it is named. */
function handle(resource: string, label: string, making: Making): Control {
  const name = resource.slice(resource.lastIndexOf('#') + 1);
  const isOwn = making.isOwn(resource);
  const hint = isOwn ? t('{0} is the first one that a call gave', `${name}#1`) : t('{0} for a new one', name);
  return literal(label, isOwn ? `${name}#1` : name, making, hint);
}

function check(label: string, making: Making): Control {
  const { row, input } = checkbox(label, 'true', making);
  return { element: row, text: () => String(input.checked) };
}

function checkbox(
  label: string,
  name: string,
  { changed }: Making,
): { readonly row: HTMLElement; readonly input: HTMLInputElement } {
  const row = element('label', 'check');
  const input = element('input');
  input.type = 'checkbox';
  input.setAttribute('aria-label', `${label} ${name}`);
  input.addEventListener('change', changed);
  row.append(input, element('span', '', name));
  return { row, input };
}

function flags(label: string, names: readonly string[], making: Making): Control {
  const box = element('div', 'flags');
  box.role = 'group';
  box.setAttribute('aria-label', label);
  const boxes = names.map((name) => {
    const { row, input } = checkbox(label, name, making);
    box.append(row);
    return { name, input };
  });
  const set = (): readonly string[] => boxes.filter(({ input }) => input.checked).map(({ name }) => name);
  return { element: box, text: () => `{${set().map(word).join(', ')}}` };
}

interface Part {
  readonly name: string;
  readonly type?: WitType;
}

function part(name: string, type: WitType | undefined): Part {
  return { name, ...(type === undefined ? {} : { type }) };
}

/** A case is chosen; what it carries is made when it is. */
function cases(
  label: string,
  parts: readonly Part[],
  making: Making,
  write: (name: string) => string,
): Control {
  const box = element('div', 'cases');
  const select = element('select');
  select.setAttribute('aria-label', label);
  for (const { name } of parts) {
    const option = element('option', '', name);
    option.value = name;
    select.append(option);
  }
  const inner = element('div', 'inner');
  box.append(select, inner);
  let payload: Control | undefined;
  const show = (): void => {
    const type = parts[select.selectedIndex]?.type;
    payload = type === undefined ? undefined : controlFor(type, `${label} ${select.value}`, making);
    inner.hidden = payload === undefined;
    inner.replaceChildren(...(payload === undefined ? [] : [payload.element]));
  };
  select.addEventListener('change', () => {
    show();
    making.changed();
  });
  show();
  return {
    element: box,
    text: () => (payload === undefined ? write(select.value) : `${write(select.value)}(${payload.text()})`),
  };
}

function group(
  label: string,
  parts: readonly Required<Part>[],
  making: Making,
  write: (texts: readonly string[]) => string,
): Control {
  const box = element('div', 'group');
  box.role = 'group';
  box.setAttribute('aria-label', label);
  const controls = parts.map(({ name, type }) => {
    const control = controlFor(type, `${label} ${name}`, making);
    box.append(named(name, control));
    return control;
  });
  return { element: box, text: () => write(controls.map((control) => control.text())) };
}

/** A list that is clicked together; one of a fixed length has all its elements at once. */
function list(type: Extract<WitType, { kind: 'list' }>, label: string, making: Making): Control {
  const box = element('div', 'list');
  box.role = 'group';
  box.setAttribute('aria-label', label);
  const rows = element('div', 'rows');
  box.append(rows);
  const controls: Control[] = [];
  const text = (): string => `[${controls.map((control) => control.text()).join(', ')}]`;
  const addRow = (): HTMLElement => {
    const control = controlFor(type.element, `${label} ${controls.length}`, making);
    controls.push(control);
    const row = element('div', 'item');
    row.append(control.element);
    rows.append(row);
    return row;
  };
  if (type.length !== undefined) {
    while (controls.length < type.length) addRow();
    return { element: box, text };
  }
  const add = smallButton(t('Add'), t('Add to {0}', label), () => {
    const row = addRow();
    const control = controls.at(-1);
    const remove = smallButton(t('Remove'), t('Remove from {0}', label), () => {
      if (control !== undefined) controls.splice(controls.indexOf(control), 1);
      row.remove();
      add.focus();
      making.changed();
    });
    row.append(remove);
    making.changed();
  });
  box.append(add);
  return { element: box, text };
}

function smallButton(label: string, name: string, click: () => void): HTMLButtonElement {
  const made = element('button', 'small', label);
  made.type = 'button';
  made.setAttribute('aria-label', name);
  made.addEventListener('click', click);
  return made;
}
