// Written by Hotplug from wit/: changes of it are lost.

/**
 * The plugin's own world: Chipmunk's, and files, of which a JavaScript engine has none by itself. Chipmunk gives
 * WASI 0.2 to every plugin.
 */
declare module 'chipmunk:bytesource/plugin@0.1.0' {
  /** What the plugin exports as `byteSource`. */
  export type ByteSource = import('chipmunk:bytesource/byte-source@0.1.0').Exports;

  /** All that the plugin exports. */
  export interface Exports {
    byteSource: ByteSource;
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
