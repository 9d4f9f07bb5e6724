/** Declarations of the globals that plugins for Extism hosts have: those that the development interpreter and extism-js share. */
export const extismTypes = `// Written by Hotplug: the globals of Extism's JavaScript PDK. Changes of it are lost.

type I32 = number;
type I64 = number | bigint;
type F32 = number;
type F64 = number;
/** The offset of a block of Extism's memory. */
type PTR = number | bigint;

/** The present call. */
declare const Host: {
  /** The input as text. */
  inputString(): string;
  inputBytes(): ArrayBuffer;
  /** Sets the output; the last one counts. */
  outputString(output: string): boolean;
  outputBytes(output: ArrayBufferLike | ArrayBufferView): boolean;
  /** Functions of the host's own: they take and give offsets of Memory, or numbers. */
  getFunctions(): Record<string, (...args: PTR[]) => PTR>;
  arrayBufferToBase64(input: ArrayBuffer): string;
  base64ToArrayBuffer(input: string): ArrayBuffer;
};

/** What the plugin was configured with. */
declare const Config: {
  get(key: string): string | null;
};

/** Values that the host keeps from call to call. */
declare const Var: {
  getString(name: string): string | null;
  getBytes(name: string): ArrayBuffer | null;
  set(name: string, value: string | ArrayBufferLike): void;
};

interface HttpRequest {
  url: string;
  /** GET where absent. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'CONNECT' | 'OPTIONS' | 'TRACE' | 'PATCH';
  headers?: Record<string, string | number | boolean>;
}

interface HttpResponse {
  body: string;
  status: number;
  /** Not every host tells them. */
  headers?: Record<string, string>;
}

declare const Http: {
  /** Throws where the host refuses it or it fails. */
  request(request: HttpRequest, body?: string | ArrayBufferLike): HttpResponse;
};

/** A block of Extism's memory, for functions of the host. */
declare class MemoryHandle {
  constructor(offset: PTR, len: I64);
  offset: PTR;
  len: I64;
  readString(): string;
  readBytes(): ArrayBuffer;
  readUInt32(): number;
  readUInt64(): bigint;
  readFloat32(): number;
  readUFloat64(): number;
  readJsonObject<T = any>(): T;
  free(): void;
}

declare const Memory: {
  fromString(text: string): MemoryHandle;
  fromBuffer(bytes: ArrayBufferLike): MemoryHandle;
  fromJsonObject(value: unknown): MemoryHandle;
  allocUInt32(value: number): MemoryHandle;
  allocUInt64(value: bigint): MemoryHandle;
  allocFloat32(value: number): MemoryHandle;
  allocFloat64(value: number): MemoryHandle;
  find(offset: PTR): MemoryHandle;
};

/** Lines in the host's log. */
declare const console: {
  trace(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};

declare class TextEncoder {
  readonly encoding: string;
  encode(input?: string): Uint8Array;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBuffer | ArrayBufferView): string;
}

declare function atob(data: string): string;
declare function btoa(data: string): string;

/** Modules in the manner of Node.js. */
declare var module: { exports: unknown };
declare var exports: Record<string, unknown>;
`;
