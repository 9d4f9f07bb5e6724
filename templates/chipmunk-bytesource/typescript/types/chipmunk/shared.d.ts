// Written by Hotplug from wit/: changes of it are lost.

/** The host's log. */
declare module 'chipmunk:shared/logging@0.1.0' {
  export type Level = 'error' | 'warn' | 'info' | 'debug' | 'trace';

  export function log(level: Level, msg: string): void;
}

declare module 'chipmunk:shared/logging' {
  export * from 'chipmunk:shared/logging@0.1.0';
}

/** What the plugin may use of the machine beside its files. */
declare module 'chipmunk:shared/sandbox@0.1.0' {
  /**
   * A folder of the instance's own, made at the first call and removed with the instance.
   *
   * An error is thrown as an Error with its text.
   */
  export function tempDirectory(): string;
}

declare module 'chipmunk:shared/sandbox' {
  export * from 'chipmunk:shared/sandbox@0.1.0';
}

/** Versions, configuration and the errors of a start. */
declare module 'chipmunk:shared/shared-types@0.1.0' {
  export interface ConfigItem {
    id: string;
    value: ConfigValue;
  }

  export interface ConfigSchemaItem {
    /** Unique within the plugin. */
    id: string;
    title: string;
    description: string | null;
    inputType: ConfigSchemaType;
  }

  export type ConfigSchemaType =
    | { tag: 'boolean'; val: boolean }
    | { tag: 'integer'; val: number }
    | { tag: 'float'; val: number }
    | { tag: 'text'; val: string }
    | { tag: 'directories' }
    | /** Extensions that the dialog offers, without a dot. */
      { tag: 'files'; val: string[] }
    | /** The options, and which one is chosen at first. */
      { tag: 'dropdown'; val: [string[], string] };

  export type ConfigValue =
    | { tag: 'boolean'; val: boolean }
    | { tag: 'integer'; val: number }
    | { tag: 'float'; val: number }
    | { tag: 'text'; val: string }
    | /** Paths; the plugin can read what is in the folder above each of them. */
      { tag: 'directories'; val: string[] }
    | { tag: 'files'; val: string[] }
    | /** The option that was chosen. */
      { tag: 'dropdown'; val: string };

  export type InitError =
    | /** A configuration value is missing or wrong. */
      { tag: 'config'; val: string }
    | /** A file or folder cannot be used. */
      { tag: 'io'; val: string }
    | /** The plugin cannot do what is asked of it here. */
      { tag: 'unsupported'; val: string }
    | { tag: 'other'; val: string };

  export interface Version {
    major: number;
    minor: number;
    patch: number;
  }
}

declare module 'chipmunk:shared/shared-types' {
  export * from 'chipmunk:shared/shared-types@0.1.0';
}
