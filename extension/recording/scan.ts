import { MCAP_MAGIC, McapStreamReader } from '@mcap/core';
import type { McapTypes } from '@mcap/core';
import { readAt, readInto } from './chunks.ts';
import type { ChunkInfo, ChunkStore } from './chunks.ts';
import { canDecompress, crc32 } from './compression.ts';
import { recordingError } from './errors.ts';
import { readPlugin, readRecordingHead } from './fields.ts';
import type { RecordingHead } from './fields.ts';
import { FileWindow } from './file-window.ts';
import type { RecordIndex } from './index.ts';
import {
  FORMAT_VERSION,
  lengthAt,
  LIBRARY,
  METADATA_PLUGIN,
  METADATA_RECORDING,
  Opcode,
  PROFILE,
  RECORD_HEAD,
} from './layout.ts';
import { ChunkScanner } from './scan-chunk.ts';
import type { RecordedPlugin } from './record.ts';

const MAGIC = Uint8Array.from(MCAP_MAGIC);
const Part = {
  header: 0x01,
  footer: 0x02,
  schema: 0x03,
  channel: 0x04,
  metadata: 0x0c,
  dataEnd: 0x0f,
} as const;
const PARSED: readonly number[] = [Part.header, Part.schema, Part.channel, Part.metadata];
/** All that Hotplug writes before the DataEnd. */
const OWN: readonly number[] = [...PARSED, Opcode.chunk, Opcode.messageIndex, Part.dataEnd];
/** Bytes of a MessageIndex before its entries: the channel, and how many bytes they take. */
const INDEX_FIELDS = 2 + 4;
/** No part but a chunk is ever this big; what says so is damaged. */
const MAX_PART = 16 << 20;
const MAX_CHUNK = 1 << 30;
/** Chunk record without the name of the compression: two times, size, checksum, two lengths. */
const CHUNK_FIELDS = 8 + 8 + 8 + 4 + 4 + 8;
const MAX_COMPRESSION_NAME = 64;
/** Bytes at a time for the checksum of the whole. */
const CRC_BYTES = 1 << 20;

/**
 * Reads a file from its start to its end, or to where it was cut off, and fills `chunks` and `index`.
 *
 * The index at the end of a finished file is not needed for this: it says where messages are, not
 * what the lists and lanes ask of each, so every chunk has to be looked into anyway. The end does
 * tell a file that was cut off from one that is damaged.
 */
export class FileScan {
  readonly window: FileWindow;
  readonly plugins: RecordedPlugin[] = [];
  /** What the recording says of itself; undefined before that was read. */
  head: RecordingHead | undefined;
  /** Offset of the first byte that could not be read, where the file was cut off. */
  truncatedAt: number | undefined;
  /** Offset up to which everything is in the index. */
  position = 0;
  readonly #fd: number;
  readonly #path: string;
  readonly #size: number;
  readonly #chunks: ChunkStore;
  readonly #scanner: ChunkScanner;
  readonly #parser = new McapStreamReader({ noMagicPrefix: true });
  /** Whether Hotplug wrote the file itself. */
  #own = false;

  /** Reads no more than `size` bytes: what is written behind them meanwhile is for the next time. */
  constructor(fd: number, size: number, chunks: ChunkStore, index: RecordIndex) {
    this.#fd = fd;
    this.#path = chunks.path;
    this.#size = size;
    this.#chunks = chunks;
    this.#scanner = new ChunkScanner(chunks.path, index);
    this.window = new FileWindow(fd, chunks.path);
  }

  /** Does it all, and yields about every millisecond, so that the caller can let others run. Throws a UserError. */
  *steps(): Generator<undefined> {
    const path = this.#path;
    const finished = checkMagic(this.window, path, this.#size);
    /** Chunks that can be read only when the whole file was looked at. */
    const later: number[] = [];
    let dataEnd: PartInfo | undefined;

    for (const part of partsOf(this.window, path, this.#size)) {
      const { opcode, position } = part;
      if (opcode === CUT) {
        if (finished) throw recordingError.damaged(path, position, 'there is no MCAP record here');
        this.truncatedAt = position;
      } else if (opcode === Opcode.chunk) {
        const chunk = this.#chunks.add(chunkAt(this.window, path, part));
        // A tool that wrote the file again may have put the plugins behind the chunks.
        if (this.#own && this.head !== undefined) yield* this.#scan(chunk);
        else {
          later.push(chunk);
          yield;
        }
      } else if (opcode === Opcode.message) {
        throw recordingError.damaged(path, position, 'a message lies outside of any chunk');
      } else if (this.#own && dataEnd === undefined && !OWN.includes(opcode)) {
        throw recordingError.damaged(path, position, 'there is a record that does not belong here');
      } else if (opcode === Opcode.messageIndex && this.#own) {
        checkMessageIndex(this.window, path, part);
      } else if (opcode === Part.dataEnd) {
        dataEnd ??= part;
      } else if (PARSED.includes(opcode)) {
        this.#take(part);
        yield;
      }
      if (later.length === 0) this.position = part.end;
    }
    if (this.head === undefined) {
      if (this.truncatedAt !== undefined) throw recordingError.nothingLeft(path, this.truncatedAt);
      throw recordingError.otherTool(path, 'nothing in it says what was recorded');
    }
    for (const chunk of later) {
      yield* this.#scan(chunk);
      this.position = this.#chunks.offsetOf(chunk);
    }
    this.position = this.#size;
    // After the chunks, which have checksums of their own and say better where the damage is.
    if (dataEnd !== undefined) yield* checkData(this.#fd, path, dataEnd);
  }

  #scan(chunk: number): Generator<undefined> {
    const bytes = this.#chunks.read(chunk, false);
    return this.#scanner.scan(bytes, chunk, this.#chunks.offsetOf(chunk), this.plugins.length, this.#own);
  }

  #take(part: PartInfo): void {
    const path = this.#path;
    const { position } = part;
    const parsed = parse(this.#parser, this.window, path, part);
    if (parsed.type === 'Header') this.#own = checkHeader(path, parsed);
    else if (parsed.type === 'Channel') {
      if (!this.#scanner.addChannel(parsed, this.#own))
        throw recordingError.damaged(path, position, 'a channel is not described as it should be');
    } else if (parsed.type === 'Metadata' && parsed.name === METADATA_RECORDING)
      this.head = checkHead(path, position, parsed);
    else if (parsed.type === 'Metadata' && parsed.name === METADATA_PLUGIN)
      addPlugin(path, position, parsed, this.plugins);
  }
}

/** One MCAP record of the file; with the opcode `CUT` the place where none can be or it is not all there. */
interface PartInfo {
  readonly opcode: number;
  readonly position: number;
  readonly end: number;
}

/** No record has this opcode: it is what a block of a disk reads as that was never written. */
const CUT = 0;

/** The records up to the Footer, or up to a `CUT`. */
function* partsOf(window: FileWindow, path: string, size: number): Generator<PartInfo> {
  let position = MAGIC.length;
  for (;;) {
    const bytes = window.read(position, RECORD_HEAD);
    const whole = bytes.length === RECORD_HEAD;
    const opcode = whole ? (bytes[0] ?? CUT) : CUT;
    const end = whole ? position + RECORD_HEAD + lengthAt(viewOf(bytes), 1) : size;
    if (opcode === CUT || end > size) {
      yield { opcode: CUT, position, end: size };
      return;
    }
    if (position === MAGIC.length && opcode !== Part.header)
      throw recordingError.damaged(path, position, 'the header is missing');
    yield { opcode, position, end };
    position = end;
    if (opcode !== Part.footer) continue;
    if (startsWithMagic(window.read(end, MAGIC.length)) !== 'yes') yield { opcode: CUT, position, end: size };
    return;
  }
}

/** Whether the file ends as a finished one does. Throws where it does not start as one. */
function checkMagic(window: FileWindow, path: string, size: number): boolean {
  if (size === 0) throw recordingError.empty(path);
  const start = window.read(0, MAGIC.length);
  const verdict = startsWithMagic(start);
  if (verdict === 'newer') throw recordingError.newerMcap(path);
  if (verdict === 'no') throw recordingError.notMcap(path);
  if (verdict === 'cut') throw recordingError.nothingLeft(path, size);
  return size > 2 * MAGIC.length && startsWithMagic(window.read(size - MAGIC.length, MAGIC.length)) === 'yes';
}

/** Of the eight bytes, only the version (the sixth) may differ in an MCAP file that is not ours to read. */
function startsWithMagic(bytes: Uint8Array): 'yes' | 'no' | 'cut' | 'newer' {
  const version = 5;
  if (bytes.some((byte, at) => at !== version && byte !== MAGIC[at])) return 'no';
  if (bytes.length < MAGIC.length) return 'cut';
  return bytes[version] === MAGIC[version] ? 'yes' : 'newer';
}

function parse(
  parser: McapStreamReader,
  window: FileWindow,
  path: string,
  { position, end }: PartInfo,
): McapTypes.TypedMcapRecord {
  if (end - position > MAX_PART)
    throw recordingError.damaged(path, position, `a record of ${end - position} bytes cannot be`);
  try {
    parser.append(window.read(position, end - position));
    const record = parser.nextRecord();
    if (record !== undefined) return record;
  } catch (error) {
    throw recordingError.damaged(path, position, 'a record cannot be read', error);
  }
  throw recordingError.damaged(path, position, 'a record cannot be read');
}

/** Whether Hotplug wrote the file itself. Throws where it is not one of its recordings. */
function checkHeader(path: string, header: McapTypes.Header): boolean {
  if (header.profile === PROFILE) return header.library === LIBRARY;
  const library = header.library === '' ? 'an unknown tool' : header.library;
  throw recordingError.otherTool(path, `written by ${library} with profile "${header.profile}"`);
}

function checkMessageIndex(window: FileWindow, path: string, { position, end }: PartInfo): void {
  const fields = viewOf(window.read(position + RECORD_HEAD, INDEX_FIELDS));
  const bytes = end - position - RECORD_HEAD - INDEX_FIELDS;
  if (fields.byteLength < INDEX_FIELDS || fields.getUint32(2, true) !== bytes)
    throw recordingError.damaged(path, position, 'an index of messages makes no sense');
}

/** Compares everything before the DataEnd with its checksum, where it has one. */
function* checkData(fd: number, path: string, { position }: PartInfo): Generator<undefined> {
  const field = readAt(fd, path, position + RECORD_HEAD, 4);
  const expected = field.length < 4 ? 0 : viewOf(field).getUint32(0, true);
  if (expected === 0) return;
  let crc = 0;
  const bytes = Buffer.allocUnsafeSlow(Math.min(CRC_BYTES, position));
  for (let at = 0; at < position; at += CRC_BYTES) {
    crc = crc32(readInto(fd, path, at, bytes.subarray(0, position - at)), crc);
    yield;
  }
  if (crc !== expected)
    throw recordingError.damaged(path, position, 'the checksum of everything before it is wrong');
}

function checkHead(path: string, position: number, record: McapTypes.Metadata): RecordingHead {
  const version = record.metadata.get('version') ?? '';
  if (!/^\d{1,9}$/.test(version))
    throw recordingError.damaged(path, position, 'the format version is missing');
  if (Number(version) > FORMAT_VERSION) throw recordingError.newer(path, version, position);
  const head = readRecordingHead(record.metadata);
  if (head === undefined) throw recordingError.damaged(path, position, 'contract or start time are missing');
  return head;
}

function addPlugin(
  path: string,
  position: number,
  record: McapTypes.Metadata,
  plugins: RecordedPlugin[],
): void {
  const read = readPlugin(record.metadata);
  if (read?.index !== plugins.length) {
    throw recordingError.damaged(path, position, 'a plugin is not described as it should be');
  }
  plugins.push(read.plugin);
}

function chunkAt(window: FileWindow, path: string, part: PartInfo): ChunkInfo {
  const { position } = part;
  const start = position + RECORD_HEAD;
  const view = viewOf(window.read(start, Math.min(CHUNK_FIELDS + MAX_COMPRESSION_NAME, part.end - start)));
  const damaged = (what: string): Error => recordingError.damaged(path, position, what);
  if (view.byteLength < CHUNK_FIELDS) throw damaged('the chunk is too short');
  const size = lengthAt(view, 16);
  const nameLength = view.getUint32(28, true);
  if (size > MAX_CHUNK) throw damaged(`a chunk of ${size} bytes cannot be`);
  if (CHUNK_FIELDS + nameLength > view.byteLength)
    throw damaged('the chunk names no compression that can be');
  const compression = Buffer.from(view.buffer, view.byteOffset + 32, nameLength).toString();
  const dataLength = lengthAt(view, 32 + nameLength);
  const dataOffset = start + CHUNK_FIELDS + nameLength;
  if (dataOffset + dataLength > part.end || dataLength > MAX_CHUNK)
    throw damaged('the chunk is longer than its record');
  if (!canDecompress(compression)) throw recordingError.compression(path, position, compression);
  return { offset: position, dataOffset, dataLength, compression, size, crc: view.getUint32(24, true) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
