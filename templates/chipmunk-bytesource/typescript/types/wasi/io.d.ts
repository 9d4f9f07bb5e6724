// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:io/error@0.2.0' {
  export class Error {
    /** The host makes it. */
    private constructor();
    toDebugString(): string;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:io/error' {
  export * from 'wasi:io/error@0.2.0';
}

declare module 'wasi:io/poll@0.2.0' {
  export function poll(in_: Pollable[]): number[];

  export class Pollable {
    /** The host makes it. */
    private constructor();
    ready(): boolean;
    block(): void;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:io/poll' {
  export * from 'wasi:io/poll@0.2.0';
}

declare module 'wasi:io/streams@0.2.0' {
  export type StreamError =
    | { tag: 'last-operation-failed'; val: import('wasi:io/error@0.2.0').Error }
    | { tag: 'closed' };

  export class InputStream {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    read(len: number): Uint8Array;
    /** An error is thrown as an Error that has it as `payload`. */
    blockingRead(len: number): Uint8Array;
    /** An error is thrown as an Error that has it as `payload`. */
    skip(len: number): number;
    /** An error is thrown as an Error that has it as `payload`. */
    blockingSkip(len: number): number;
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }

  export class OutputStream {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    checkWrite(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    write(contents: Uint8Array): void;
    /** An error is thrown as an Error that has it as `payload`. */
    blockingWriteAndFlush(contents: Uint8Array): void;
    /** An error is thrown as an Error that has it as `payload`. */
    flush(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    blockingFlush(): void;
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** An error is thrown as an Error that has it as `payload`. */
    writeZeroes(len: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    blockingWriteZeroesAndFlush(len: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    splice(src: InputStream, len: number): number;
    /** An error is thrown as an Error that has it as `payload`. */
    blockingSplice(src: InputStream, len: number): number;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:io/streams' {
  export * from 'wasi:io/streams@0.2.0';
}
