import { McapRecordBuilder } from '@mcap/core';
import type { McapTypes } from '@mcap/core';
import { crc32 } from './compression.ts';
import { nanoseconds } from './layout.ts';
import { schemas } from './schema.ts';

/** What the end of the file says of the rest of it. */
export interface Summary {
  readonly channels: McapTypes.Channel[];
  readonly chunks: McapTypes.ChunkIndex[];
  readonly metadata: McapTypes.MetadataIndex[];
  /** Records in each channel. */
  readonly counts: Map<number, number>;
  /** Milliseconds since the epoch of the first and the last record. */
  startTime: number;
  endTime: number;
  records: number;
}

const Group = {
  schema: 0x03,
  channel: 0x04,
  chunkIndex: 0x08,
  statistics: 0x0b,
  metadataIndex: 0x0d,
} as const;
/** Bytes of a DataEnd record, which precedes the summary. */
const DATA_END = 13;

/** DataEnd, summary, Footer and magic for a data section of `position` bytes with that checksum. */
export function summary(of: Summary, position: number, dataSectionCrc: number): Uint8Array {
  const builder = new McapRecordBuilder();
  builder.writeDataEnd({ dataSectionCrc });
  const offsets: McapTypes.SummaryOffset[] = [];
  const group = (groupOpcode: number, write: () => void): void => {
    const start = builder.length;
    write();
    const length = builder.length - start;
    if (length > 0)
      offsets.push({ groupOpcode, groupStart: BigInt(position + start), groupLength: BigInt(length) });
  };
  group(Group.schema, () => schemas.forEach((schema) => builder.writeSchema(schema)));
  group(Group.channel, () => of.channels.forEach((channel) => builder.writeChannel(channel)));
  group(Group.statistics, () =>
    builder.writeStatistics({
      messageCount: BigInt(of.records),
      schemaCount: schemas.length,
      channelCount: of.channels.length,
      attachmentCount: 0,
      metadataCount: of.metadata.length,
      chunkCount: of.chunks.length,
      messageStartTime: nanoseconds(of.startTime),
      messageEndTime: nanoseconds(of.endTime),
      channelMessageCounts: new Map([...of.counts].map(([channel, count]) => [channel, BigInt(count)])),
    }),
  );
  group(Group.metadataIndex, () => of.metadata.forEach((metadata) => builder.writeMetadataIndex(metadata)));
  group(Group.chunkIndex, () => of.chunks.forEach((chunk) => builder.writeChunkIndex(chunk)));
  const summaryOffsetStart = position + builder.length;
  for (const offset of offsets) builder.writeSummaryOffset(offset);
  builder.writeFooter({
    summaryStart: BigInt(position + DATA_END),
    summaryOffsetStart: BigInt(summaryOffsetStart),
    summaryCrc: 0,
  });
  const crcAt = builder.length - 4;
  builder.writeMagic();
  const bytes = builder.buffer;
  // The checksum covers the summary and the footer up to itself.
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(crcAt, crc32(bytes.subarray(DATA_END, crcAt)), true);
  return bytes;
}
