// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:cli/environment@0.2.0' {
  export function getEnvironment(): Array<[string, string]>;

  export function getArguments(): string[];

  export function initialCwd(): string | null;
}

declare module 'wasi:cli/environment' {
  export * from 'wasi:cli/environment@0.2.0';
}

declare module 'wasi:cli/exit@0.2.0' {
  export function exit(status: { tag: 'ok' } | { tag: 'err' }): void;
}

declare module 'wasi:cli/exit' {
  export * from 'wasi:cli/exit@0.2.0';
}

declare module 'wasi:cli/stdin@0.2.0' {
  export function getStdin(): import('wasi:io/streams@0.2.0').InputStream;
}

declare module 'wasi:cli/stdin' {
  export * from 'wasi:cli/stdin@0.2.0';
}

declare module 'wasi:cli/stdout@0.2.0' {
  export function getStdout(): import('wasi:io/streams@0.2.0').OutputStream;
}

declare module 'wasi:cli/stdout' {
  export * from 'wasi:cli/stdout@0.2.0';
}

declare module 'wasi:cli/stderr@0.2.0' {
  export function getStderr(): import('wasi:io/streams@0.2.0').OutputStream;
}

declare module 'wasi:cli/stderr' {
  export * from 'wasi:cli/stderr@0.2.0';
}

declare module 'wasi:cli/terminal-input@0.2.0' {
  export class TerminalInput {
    /** The host makes it. */
    private constructor();
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:cli/terminal-input' {
  export * from 'wasi:cli/terminal-input@0.2.0';
}

declare module 'wasi:cli/terminal-output@0.2.0' {
  export class TerminalOutput {
    /** The host makes it. */
    private constructor();
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:cli/terminal-output' {
  export * from 'wasi:cli/terminal-output@0.2.0';
}

declare module 'wasi:cli/terminal-stdin@0.2.0' {
  export function getTerminalStdin(): import('wasi:cli/terminal-input@0.2.0').TerminalInput | null;
}

declare module 'wasi:cli/terminal-stdin' {
  export * from 'wasi:cli/terminal-stdin@0.2.0';
}

declare module 'wasi:cli/terminal-stdout@0.2.0' {
  export function getTerminalStdout(): import('wasi:cli/terminal-output@0.2.0').TerminalOutput | null;
}

declare module 'wasi:cli/terminal-stdout' {
  export * from 'wasi:cli/terminal-stdout@0.2.0';
}

declare module 'wasi:cli/terminal-stderr@0.2.0' {
  export function getTerminalStderr(): import('wasi:cli/terminal-output@0.2.0').TerminalOutput | null;
}

declare module 'wasi:cli/terminal-stderr' {
  export * from 'wasi:cli/terminal-stderr@0.2.0';
}
