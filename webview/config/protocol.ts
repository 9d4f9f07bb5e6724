/** What the form of a plugin's configuration and the editor say to each other. */

/** What a field takes. */
export type ConfigInput =
  | { readonly kind: 'boolean' | 'integer' | 'float' | 'text' | 'directories' }
  /** Extensions that the dialog offers; none for any file. */
  | { readonly kind: 'files'; readonly extensions: readonly string[] }
  | { readonly kind: 'dropdown'; readonly options: readonly string[] };

/** A value as the page has it: numbers as they are typed. */
export type ConfigText = boolean | string | readonly string[];

export interface ConfigField {
  readonly id: string;
  /** The id where the plugin gives none. */
  readonly title: string;
  readonly description?: string;
  readonly input: ConfigInput;
  readonly value: ConfigText;
  /** What it is where nobody sets it, in words. */
  readonly defaultText: string;
  /** Somebody set it; otherwise it has its default. */
  readonly isSet: boolean;
  /** What is wrong with the value that is set. */
  readonly problem?: string;
}

/** From the form to the editor. */
export type FromConfig =
  | { readonly type: 'ready' }
  /** Says what would be wrong with a value. */
  | { readonly type: 'checkValue'; readonly id: number; readonly field: string; readonly value: ConfigText }
  /** Keeps a value and gives it to the plugin. */
  | { readonly type: 'set'; readonly id: number; readonly field: string; readonly value: ConfigText }
  /** Adds files or folders that the user chooses in the workbench's dialog. */
  | { readonly type: 'browse'; readonly id: number; readonly field: string }
  /** Back to the default; also takes away what the plugin does not know. */
  | { readonly type: 'reset'; readonly id: number; readonly field: string }
  | { readonly type: 'resetAll'; readonly id: number }
  | { readonly type: 'start' }
  | { readonly type: 'openFile' };

/** From the editor to the form. */
export type ToConfig =
  | {
      readonly type: 'state';
      readonly plugin: string;
      /** `Running`, or why there is nothing to configure. */
      readonly state: string;
      /** Nothing is changed in Restricted Mode. */
      readonly canChange: boolean;
      readonly canStart: boolean;
      /** Undefined where the plugin has not said what it takes. */
      readonly fields?: readonly ConfigField[];
      /** Values that are set and that the plugin does not know. */
      readonly unknown: readonly string[];
    }
  /** To a check, or to something that was to be done; a problem where it was not. */
  | { readonly type: 'answer'; readonly id: number; readonly problem?: string };
