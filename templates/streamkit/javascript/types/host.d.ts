/** What a plugin may ask of its host. */
declare module 'streamkit:plugin/host@0.1.0' {
  export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

  /** Sends a packet to an output pin; waits while the pin's queue is full. Throws where there is no such pin. */
  export function sendOutput(pinName: string, packet: import('./streamkit').Packet): void;

  /** Writes a line to the host's log. */
  export function log(level: LogLevel, message: string): void;
}

/** Hotplug's console: it writes to the host's log. There is no DOM and no Node.js in a plugin. */
declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
