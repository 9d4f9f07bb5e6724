// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:clocks/wall-clock@0.2.0' {
  export interface Datetime {
    seconds: number;
    nanoseconds: number;
  }

  export function now(): Datetime;

  export function resolution(): Datetime;
}

declare module 'wasi:clocks/wall-clock' {
  export * from 'wasi:clocks/wall-clock@0.2.0';
}
