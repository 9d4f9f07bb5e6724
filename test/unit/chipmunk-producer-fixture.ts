import { createHash } from 'node:crypto';
import type { Answer, ProducedEvent, Producer } from '../../extension/host/produce.ts';
import { CallStatus } from '../../extension/recording/record.ts';
import type { Buffering, ByteSource, Piece } from '../../extension/inputs/byte-source.ts';
import { decodeParse, type ParseEvent } from '../../extension/contracts/chipmunk/event.ts';
import { encodeError, encodeItems } from '../../extension/contracts/chipmunk/result.ts';

/** What a scripted parser gives for a call. */
export type Reply =
  | { readonly case: 'ok'; readonly items: readonly { readonly consumed: number; readonly text?: string }[] }
  | { readonly case: 'incomplete' }
  | { readonly case: 'eof' }
  | { readonly case: 'parse'; readonly message: string }
  | { readonly case: 'unrecoverable'; readonly message: string };

/** A call as the plugin sees it. */
export interface SeenCall {
  readonly offset: number;
  readonly slice: Buffer;
  readonly timestamp: bigint | undefined;
}

export type Parser = (call: SeenCall, index: number) => Reply;

export const never = new AbortController().signal;

export function ok(...consumed: readonly number[]): Reply {
  return { case: 'ok', items: consumed.map((one) => ({ consumed: one, text: 'row' })) };
}

function answerOf(reply: Reply): Answer {
  const result =
    reply.case === 'ok'
      ? encodeItems(
          reply.items.map(({ consumed, text }) => ({
            consumed: BigInt(consumed),
            message: text,
            attachment: undefined,
          })),
        )
      : encodeError(reply.case, 'message' in reply ? reply.message : '');
  return { status: reply.case === 'ok' ? CallStatus.ok : CallStatus.error, text: '', result };
}

/** What was loaded so far, as the worker keeps it: every byte comes once, in order, and hashes are right. */
class LoadedBytes {
  #bytes = Buffer.alloc(0);

  see({ payload, data }: ProducedEvent): SeenCall {
    const event = decodeParse(payload);
    if (event === undefined) throw new Error('no event of parse');
    this.#load(event, data);
    const { offset, length, timestamp } = event;
    if (offset + length > this.#bytes.length) throw new Error('bytes that were never loaded');
    return { offset, slice: this.#bytes.subarray(offset, offset + length), timestamp };
  }

  #load({ load }: ParseEvent, data: Uint8Array | undefined): void {
    if (load === undefined) return;
    const bytes = load.from instanceof Uint8Array ? load.from : data;
    if (bytes?.length !== load.length || load.at !== this.#bytes.length)
      throw new Error('a load that does not follow');
    if (!(load.from instanceof Uint8Array)) {
      if (createHash('sha256').update(bytes).digest('hex') !== load.from.sha256)
        throw new Error('another hash');
    }
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }
}

export interface Outcome {
  readonly calls: readonly SeenCall[];
  readonly error: unknown;
}

/** Runs a parser to the end of its run. */
export async function drive(producer: Producer, parser: Parser, most = 100_000): Promise<Outcome> {
  const loaded = new LoadedBytes();
  const calls: SeenCall[] = [];
  let answer: Answer | undefined;
  try {
    for (;;) {
      const event = await producer.next(answer, never);
      if (event === undefined) return { calls, error: undefined };
      const call = loaded.see(event);
      calls.push({ ...call, slice: Buffer.from(call.slice) });
      if (calls.length > most) throw new Error(`more than ${most} calls`);
      answer = answerOf(parser(call, calls.length - 1));
    }
  } catch (error) {
    return { calls, error };
  } finally {
    await producer.close();
  }
}

export interface ScriptedPiece {
  readonly bytes: Buffer;
  readonly timestamp?: bigint;
  readonly skipped?: number;
}

/** Gives pieces; where `isStream` they are one stream, read as much at a time as is asked for. */
export function scripted(
  pieces: readonly ScriptedPiece[],
  buffering: Buffering,
  isStream: boolean,
): ByteSource {
  const rest = pieces.map((piece) => ({ ...piece }));
  return {
    title: 'scripted',
    total: undefined,
    buffering,
    notes: [],
    read: (most): Promise<Piece | undefined> => {
      const [first] = rest;
      if (first === undefined) return Promise.resolve(undefined);
      if (!isStream || first.bytes.length <= most) {
        rest.shift();
        return Promise.resolve(first);
      }
      const piece = { ...first, bytes: first.bytes.subarray(0, most) };
      rest[0] = { ...first, bytes: first.bytes.subarray(most) };
      return Promise.resolve(piece);
    },
    close: () => Promise.resolve(),
  };
}
