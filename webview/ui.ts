/**
 * The one module on the webview toolkit, which is archived upstream: everything that another kit
 * would have to replace is in this file. Each control registers its own elements on first use, so
 * a panel carries only what it shows.
 */
import {
  Button,
  Dropdown,
  TextField,
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

export interface ButtonOptions {
  readonly label: string;
  /** Where absent, the label is the button's text; otherwise its name and tooltip. */
  readonly icon?: SVGElement;
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly disabled?: boolean;
  /** Shown after the label in the tooltip. */
  readonly key?: string;
  readonly click: () => void;
}

export function button(options: ButtonOptions): HTMLElement {
  provideVSCodeDesignSystem().register(vsCodeButton());
  const made = document.createElement('vscode-button');
  if (!(made instanceof Button)) throw new Error('vscode-button is not registered');
  made.setAttribute('aria-label', options.label);
  made.setAttribute('appearance', options.appearance ?? (options.icon === undefined ? 'secondary' : 'icon'));
  if (options.icon === undefined) made.textContent = options.label;
  else made.append(options.icon);
  if (options.icon !== undefined || options.key !== undefined) {
    made.title = options.key === undefined ? options.label : `${options.label} (${options.key})`;
  }
  if (options.disabled === true) made.disabled = true;
  made.addEventListener('click', options.click);
  return made;
}

/** A button that is on or off; {@link ToggleButton.set} shows which, without a click. */
export interface ToggleButton {
  readonly element: HTMLElement;
  set(on: boolean): void;
}

export function toggleButton(
  options: Omit<ButtonOptions, 'click'> & { readonly change: (on: boolean) => void },
): ToggleButton {
  let on = false;
  const made = button({ ...options, click: () => options.change(!on) });
  made.classList.add('toggle');
  const set = (value: boolean): void => {
    on = value;
    made.classList.toggle('on', on);
    if (made instanceof Button) made.ariaPressed = String(on);
  };
  set(false);
  return { element: made, set };
}

export interface TextInput {
  readonly element: HTMLElement;
  value: string;
}

export function textInput(options: {
  label: string;
  placeholder: string;
  icon?: SVGElement;
  change: (value: string) => void;
}): TextInput {
  provideVSCodeDesignSystem().register(vsCodeTextField());
  const made = document.createElement('vscode-text-field');
  if (!(made instanceof TextField)) throw new Error('vscode-text-field is not registered');
  made.placeholder = options.placeholder;
  if (options.icon !== undefined) {
    options.icon.setAttribute('slot', 'start');
    made.append(options.icon);
  }
  made.addEventListener('input', () => options.change(made.value));
  // The toolkit names a field without text content "Text field" when it is connected.
  queueMicrotask(() => {
    made.ariaLabel = options.label;
    made.setAttribute('aria-label', options.label);
  });
  return {
    element: made,
    get value() {
      return made.value;
    },
    set value(text) {
      made.value = text;
    },
  };
}

export interface Choice {
  readonly element: HTMLElement;
  /** Replaces the options; the chosen value stays if it is among them, otherwise the first is chosen. */
  options(values: readonly { readonly value: string; readonly label: string }[], chosen: string): void;
}

export function choice(options: { label: string; change: (value: string) => void }): Choice {
  provideVSCodeDesignSystem().register(vsCodeDropdown(), vsCodeOption());
  const made = document.createElement('vscode-dropdown');
  if (!(made instanceof Dropdown)) throw new Error('vscode-dropdown is not registered');
  made.setAttribute('aria-label', options.label);
  made.addEventListener('change', () => options.change(made.value));
  let shown = '';
  return {
    element: made,
    options: (values, chosen) => {
      const key = JSON.stringify([values, chosen]);
      if (key === shown) return;
      shown = key;
      made.replaceChildren(
        ...values.map(({ value, label }) => {
          const option = document.createElement('vscode-option');
          option.setAttribute('value', value);
          option.textContent = label;
          if (value === chosen) option.setAttribute('selected', '');
          return option;
        }),
      );
      queueMicrotask(() => {
        made.value = values.some(({ value }) => value === chosen) ? chosen : (values[0]?.value ?? '');
      });
    },
  };
}
