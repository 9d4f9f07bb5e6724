// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:clocks/monotonic-clock@0.2.0' {
  export type Duration = number;

  export type Instant = number;

  export function now(): Instant;

  export function resolution(): Duration;

  export function subscribeInstant(when: Instant): import('wasi:io/poll@0.2.0').Pollable;

  export function subscribeDuration(when: Duration): import('wasi:io/poll@0.2.0').Pollable;
}

declare module 'wasi:clocks/monotonic-clock' {
  export * from 'wasi:clocks/monotonic-clock@0.2.0';
}

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
