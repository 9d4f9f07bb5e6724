/**
 * What is known of binaries, by their hash, on disk: an unchanged plugin is never compiled again to be
 * listed. Everything read is checked by shape, and what is damaged is found out anew.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ownVersion } from '../assets.ts';
import { cacheFolderOf } from '../host/cache-folder.ts';
import { readFacts, type BinaryFacts } from './facts.ts';
import { isCount, isObject, readJson, replaceFile } from './files.ts';
import { metadataCacheFile } from './places.ts';

/** A file as it was when it was hashed. */
interface KnownFile {
  readonly bytes: number;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly modifiedAt: number;
  readonly hash: string;
}

interface Content {
  readonly files: ReadonlyMap<string, KnownFile>;
  readonly binaries: ReadonlyMap<string, BinaryFacts>;
}

/** A file may change again within the same tick of its clock; some file systems tick every 2 s. */
const UNTRUSTED_MS = 2000;
/** Entries of each kind that are kept; the ones that were written first go first. */
const KEPT = 4096;
const HASH = /^[0-9a-f]{64}$/;

/** Facts that others than this version of Hotplug and its host found are of no use. */
function currentKey(): string {
  return `${ownVersion()} ${basename(cacheFolderOf(''))}`;
}

/** The cache as one scan or action sees it; `save` adds to the file what was found out meanwhile. */
export class MetadataCache {
  readonly #file: string;
  readonly #key: string;
  readonly #files: Map<string, KnownFile>;
  readonly #binaries: Map<string, BinaryFacts>;
  readonly #newFiles = new Map<string, KnownFile>();
  readonly #newBinaries = new Map<string, BinaryFacts>();
  /** Something of the file could not be used; it is rebuilt. */
  readonly damaged: boolean;

  private constructor(file: string, key: string, content: Content, damaged: boolean) {
    this.#file = file;
    this.#key = key;
    this.#files = new Map(content.files);
    this.#binaries = new Map(content.binaries);
    this.damaged = damaged;
  }

  /** Reads the cache; an empty one where there is none, or one of another version. Never rejects. */
  static async open(cacheFolder: string, ownKey?: string): Promise<MetadataCache> {
    const key = ownKey ?? currentKey();
    const file = metadataCacheFile(cacheFolder);
    const { content, damaged } = await readContent(file, key);
    return new MetadataCache(file, key, content, damaged);
  }

  get size(): number {
    return this.#binaries.size;
  }

  /** SHA-256 of a file in hex, without reading it where it is the same as before. Rejects where it cannot be read. */
  async hashOf(path: string): Promise<string> {
    const before = await stat(path);
    const known = this.#files.get(path);
    if (known?.bytes === before.size && known.modifiedAt === before.mtimeMs) return known.hash;
    const started = Date.now();
    const hash = await hashFile(path);
    const after = await stat(path);
    const settled =
      after.size === before.size &&
      after.mtimeMs === before.mtimeMs &&
      Math.abs(started - after.mtimeMs) > UNTRUSTED_MS;
    if (settled) {
      const entry = { bytes: after.size, modifiedAt: after.mtimeMs, hash };
      this.#files.set(path, entry);
      this.#newFiles.set(path, entry);
    }
    return hash;
  }

  factsOf(hash: string): BinaryFacts | undefined {
    return this.#binaries.get(hash);
  }

  note(hash: string, facts: BinaryFacts): void {
    this.#binaries.set(hash, facts);
    this.#newBinaries.set(hash, facts);
  }

  /**
   * Writes what is new, if anything is, beside what other processes wrote since. The file is only a cache:
   * where it cannot be written, the next scan finds everything out again.
   */
  async save(): Promise<void> {
    if (!this.damaged && this.#newFiles.size === 0 && this.#newBinaries.size === 0) return;
    const { content } = await readContent(this.#file, this.#key);
    await writeContent(this.#file, this.#key, {
      files: new Map([...content.files, ...this.#newFiles]),
      binaries: new Map([...content.binaries, ...this.#newBinaries]),
    }).catch(() => undefined);
    this.#newFiles.clear();
    this.#newBinaries.clear();
  }
}

/** Forgets what is known of these binaries, or of all; they are asked again when they are listed next. */
export async function forget(
  cacheFolder: string,
  hashes?: readonly string[],
  ownKey?: string,
): Promise<void> {
  const file = metadataCacheFile(cacheFolder);
  if (hashes === undefined) {
    await rm(file, { force: true });
    return;
  }
  const key = ownKey ?? currentKey();
  const { content } = await readContent(file, key);
  await writeContent(file, key, {
    files: new Map([...content.files].filter(([, { hash }]) => !hashes.includes(hash))),
    binaries: new Map([...content.binaries].filter(([hash]) => !hashes.includes(hash))),
  });
}

async function readContent(file: string, key: string): Promise<{ content: Content; damaged: boolean }> {
  const files = new Map<string, KnownFile>();
  const binaries = new Map<string, BinaryFacts>();
  const content = { files, binaries };
  const read = await readJson(file);
  if (read === 'missing') return { content, damaged: false };
  if (read === 'damaged' || !isObject(read.value)) return { content, damaged: true };
  const { value } = read;
  if (value['key'] !== key) return { content, damaged: typeof value['key'] !== 'string' };
  const [named, hashed] = [value['files'], value['binaries']];
  if (!isObject(named) || !isObject(hashed)) return { content, damaged: true };
  let damaged = false;
  for (const [hash, entry] of Object.entries(hashed)) {
    const facts = HASH.test(hash) ? readFacts(entry) : undefined;
    if (facts === undefined) damaged = true;
    else binaries.set(hash, facts);
  }
  for (const [path, entry] of Object.entries(named)) {
    if (isKnownFile(entry)) files.set(path, entry);
    else damaged = true;
  }
  return { content, damaged };
}

async function writeContent(file: string, key: string, { files, binaries }: Content): Promise<void> {
  const content = {
    key,
    files: Object.fromEntries([...files].slice(-KEPT)),
    binaries: Object.fromEntries([...binaries].slice(-KEPT)),
  };
  await replaceFile(file, JSON.stringify(content));
}

function isKnownFile(value: unknown): value is KnownFile {
  return (
    isObject(value) &&
    isCount(value['bytes']) &&
    isCount(value['modifiedAt']) &&
    typeof value['hash'] === 'string' &&
    HASH.test(value['hash'])
  );
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
