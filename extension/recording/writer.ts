import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { McapRecordBuilder } from '@mcap/core';
import { ChunkStore } from './chunks.ts';
import { compress, crc32 } from './compression.ts';
import { recordingError } from './errors.ts';
import type { RecordIndex } from './index.ts';
import { LIBRARY, METADATA_PLUGIN, METADATA_RECORDING, nanoseconds, PROFILE, RECORD_HEAD } from './layout.ts';
import { messageIndexes } from './message-index.ts';
import type { RecordedPlugin, RecordingInfo } from './record.ts';
import { channels, schemas } from './schema.ts';
import { summary } from './summary.ts';
import type { Summary } from './summary.ts';

/** Bytes of a Chunk record before its data, without the name of the compression. */
const CHUNK_HEAD = RECORD_HEAD + 8 + 8 + 8 + 4 + 4 + 8;

/** Messages `first` to `first + count - 1` of the recording, laid down one after the other. */
export interface OpenChunk {
  readonly records: Uint8Array;
  readonly first: number;
  readonly count: number;
}

/** An MCAP file that is being written: every part goes to the disk whole or not at all. */
export class RecordingWriter {
  readonly path: string;
  readonly chunks: ChunkStore;
  readonly #fd: number;
  readonly #index: RecordIndex;
  readonly #builder = new McapRecordBuilder();
  readonly #summary: Summary = {
    channels: [],
    chunks: [],
    metadata: [],
    counts: new Map(),
    startTime: 0,
    endTime: 0,
    records: 0,
  };
  #position = 0;
  #crc = 0;

  /** Creates the file, or empties it. Throws a UserError where it cannot. */
  constructor(path: string, info: Omit<RecordingInfo, 'plugins'>, index: RecordIndex) {
    this.path = path;
    this.#index = index;
    try {
      this.#fd = openSync(path, 'w+');
    } catch (error) {
      throw recordingError.cannotCreate(path, error);
    }
    this.chunks = new ChunkStore(path, this.#fd);
    this.#builder.writeMagic();
    this.#builder.writeHeader({ profile: PROFILE, library: LIBRARY });
    for (const schema of schemas) this.#builder.writeSchema(schema);
    const metadata = new Map([
      ['version', String(info.version)],
      ['contract', info.contract],
      ['startedAt', String(info.startedAt)],
      ...Object.entries(info.tools).map(([tool, version]) => [`tool.${tool}`, version] as const),
    ]);
    this.#metadata(METADATA_RECORDING, metadata);
    this.#write();
  }

  get bytes(): number {
    return this.#position;
  }

  addPlugin(index: number, plugin: RecordedPlugin): void {
    const metadata = new Map([
      ['index', String(index)],
      ['name', plugin.name],
      ['contract', plugin.contract],
      ['language', plugin.language],
      ['memoryBytes', String(plugin.limits.memoryBytes)],
      ['deadlineMs', String(plugin.limits.deadlineMs)],
    ]);
    if (plugin.params !== undefined) metadata.set('params', plugin.params);
    this.#metadata(METADATA_PLUGIN, metadata);
    const added = channels(index, plugin.name);
    for (const channel of added) this.#builder.writeChannel(channel);
    this.#write();
    this.#summary.channels.push(...added);
  }

  /** Appends the chunk and its message indexes in one write. */
  addChunk(chunk: OpenChunk): void {
    let [start, end] = [Infinity, -Infinity];
    for (let record = chunk.first; record < chunk.first + chunk.count; record++) {
      const time = this.#index.timeOf(record);
      if (time < start) start = time;
      if (time > end) end = time;
    }
    const packed = compress(chunk.records);
    const crc = crc32(chunk.records);
    const messageStartTime = nanoseconds(start);
    const messageEndTime = nanoseconds(end);
    const chunkLength = this.#builder.writeChunk({
      messageStartTime,
      messageEndTime,
      uncompressedSize: BigInt(chunk.records.length),
      uncompressedCrc: crc,
      compression: packed.compression,
      records: packed.bytes,
    });
    const indexes = messageIndexes(this.#index, chunk.first, chunk.count);
    const offset = this.#position;
    const indexStart = offset + this.#builder.length;
    this.#write(indexes.bytes);

    const summary = this.#summary;
    for (const [channel, count] of indexes.counts)
      summary.counts.set(channel, (summary.counts.get(channel) ?? 0) + count);
    summary.startTime = summary.records === 0 ? start : Math.min(summary.startTime, start);
    summary.endTime = summary.records === 0 ? end : Math.max(summary.endTime, end);
    summary.records += chunk.count;
    summary.chunks.push({
      messageStartTime,
      messageEndTime,
      chunkStartOffset: BigInt(offset),
      chunkLength,
      messageIndexOffsets: new Map(
        [...indexes.offsets].map(([channel, at]) => [channel, BigInt(indexStart + at)]),
      ),
      messageIndexLength: BigInt(indexes.bytes.length),
      compression: packed.compression,
      compressedSize: BigInt(packed.bytes.length),
      uncompressedSize: BigInt(chunk.records.length),
    });
    this.chunks.add({
      offset,
      dataOffset: offset + CHUNK_HEAD + packed.compression.length,
      dataLength: packed.bytes.length,
      compression: packed.compression,
      size: chunk.records.length,
      crc,
    });
  }

  /** What must follow the file as it is now to finish it. */
  ending(): Uint8Array {
    return summary(this.#summary, this.#position, this.#crc);
  }

  finish(): void {
    this.#write(this.ending());
  }

  close(): void {
    closeSync(this.#fd);
  }

  #metadata(name: string, metadata: Map<string, string>): void {
    const offset = this.#position + this.#builder.length;
    const length = this.#builder.writeMetadata({ name, metadata });
    this.#summary.metadata.push({ name, offset: BigInt(offset), length });
  }

  /** Appends what the builder holds, and `more`. Leaves the file as it was where that fails. */
  #write(more?: Uint8Array): void {
    const built = this.#builder.buffer;
    this.#builder.reset();
    const bytes = more === undefined ? built : Buffer.concat([built, more]);
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#position + done);
      }
    } catch (error) {
      try {
        ftruncateSync(this.#fd, this.#position);
      } catch {
        // A tail that is cut short is what a reader expects of a recording that was not closed.
      }
      throw recordingError.cannotWrite(this.path, error);
    }
    this.#position += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
  }
}
