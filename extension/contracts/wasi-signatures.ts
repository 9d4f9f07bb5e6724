/** Types of the WASI calls that are recorded, as their JSON has them. */

/** A type, and how its values stand in JSON where that is not how they look. */
export type Shape =
  | 'bool'
  | 'u32'
  /** Decimal digits. */
  | 'u64'
  | 'string'
  /** `{hex}` */
  | 'bytes'
  /** Bytes, or where they stand in a file: `{file, offset, length, sha256}`. */
  | 'data'
  /** The number of a descriptor. */
  | 'descriptor'
  /** A number of bytes from the start of a file, or `append`. */
  | 'position'
  /** The name of a case. */
  | 'enum'
  /** An object; the names of its fields are in camel case there. */
  | { readonly record: Readonly<Record<string, Shape>> }
  | { readonly tuple: readonly Shape[] }
  | { readonly list: Shape; readonly element: string }
  /** An object of booleans, in camel case. */
  | { readonly flags: readonly string[] }
  /** `{tag, val}` */
  | { readonly variant: Readonly<Record<string, Shape | undefined>> }
  /** `{ok}`, or `{err}` with the name of a case; null for `ok` without a value. */
  | { readonly result: Shape | undefined }
  /** `{ok}` of a function that has no errors. */
  | { readonly sure: Shape };

export interface Signature {
  readonly params: Readonly<Record<string, Shape>>;
  readonly result: Shape;
}

const NOTHING: Shape = { result: undefined };
const PATH_FLAGS: Shape = { flags: ['symlink-follow'] };
const OPEN_FLAGS: Shape = { flags: ['create', 'directory', 'exclusive', 'truncate'] };
const DESCRIPTOR_FLAGS: Shape = {
  flags: [
    'read',
    'write',
    'file-integrity-sync',
    'data-integrity-sync',
    'requested-write-sync',
    'mutate-directory',
  ],
};
const DATETIME: Shape = { record: { seconds: 'u64', nanoseconds: 'u32' } };
const NEW_TIMESTAMP: Shape = { variant: { 'no-change': undefined, now: undefined, timestamp: DATETIME } };
const NEW_TIMES = {
  'data-access-timestamp': NEW_TIMESTAMP,
  'data-modification-timestamp': NEW_TIMESTAMP,
} as const;
const STAT: Shape = {
  record: {
    type: 'enum',
    'link-count': 'u64',
    size: 'u64',
    'data-access-timestamp': DATETIME,
    'data-modification-timestamp': DATETIME,
    'status-change-timestamp': DATETIME,
  },
};
const METADATA_HASH: Shape = { record: { lower: 'u64', upper: 'u64' } };
/** A descriptor, with what a replay has to know of it. */
const OPENED = {
  descriptor: 'descriptor',
  kind: 'enum',
  reads: 'bool',
  writes: 'bool',
  'read-only': 'bool',
} as const;

/** Methods of `descriptor`, the first parameter of which is itself. */
const DESCRIPTOR: Readonly<Record<string, Signature>> = {
  'sync-data': { params: {}, result: NOTHING },
  sync: { params: {}, result: NOTHING },
  'set-size': { params: { size: 'u64' }, result: NOTHING },
  'set-times': { params: NEW_TIMES, result: NOTHING },
  read: { params: { length: 'u64', offset: 'u64' }, result: { result: { tuple: ['data', 'bool'] } } },
  write: { params: { buffer: 'bytes', offset: 'u64' }, result: { result: 'u64' } },
  'read-directory': {
    params: {},
    result: { result: { list: { record: { type: 'enum', name: 'string' } }, element: 'directory-entry' } },
  },
  'create-directory-at': { params: { path: 'string' }, result: NOTHING },
  'remove-directory-at': { params: { path: 'string' }, result: NOTHING },
  'unlink-file-at': { params: { path: 'string' }, result: NOTHING },
  stat: { params: {}, result: { result: STAT } },
  'stat-at': { params: { 'path-flags': PATH_FLAGS, path: 'string' }, result: { result: STAT } },
  'set-times-at': {
    params: { 'path-flags': PATH_FLAGS, path: 'string', ...NEW_TIMES },
    result: NOTHING,
  },
  'open-at': {
    params: { 'path-flags': PATH_FLAGS, path: 'string', 'open-flags': OPEN_FLAGS, flags: DESCRIPTOR_FLAGS },
    result: { result: { record: OPENED } },
  },
  'readlink-at': { params: { path: 'string' }, result: { result: 'string' } },
  'rename-at': {
    params: { 'old-path': 'string', 'new-descriptor': 'descriptor', 'new-path': 'string' },
    result: NOTHING,
  },
  'symlink-at': { params: { 'old-path': 'string', 'new-path': 'string' }, result: NOTHING },
  'link-at': {
    params: { 'old-path': 'string', 'new-descriptor': 'descriptor', 'new-path': 'string' },
    result: NOTHING,
  },
  'is-same-object': { params: { other: 'descriptor' }, result: { sure: 'bool' } },
  'metadata-hash': { params: {}, result: { result: METADATA_HASH } },
  'metadata-hash-at': {
    params: { 'path-flags': PATH_FLAGS, path: 'string' },
    result: { result: METADATA_HASH },
  },
};

/** Streams of files stand in a recording by their descriptor and where in the file they are. */
const READ: Signature = {
  params: { self: 'descriptor', len: 'u64', position: 'position' },
  result: { result: 'data' },
};
const SKIP: Signature = { ...READ, result: { result: 'u64' } };

export const SIGNATURES: Readonly<Record<string, Signature>> = {
  'wasi:clocks/monotonic-clock#now': { params: {}, result: 'u64' },
  'wasi:clocks/wall-clock#now': { params: {}, result: DATETIME },
  'wasi:random/random#get-random-bytes': { params: { len: 'u64' }, result: 'bytes' },
  'wasi:random/random#get-random-u64': { params: {}, result: 'u64' },
  'wasi:random/insecure#get-insecure-random-bytes': { params: { len: 'u64' }, result: 'bytes' },
  'wasi:random/insecure#get-insecure-random-u64': { params: {}, result: 'u64' },
  'wasi:random/insecure-seed#insecure-seed': { params: {}, result: { tuple: ['u64', 'u64'] } },
  'wasi:filesystem/preopens#get-directories': {
    params: {},
    result: { sure: { list: { record: { guest: 'string', ...OPENED } }, element: 'preopened' } },
  },
  ...Object.fromEntries(
    Object.entries(DESCRIPTOR).map(([name, { params, result }]) => [
      `wasi:filesystem/types#[method]descriptor.${name}`,
      { params: { self: 'descriptor', ...params }, result },
    ]),
  ),
  'wasi:io/streams#[method]input-stream.read': READ,
  'wasi:io/streams#[method]input-stream.blocking-read': READ,
  'wasi:io/streams#[method]input-stream.skip': SKIP,
  'wasi:io/streams#[method]input-stream.blocking-skip': SKIP,
  'wasi:io/streams#[method]output-stream.write': {
    params: { self: 'descriptor', contents: 'bytes', position: 'position' },
    result: NOTHING,
  },
};
