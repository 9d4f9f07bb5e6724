// Written by Hotplug from wit/: changes of it are lost.

declare module 'streamkit:plugin/plugin@0.1.0' {
  /** What the plugin exports as `node`. */
  export type Node = import('streamkit:plugin/node@0.1.0').Exports;

  /** All that the plugin exports. */
  export interface Exports {
    node: Node;
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
