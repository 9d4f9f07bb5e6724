// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:random/random@0.2.0' {
  export function getRandomBytes(len: number): Uint8Array;

  export function getRandomU64(): number;
}

declare module 'wasi:random/random' {
  export * from 'wasi:random/random@0.2.0';
}

declare module 'wasi:random/insecure@0.2.0' {
  export function getInsecureRandomBytes(len: number): Uint8Array;

  export function getInsecureRandomU64(): number;
}

declare module 'wasi:random/insecure' {
  export * from 'wasi:random/insecure@0.2.0';
}

declare module 'wasi:random/insecure-seed@0.2.0' {
  export function insecureSeed(): [number, number];
}

declare module 'wasi:random/insecure-seed' {
  export * from 'wasi:random/insecure-seed@0.2.0';
}
