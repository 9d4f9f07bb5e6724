/** Form controls for the types of WIT. Each says its value as WAVE text, the component model's text form. */
import { element } from '../dom.ts';
import type { WitType } from '../protocol.ts';

/** One value under edit. */
export interface Control {
  readonly element: HTMLElement;
  /** The value in WAVE; text that is typed is taken as it stands and checked by the editor. */
  text(): string;
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

let lastId = 0;

/** Makes the controls for a value of a type; `changed` is called after every edit. */
export function controlFor(type: WitType, label: string, changed: () => void): Control {
  switch (type.kind) {
    case 'bool':
      return check(label, changed);
    case 'string':
      return typed(label, '', changed, quoted);
    case 'char':
      return typed(label, 'a', changed, (text) => `'${escaped(text, /['\\]/g)}'`);
    case 'list':
      return TYPED_ELEMENTS.has(type.element.kind)
        ? typed(label, '', changed, (text) => `[${text}]`, 'numbers, with commas between')
        : list(type.element, label, changed);
    case 'option':
      return cases(label, [{ name: 'none' }, { name: 'some', type: type.some }], changed);
    case 'result':
      return cases(
        label,
        [
          { name: 'ok', ...(type.ok === undefined ? {} : { type: type.ok }) },
          { name: 'err', ...(type.err === undefined ? {} : { type: type.err }) },
        ],
        changed,
      );
    case 'variant':
      return cases(label, type.cases, changed);
    case 'enum':
      return cases(
        label,
        type.cases.map((name) => ({ name })),
        changed,
      );
    case 'flags':
      return flags(label, type.flags, changed);
    case 'record':
      return group(
        label,
        type.fields.map((field) => ({ name: field.name, type: field.type })),
        changed,
        (texts) =>
          `{${texts.map((text, index) => `${word(type.fields[index]?.name ?? '')}: ${text}`).join(', ')}}`,
      );
    case 'tuple':
      return group(
        label,
        type.items.map((item, index) => ({ name: String(index), type: item })),
        changed,
        (texts) => `(${texts.join(', ')})`,
      );
    case 'own':
    case 'borrow':
      return typed(label, `${resourceName(type.resource)}#1`, changed, (text) => text, 'a handle');
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
      return typed(label, '0', changed, (text) => text.trim());
    case 'future':
    case 'stream':
    case 'error-context':
      return typed(label, '', changed, (text) => text, `${type.kind} has no text form`);
  }
}

const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'none', 'some', 'ok', 'err', 'nan', 'inf']);

/** A label of WIT where WAVE has a keyword of that name. */
function word(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

function resourceName(resource: string): string {
  return resource.slice(resource.indexOf('#') + 1);
}

function quoted(text: string): string {
  return `"${escaped(text, /["\\]/g)}"`;
}

function escaped(text: string, marks: RegExp): string {
  return text
    .replace(marks, (mark) => `\\${mark}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

function typed(
  label: string,
  value: string,
  changed: () => void,
  write: (text: string) => string,
  placeholder = '',
): Control {
  const input = element('input', 'typed');
  input.type = 'text';
  input.value = value;
  input.placeholder = placeholder;
  input.spellcheck = false;
  input.setAttribute('aria-label', label);
  input.addEventListener('input', changed);
  return { element: input, text: () => write(input.value) };
}

function check(label: string, changed: () => void): Control {
  const { row, input } = checkbox(label, 'true', changed);
  return { element: row, text: () => String(input.checked) };
}

function checkbox(
  label: string,
  text: string,
  changed: () => void,
): { readonly row: HTMLElement; readonly input: HTMLInputElement } {
  const row = element('label', 'check');
  const input = element('input');
  input.type = 'checkbox';
  input.setAttribute('aria-label', `${label} ${text}`);
  input.addEventListener('change', changed);
  row.append(input, element('span', '', text));
  return { row, input };
}

function flags(label: string, names: readonly string[], changed: () => void): Control {
  const box = element('div', 'flags');
  const boxes = names.map((name) => {
    const { row, input } = checkbox(label, name, changed);
    box.append(row);
    return { name, input };
  });
  const text = (): string =>
    `{${boxes
      .filter(({ input }) => input.checked)
      .map(({ name }) => word(name))
      .join(', ')}}`;
  return { element: box, text };
}

interface Part {
  readonly name: string;
  readonly type?: WitType;
}

/** A case is chosen; what it carries is made when it is. */
function cases(label: string, parts: readonly Part[], changed: () => void): Control {
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
    payload = type === undefined ? undefined : controlFor(type, `${label} ${select.value}`, changed);
    inner.replaceChildren(...(payload === undefined ? [] : [payload.element]));
  };
  select.addEventListener('change', () => {
    show();
    changed();
  });
  show();
  const name = (): string =>
    parts.some((part) => BUILT_IN.has(part.name)) ? select.value : word(select.value);
  return {
    element: box,
    text: () => (payload === undefined ? name() : `${name()}(${payload.text()})`),
  };
}

/** The cases of options and results are WAVE's own words. */
const BUILT_IN: ReadonlySet<string> = new Set(['none', 'some', 'ok', 'err']);

function group(
  label: string,
  parts: readonly (Part & { readonly type: WitType })[],
  changed: () => void,
  write: (texts: readonly string[]) => string,
): Control {
  const box = element('fieldset', 'group');
  box.append(element('legend', '', label));
  const controls = parts.map(({ name, type }) => {
    const control = controlFor(type, `${label} ${name}`, changed);
    box.append(named(name, control));
    return control;
  });
  return { element: box, text: () => write(controls.map((control) => control.text())) };
}

/** A control under its name. */
export function named(name: string, control: Control): HTMLElement {
  const row = element('div', 'field');
  const id = `name-${++lastId}`;
  const title = element('span', 'name', name);
  title.id = id;
  row.append(title, control.element);
  return row;
}

function list(type: WitType, label: string, changed: () => void): Control {
  const box = element('div', 'list');
  const rows = element('div', 'rows');
  const controls: Control[] = [];
  const add = element('button', 'add', 'Add');
  add.type = 'button';
  add.setAttribute('aria-label', `Add to ${label}`);
  add.addEventListener('click', () => {
    const control = controlFor(type, `${label} ${controls.length}`, changed);
    controls.push(control);
    const row = element('div', 'item');
    const remove = element('button', 'remove', 'Remove');
    remove.type = 'button';
    remove.setAttribute('aria-label', `Remove from ${label}`);
    remove.addEventListener('click', () => {
      controls.splice(controls.indexOf(control), 1);
      row.remove();
      changed();
    });
    row.append(control.element, remove);
    rows.append(row);
    changed();
  });
  box.append(rows, add);
  return { element: box, text: () => `[${controls.map((control) => control.text()).join(', ')}]` };
}
