// Written by Hotplug from wit/: changes of it are lost.

/**
 * The plugin's own world: Chipmunk's, and files, of which a JavaScript engine has none by itself. Chipmunk gives
 * WASI 0.2 to every plugin.
 */
declare module 'chipmunk:parser/plugin@0.1.0' {
  /** What the plugin exports as `parser`. */
  export type Parser = import('chipmunk:parser/parser@0.1.0').Exports;

  /** All that the plugin exports. */
  export interface Exports {
    parser: Parser;
  }
}

/** Hotplug's console. There is no DOM and no Node.js in a plugin. */
declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
