/** WASI 0.2 files by themselves: what wasmtime answers, nothing outside of granted folders, and replays without files. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, test, type TestContext } from 'node:test';
import { encodeWasi, wasiValues } from '../../extension/contracts/wasi.ts';
import { encodeAnswers, UnrecordedCall, type NamedAnswer } from '../../extension/host/answers.ts';
import { Boundary } from '../../extension/host/boundary.ts';
import { createRing, RingReader } from '../../extension/host/ring.ts';
import { wasiImports } from '../../extension/host/wasi/preview2.ts';
import type { GrantedPath } from '../../extension/project/project.ts';
import { RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { GuestFault } from '../../extension/wasm/fault.ts';
import { crossingRecord } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import { temporaryFolder } from './project-fixture.ts';

const windows = process.platform === 'win32' && 'links need rights on Windows';

/** What the bindings call on resources: any method, by its name. */
type Resource = Readonly<Record<string, (...args: unknown[]) => unknown>> & Disposable;

const everyone: Tried[] = [];

// Whatever a test recorded is of the types that it is shown with: only those are written as they were.
afterEach(() => {
  for (const tried of everyone.splice(0)) for (const answer of tried.read()) assertTyped(answer);
});

function assertTyped({ name, bytes }: NamedAnswer): void {
  assert.deepEqual(withoutFalse(encodeWasi(name, crossingOf({ name, bytes }))), withoutFalse(bytes), name);
}

function crossingOf({
  name,
  bytes,
}: Pick<NamedAnswer, 'name' | 'bytes'>): NonNullable<ReturnType<typeof wasiValues>> {
  const found = wasiValues({
    kind: RecordKind.hostCall,
    name,
    payload: bytes,
    flags: RecordFlag.wasi,
    plugin: 0,
    event: 1,
    time: 0,
  });
  assert.ok(found !== undefined);
  return found;
}

/** The bindings may leave out flags that are not set. */
function withoutFalse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), (key, value: unknown) =>
    value === false && /\D/.test(key) ? undefined : value,
  );
}

/** A plugin's side of WASI, and what was recorded of it. */
class Tried {
  readonly #reader: RingReader;
  readonly boundary: Boundary;
  readonly imports: ReturnType<typeof wasiImports>;
  readonly #names = new Map<number, string>();
  readonly records: NamedAnswer[] = [];

  /** `unrecorded` says who answers what was not recorded. */
  constructor(
    granted?: Parameters<typeof wasiImports>[1],
    recorded?: readonly NamedAnswer[],
    unrecorded: 'stop' | 'live' = 'stop',
  ) {
    const ring = createRing(1 << 24);
    const replay =
      recorded === undefined
        ? undefined
        : ({ unrecorded, start: encodeAnswers(recorded), checkpoints: false } as const);
    this.boundary = new Boundary(ring, replay);
    this.#reader = new RingReader(ring);
    this.imports = wasiImports(this.boundary, granted);
    everyone.push(this);
  }

  /** The granted folders in their order, with what the plugin knows them as. */
  directories(): readonly (readonly [Resource, string])[] {
    const { getDirectories } = this.imports['wasi:filesystem/preopens'] as {
      getDirectories: () => readonly (readonly [Resource, string])[];
    };
    return getDirectories();
  }

  folder(index = 0): Resource {
    const found = this.directories()[index];
    assert.ok(found !== undefined, `there is no folder ${index}`);
    return found[0];
  }

  /** Everything that was recorded until now. */
  read(): readonly NamedAnswer[] {
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
      const bytes = frame.payload.slice();
      if (frame.kind === RecordKind.hostCall)
        this.records.push({ name: this.#names.get(frame.name) ?? '', key: '', bytes });
      else this.#names.set(frame.name, new TextDecoder().decode(bytes));
      this.#reader.release();
    }
    return this.records;
  }

  /** The records as their texts. */
  texts(): readonly string[] {
    return this.read().map(({ name, bytes }) => `${name} ${new TextDecoder().decode(bytes)}`);
  }
}

function on(resource: Resource, method: string, ...args: readonly unknown[]): unknown {
  const found = resource[method];
  assert.ok(found !== undefined, method);
  return found.apply(resource, [...args]);
}

function opened(
  folder: Resource,
  path: string,
  { flags = {}, open = {}, follow = true }: { flags?: object; open?: object; follow?: boolean } = {},
): Resource {
  return on(folder, 'openAt', { symlinkFollow: follow }, path, open, { read: true, ...flags }) as Resource;
}

/** The error code that it ends with, or `ok`. */
function code(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('payload' in error)) throw error;
    const { payload } = error;
    return typeof payload === 'string' ? payload : JSON.stringify(payload);
  }
}

/** As the bindings give them: no Buffer, which is recorded otherwise. */
function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: unknown): string {
  assert.ok(bytes instanceof Uint8Array);
  return new TextDecoder().decode(bytes);
}

/** A folder `open` that may be written to, `fixed` that may not, and a file beside them. */
async function folders(t: TestContext): Promise<{ parent: string; granted: readonly GrantedPath[] }> {
  const parent = await temporaryFolder(t);
  await mkdir(join(parent, 'open', 'below'), { recursive: true });
  await mkdir(join(parent, 'fixed'));
  await writeFile(join(parent, 'open', 'one.txt'), 'first');
  await writeFile(join(parent, 'fixed', 'two.txt'), 'second');
  await writeFile(join(parent, 'secret.txt'), 'secret');
  const granted = [
    { host: join(parent, 'open'), guest: join(parent, 'open'), readOnly: false },
    { host: join(parent, 'fixed'), guest: join(parent, 'fixed'), readOnly: true },
  ];
  return { parent, granted };
}

test('where nothing is granted there are no folders, and nothing is recorded', () => {
  for (const granted of [undefined, [], () => []]) {
    const tried = new Tried(granted);
    assert.deepEqual(tried.directories(), []);
    assert.deepEqual(tried.texts(), []);
  }
});

test('granted folders are there under their paths; the function is asked when the plugin asks', async (t) => {
  const { granted } = await folders(t);
  const asked: string[] = [];
  const tried = new Tried(() => {
    asked.push('now');
    return granted;
  });
  assert.equal(asked.length, 0);
  assert.deepEqual(
    tried.directories().map(([, path]) => path),
    granted.map(({ guest }) => guest),
  );
  assert.ok(asked.includes('now'));
  assert.deepEqual(on(tried.folder(0), 'getFlags'), { read: true, mutateDirectory: true });
  assert.deepEqual(on(tried.folder(1), 'getFlags'), { read: true, mutateDirectory: false });
  assert.equal(on(tried.folder(0), 'getType'), 'directory');
});

test('a folder inside of another is one of its own', async (t) => {
  const { parent, granted } = await folders(t);
  const below = join(parent, 'open', 'below');
  await writeFile(join(below, 'deep.txt'), 'deep');
  const tried = new Tried([...granted, { host: below, guest: below, readOnly: true }]);
  const [outer, inner] = [tried.folder(0), tried.folder(2)];
  const write = { flags: { write: true } };
  assert.equal(
    code(() => opened(inner, 'deep.txt', write)),
    'not-permitted',
  );
  assert.equal(
    code(() => opened(outer, 'below/deep.txt', write)),
    'ok',
  );
  assert.equal(
    code(() => opened(inner, '../one.txt')),
    'not-permitted',
  );
  assert.equal(on(inner, 'isSameObject', opened(outer, 'below', { open: { directory: true } })), true);
  assert.equal(on(inner, 'isSameObject', outer), false);
});

test('files are read and written, as a whole and as streams', async (t) => {
  const { parent, granted } = await folders(t);
  const tried = new Tried(granted);
  const folder = tried.folder();
  const { InputStream, OutputStream } = tried.imports['wasi:io/streams'] as {
    InputStream: new () => object;
    OutputStream: new () => object;
  };
  const { Descriptor } = tried.imports['wasi:filesystem/types'] as { Descriptor: new () => object };

  const made = opened(folder, 'made.txt', {
    flags: { write: true },
    open: { create: true, exclusive: true },
  });
  assert.ok(made instanceof Descriptor);
  assert.deepEqual(on(made, 'getFlags'), { read: true, write: true });
  assert.equal(on(made, 'getType'), 'regular-file');
  const output = on(made, 'writeViaStream', 0n) as Resource;
  assert.ok(output instanceof OutputStream);
  assert.equal(on(output, 'checkWrite'), 65_536n);
  on(output, 'write', encoded('some '));
  on(output, 'blockingWriteAndFlush', encoded('text'));
  const end = on(made, 'appendViaStream') as Resource;
  on(end, 'write', encoded(', more'));
  on(end, 'blockingWriteZeroesAndFlush', 2n);
  assert.equal(on(made, 'write', encoded('S'), 0n), 1n);
  assert.equal(await readFile(join(parent, 'open', 'made.txt'), 'utf8'), 'Some text, more\0\0');

  const [bytes, ended] = on(made, 'read', 100n, 5n) as [Uint8Array, boolean];
  assert.deepEqual([textOf(bytes), ended], ['text, more\0\0', false]);
  assert.deepEqual(on(made, 'read', 100n, 17n), [new Uint8Array(), true]);

  const input = on(made, 'readViaStream', 0n) as Resource;
  assert.ok(input instanceof InputStream);
  assert.equal(textOf(on(input, 'read', 4n)), 'Some');
  assert.equal(on(input, 'skip', 1n), 1n);
  assert.equal(textOf(on(input, 'blockingRead', 4n)), 'text');
  assert.equal((on(input, 'read', 0n) as Uint8Array).length, 0);
  assert.equal(on(input, 'blockingSkip', 100n), 8n);
  assert.equal(
    code(() => on(input, 'read', 1n)),
    '{"tag":"closed"}',
  );
  assert.equal(
    code(() => on(input, 'skip', 1n)),
    '{"tag":"closed"}',
  );

  // A stream goes on after its descriptor was dropped.
  const rest = on(made, 'readViaStream', 5n) as Resource;
  made[Symbol.dispose]();
  assert.equal(textOf(on(rest, 'blockingRead', 4n)), 'text');
  const copy = opened(folder, 'copy.txt', { flags: { write: true }, open: { create: true } });
  const target = on(copy, 'writeViaStream', 0n) as Resource;
  assert.equal(on(target, 'splice', rest, 6n), 6n);
  assert.equal(await readFile(join(parent, 'open', 'copy.txt'), 'utf8'), ', more');
  on(copy, 'setSize', 3n);
  on(copy, 'sync');
  assert.equal(await readFile(join(parent, 'open', 'copy.txt'), 'utf8'), ', m');
});

test('folders are listed and changed, times set, and one file is told from another', async (t) => {
  const { granted } = await folders(t);
  const folder = new Tried(granted).folder();
  on(folder, 'createDirectoryAt', 'made');
  on(folder, 'renameAt', 'one.txt', folder, 'made/moved.txt');
  const list = (of: Resource): string[] => {
    const names: string[] = [];
    const entries = on(of, 'readDirectory') as Resource;
    for (;;) {
      const entry = on(entries, 'readDirectoryEntry') as { type: string; name: string } | undefined;
      if (entry === undefined) return names;
      names.push(`${entry.name} ${entry.type}`);
    }
  };
  assert.deepEqual(list(folder), ['below directory', 'made directory']);
  const made = opened(folder, 'made', { open: { directory: true } });
  assert.deepEqual(list(made), ['moved.txt regular-file']);
  const time = { tag: 'timestamp', val: { seconds: 1_700_000_000n, nanoseconds: 500_000_000 } };
  const file = opened(made, 'moved.txt');
  on(made, 'setTimesAt', {}, 'moved.txt', { tag: 'no-change' }, time);
  const stat = on(file, 'stat') as Record<string, unknown>;
  assert.deepEqual(
    [stat['type'], stat['size'], stat['linkCount'], stat['dataModificationTimestamp']],
    ['regular-file', 5n, 1n, time.val],
  );
  on(file, 'setTimes', time, { tag: 'now' });
  const later = on(made, 'statAt', {}, 'moved.txt') as Record<string, { seconds: bigint }>;
  assert.deepEqual(later['dataAccessTimestamp'], time.val);
  assert.ok((later['dataModificationTimestamp']?.seconds ?? 0n) > time.val.seconds);
  assert.deepEqual(on(file, 'metadataHash'), on(made, 'metadataHashAt', {}, 'moved.txt'));
  assert.notDeepEqual(on(file, 'metadataHash'), on(made, 'metadataHash'));
  on(made, 'unlinkFileAt', 'moved.txt');
  assert.equal(
    code(() => on(folder, 'removeDirectoryAt', 'made')),
    'ok',
  );
  assert.deepEqual(list(folder), ['below directory']);
});

test('errors are those of wasmtime', { skip: windows }, async (t) => {
  const { parent, granted } = await folders(t);
  await symlink('one.txt', join(parent, 'open', 'link'));
  await symlink(parent, join(parent, 'open', 'absolute'));
  const folder = new Tried(granted).folder();
  const file = opened(folder, 'one.txt');
  const create = { flags: { write: true }, open: { create: true, exclusive: true } };
  const codes: readonly (readonly [string, () => unknown])[] = [
    ['no-entry', () => opened(folder, 'none')],
    ['no-entry', () => opened(folder, '')],
    ['exist', () => opened(folder, 'one.txt', create)],
    ['is-directory', () => opened(folder, 'below', { flags: { write: true } })],
    ['not-directory', () => opened(folder, 'one.txt', { open: { directory: true } })],
    ['not-directory', () => opened(folder, 'one.txt/x')],
    ['not-directory', () => opened(file, 'x')],
    ['invalid', () => opened(folder, 'x', { open: { directory: true, create: true } })],
    ['unsupported', () => opened(folder, 'one.txt', { flags: { fileIntegritySync: true } })],
    ['loop', () => opened(folder, 'link', { follow: false })],
    ['is-directory', () => on(folder, 'readViaStream', 0n)],
    ['is-directory', () => on(folder, 'read', 1n, 0n)],
    ['is-directory', () => on(folder, 'advise', 0n, 1n, 'normal')],
    ['bad-descriptor', () => on(file, 'write', encoded('x'), 0n)],
    ['not-directory', () => on(file, 'readDirectory')],
    ['not-permitted', () => on(folder, 'symlinkAt', 'one.txt', 'new')],
    ['not-permitted', () => on(folder, 'linkAt', {}, 'one.txt', folder, 'new')],
    ['not-permitted', () => on(folder, 'readlinkAt', 'absolute')],
    ['invalid', () => on(folder, 'readlinkAt', 'one.txt')],
    ['exist', () => on(folder, 'createDirectoryAt', 'below')],
    ['exist', () => on(folder, 'createDirectoryAt', '.')],
    ['busy', () => on(folder, 'renameAt', 'below', folder, '.')],
    ['is-directory', () => on(folder, 'unlinkFileAt', 'below')],
    ['not-directory', () => on(folder, 'removeDirectoryAt', 'one.txt')],
    ['invalid', () => on(file, 'read', 1n, 1n << 60n)],
  ];
  for (const [wanted, act] of codes) assert.equal(code(act), wanted, act.toString());
  assert.equal(on(folder, 'readlinkAt', 'link'), 'one.txt');
});

test('an error of a stream says which code it was', async (t) => {
  const { granted } = await folders(t);
  const tried = new Tried(granted);
  const stream = on(opened(tried.folder(), 'one.txt'), 'writeViaStream', 0n) as Resource;
  const { filesystemErrorCode } = tried.imports['wasi:filesystem/types'] as {
    filesystemErrorCode: (error: unknown) => string | undefined;
  };
  const { Error: IoError } = tried.imports['wasi:io/error'] as { Error: new () => object };
  assert.throws(
    () => on(stream, 'write', encoded('x')),
    ({ payload }: { payload: { tag: string; val: object } }) => {
      assert.equal(payload.tag, 'last-operation-failed');
      assert.ok(payload.val instanceof IoError);
      assert.equal(filesystemErrorCode(payload.val), 'bad-descriptor');
      assert.equal(filesystemErrorCode(new IoError()), undefined);
      return true;
    },
  );
});

test('a folder that is granted for reading is not changed', async (t) => {
  const { parent, granted } = await folders(t);
  const tried = new Tried(granted);
  const [open, fixed] = [tried.folder(0), tried.folder(1)];
  const file = opened(fixed, 'two.txt');
  const now = { tag: 'now' };
  const refused: readonly (() => unknown)[] = [
    () => opened(fixed, 'two.txt', { flags: { write: true } }),
    () => opened(fixed, 'two.txt', { open: { truncate: true } }),
    () => opened(fixed, 'new', { open: { create: true } }),
    () => on(fixed, 'createDirectoryAt', 'new'),
    () => on(fixed, 'unlinkFileAt', 'two.txt'),
    () => on(fixed, 'renameAt', 'two.txt', open, 'two.txt'),
    () => on(open, 'renameAt', 'one.txt', fixed, 'one.txt'),
    () => on(fixed, 'setTimesAt', {}, 'two.txt', now, now),
    () => on(file, 'setTimes', now, now),
    () => on(file, 'setSize', 0n),
    () => on(file, 'write', encoded('x'), 0n),
  ];
  for (const act of refused) assert.equal(code(act), 'not-permitted', act.toString());
  assert.equal(
    code(() => on(file, 'writeViaStream', 0n)),
    'bad-descriptor',
  );
  assert.equal(
    code(() => on(file, 'appendViaStream')),
    'bad-descriptor',
  );
  assert.equal(await readFile(join(parent, 'fixed', 'two.txt'), 'utf8'), 'second');
  assert.equal(await readFile(join(parent, 'open', 'one.txt'), 'utf8'), 'first');
});

test('nothing leads out of a granted folder', { skip: windows }, async (t) => {
  const { parent, granted } = await folders(t);
  const at = join(parent, 'open');
  await symlink('../secret.txt', join(at, 'out'));
  await symlink(join(parent, 'secret.txt'), join(at, 'absolute'));
  await symlink('../..', join(at, 'below', 'up'));
  await symlink('../one.txt', join(at, 'below', 'inside'));
  const folder = new Tried(granted).folder();
  const below = opened(folder, 'below', { open: { directory: true } });
  const write = { flags: { write: true }, open: { create: true } };
  const refused: readonly (() => unknown)[] = [
    () => opened(folder, '../secret.txt'),
    () => opened(folder, 'below/../../secret.txt'),
    () => opened(folder, join(parent, 'secret.txt')),
    () => opened(folder, join(at, 'one.txt')),
    () => opened(folder, 'out'),
    () => opened(folder, 'absolute'),
    () => opened(folder, 'below/up/secret.txt'),
    () => opened(below, '../one.txt'),
    () => opened(below, 'inside'),
    () => opened(folder, '../new', write),
    () => opened(folder, '..', { open: { directory: true } }),
    () => on(folder, 'statAt', { symlinkFollow: true }, 'out'),
    () => on(folder, 'metadataHashAt', { symlinkFollow: true }, 'absolute'),
    () => on(folder, 'setTimesAt', { symlinkFollow: true }, 'out', { tag: 'now' }, { tag: 'now' }),
    () => on(folder, 'createDirectoryAt', '../new'),
    () => on(folder, 'unlinkFileAt', '../secret.txt'),
    () => on(folder, 'renameAt', '../secret.txt', folder, 'stolen'),
    () => on(folder, 'renameAt', 'one.txt', folder, '../one.txt'),
  ];
  for (const act of refused) assert.equal(code(act), 'not-permitted', act.toString());
  assert.equal(textOf((on(opened(folder, 'below/inside'), 'read', 9n, 0n) as [Uint8Array])[0]), 'first');
  assert.equal(await readFile(join(parent, 'secret.txt'), 'utf8'), 'secret');
  await assert.rejects(readFile(join(parent, 'new')), /ENOENT/);
});

/** What a plugin does that uses everything once, as text. */
function everything(tried: Tried): string {
  const seen: unknown[] = [];
  const see = (act: () => unknown): void => {
    try {
      // Bytes are the plugin's until its next call.
      seen.push(structuredClone(act()));
    } catch (error) {
      if (typeof error !== 'object' || error === null || !('payload' in error)) throw error;
      seen.push(error.payload);
    }
  };
  const [open, fixed] = [tried.folder(0), tried.folder(1)];
  const file = opened(open, 'new.txt', { flags: { write: true }, open: { create: true } });
  const output = on(file, 'writeViaStream', 0n) as Resource;
  see(() => on(output, 'write', encoded('written')));
  see(() => on(file, 'read', 100n, 0n));
  see(() => on(file, 'stat'));
  see(() => on(file, 'metadataHash'));
  see(() => on(file, 'isSameObject', open));
  see(() => on(file, 'setSize', 2n));
  see(() => on(file, 'write', encoded('x'), 1n));
  see(() => on(fixed, 'createDirectoryAt', 'x'));
  see(() => on(fixed, 'statAt', {}, 'two.txt'));
  see(() => void opened(fixed, 'none'));
  see(() => on(open, 'readlinkAt', 'one.txt'));
  const entries = on(open, 'readDirectory') as Resource;
  see(() => on(entries, 'readDirectoryEntry'));
  const input = on(opened(fixed, 'two.txt'), 'readViaStream', 0n) as Resource;
  see(() => on(input, 'skip', 1n));
  see(() => on(input, 'read', 100n));
  see(() => on(input, 'blockingRead', 100n));
  see(() => on(file, 'getType'));
  file[Symbol.dispose]();
  return JSON.stringify(seen, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}`;
    return value instanceof Uint8Array ? textOf(value) : value;
  });
}

test('a replay gives what was recorded, records the same, and needs no files', async (t) => {
  const { parent, granted } = await folders(t);
  const first = new Tried(granted);
  const seen = everything(first);
  assert.match(seen, /"written"/);
  assert.match(seen, /"econd",\{"tag":"closed"\}/);
  await rm(parent, { recursive: true });
  const replay = new Tried(granted, first.read());
  assert.equal(everything(replay), seen);
  assert.deepEqual(replay.texts(), first.texts());
  // A call that was not recorded ends it.
  assert.throws(() => on(replay.folder(), 'stat'), UnrecordedCall);
});

test('after a state was rebuilt the plugin goes on with the files that it had open', async (t) => {
  const { parent, granted } = await folders(t);
  const begin = (tried: Tried): Resource => {
    const file = opened(tried.folder(), 'log', {
      flags: { write: true },
      open: { create: true, truncate: true },
    });
    on(file, 'write', encoded('begun'), 0n);
    return file;
  };
  const first = new Tried(granted);
  begin(first)[Symbol.dispose]();
  const rebuilt = new Tried(granted, first.read(), 'live');
  rebuilt.boundary.muted = true;
  const file = begin(rebuilt);
  rebuilt.boundary.muted = false;
  // Numbers of files here are others than those that were recorded.
  opened(rebuilt.folder(1), 'two.txt');
  on(file, 'write', encoded(', and more'), 5n);
  assert.equal(await readFile(join(parent, 'open', 'log'), 'utf8'), 'begun, and more');
});

/** A file of 10,000 bytes in the folder that is granted for reading, and the names of what reads all of it. */
async function large(
  t: TestContext,
): Promise<{ file: string; granted: readonly GrantedPath[]; text: string }> {
  const { parent, granted } = await folders(t);
  const file = join(parent, 'fixed', 'large.log');
  const text = Array.from({ length: 1000 }, (_, index) => `line ${1000 + index}\n`).join('');
  await writeFile(file, text);
  return { file, granted, text };
}

function readLarge(tried: Tried): string {
  const descriptor = opened(tried.folder(1), 'large.log');
  const stream = on(descriptor, 'readViaStream', 0n) as Resource;
  const first = textOf(on(stream, 'blockingRead', 100n));
  const second = textOf(on(stream, 'blockingRead', 5000n));
  const [third] = on(descriptor, 'read', 8000n, 5100n) as [Uint8Array, boolean];
  return first + second + textOf(third);
}

test('large reads are recorded by reference, small ones whole; a replay reads the file again', async (t) => {
  const { file, granted, text } = await large(t);
  const tried = new Tried(granted);
  assert.equal(readLarge(tried), text);
  const results = tried
    .read()
    .slice(2)
    .map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as unknown);
  const path = file;
  assert.partialDeepStrictEqual(results, [
    { result: { ok: { hex: Buffer.from(text.slice(0, 100)).toString('hex') } } },
    { result: { ok: { file: path, offset: 100, length: 5000 } } },
    { result: { ok: [{ file: path, offset: 5100, length: 4900 }, false] } },
  ]);
  for (const { bytes } of tried.read().slice(3)) assert.ok(bytes.length < 400 + 2 * file.length);
  const replay = new Tried(granted, tried.read());
  assert.equal(readLarge(replay), text);
  assert.deepEqual(replay.texts(), tried.texts());
});

test('what the plugin may write is recorded whole, however large', async (t) => {
  const { parent, granted } = await folders(t);
  await writeFile(join(parent, 'open', 'large'), 'x'.repeat(9000));
  const read = (tried: Tried): string =>
    textOf((on(opened(tried.folder(), 'large'), 'read', 9000n, 0n) as [Uint8Array])[0]);
  const tried = new Tried(granted);
  read(tried);
  await rm(join(parent, 'open', 'large'));
  assert.equal(read(new Tried(granted, tried.read())), 'x'.repeat(9000));
});

test('a replay ends where the file is gone, shorter or another', async (t) => {
  const { file, granted, text } = await large(t);
  const tried = new Tried(granted);
  readLarge(tried);
  const fault = (grants: readonly GrantedPath[] = granted): string => {
    try {
      readLarge(new Tried(grants, tried.read()));
    } catch (error) {
      assert.ok(error instanceof GuestFault, String(error));
      assert.match(error.advice, /Put the file back/);
      assert.ok(error.message.includes(file));
      return error.what;
    }
    return 'none';
  };
  const head = (offset: number, length: number): string =>
    `the plugin read ${length} bytes of ${file} at offset ${offset} when this was recorded, and now `;
  assert.equal(fault(), 'none');
  await writeFile(file, text.replace('line 1900', 'line 0000'));
  assert.equal(fault(), `${head(5100, 4900)}its contents are others than they were`);
  await writeFile(file, text.slice(0, 2000));
  assert.equal(fault(), `${head(100, 5000)}it ends at offset 2000`);
  await rm(file);
  assert.equal(fault(), `${head(100, 5000)}it cannot be read: there is no such file`);
  assert.equal(fault([]), `${head(100, 5000)}it cannot be read: no folder is granted that it lies in`);
});

test('a read gives a mebibyte at most, and what was read before stays recorded as it was', async (t) => {
  const { parent, granted } = await folders(t);
  await writeFile(join(parent, 'fixed', 'big'), Buffer.alloc(3 << 20, 7));
  const tried = new Tried(granted);
  const stream = on(opened(tried.folder(1), 'big'), 'readViaStream', 0n) as Resource;
  const lengths = Array.from(
    { length: 3 },
    () => (on(stream, 'blockingRead', 1n << 40n) as Uint8Array).length,
  );
  assert.deepEqual(lengths, [1 << 20, 1 << 20, 1 << 20]);
  const recorded = tried.texts().slice(2);
  assert.deepEqual(
    recorded.map((text) => /"offset":(\d+)/.exec(text)?.[1]),
    ['0', '1048576', '2097152'],
  );
  assert.ok(recorded.every((text) => text.length < 1000));
});

test('what was asked of files is shown with its types', async (t) => {
  const { granted } = await folders(t);
  const tried = new Tried(granted);
  const file = opened(tried.folder(), 'one.txt', { flags: { write: true }, open: { create: true } });
  on(file, 'read', 3n, 1n);
  on(file, 'setTimes', { tag: 'no-change' }, { tag: 'timestamp', val: { seconds: 5n, nanoseconds: 6 } });
  code(() => on(tried.folder(), 'unlinkFileAt', 'nothing'));
  const [, open, read, times, , unlink] = tried
    .read()
    .map((answer) => printValue(crossingRecord(crossingOf(answer))).replaceAll(/#\d+/g, '#N'));
  assert.equal(
    open,
    '{self: descriptor#N, path-flags: {symlink-follow}, path: "one.txt", open-flags: {create}, flags: {read, write}, result: ok({descriptor: descriptor#N, kind: file, reads: true, writes: true, read-only: false})}',
  );
  assert.equal(read, '{self: descriptor#N, length: 3, offset: 1, result: ok(([105, 114, 115], false))}');
  assert.equal(
    times,
    '{self: descriptor#N, data-access-timestamp: no-change, data-modification-timestamp: timestamp({seconds: 5, nanoseconds: 6}), result: ok}',
  );
  assert.equal(unlink, '{self: descriptor#N, path: "nothing", result: err(no-entry)}');
});
