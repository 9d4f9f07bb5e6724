import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { Contract, EncodedEvent } from '../host/contract.ts';
import type { EventSpec } from '../project/project.ts';
import { openRecordedEvents } from './recorded.ts';
import { readJsonLines } from './jsonl.ts';
import { readWav } from './wav.ts';

export interface FedEvent extends EncodedEvent {
  /** When it is due, in ms after the start; feeding at speed takes no notice. */
  readonly delayMs: number;
}

/** An input that is ready to be read, any number of times. */
export interface Feed {
  readonly title: string;
  /** Undefined where the end is not known. */
  readonly total: number | undefined;
  /** Reads as it is asked; end the iteration to close the file. Throws a UserError for a bad line. */
  events(): AsyncIterable<FedEvent>;
}

/** Opens an input for a contract; throws a UserError that names the file where it cannot be fed. */
export async function openInput(spec: EventSpec, contract: Contract): Promise<Feed> {
  switch (spec.kind) {
    case 'wav':
      return openWav(spec, contract);
    case 'jsonl':
      return openJsonLines(spec.file, contract);
    case 'recording':
      return openRecordedEvents(spec.file, contract, spec.repeat);
  }
}

async function openWav(spec: EventSpec & { readonly kind: 'wav' }, contract: Contract): Promise<Feed> {
  const wav = await readWav(spec.file);
  const channels = wav.channels === 1 ? 'mono' : wav.channels === 2 ? 'stereo' : `${wav.channels} channels`;
  const pin = spec.pin ?? 'in';
  const loop = spec.loop ?? false;
  return {
    title: `${basename(spec.file)} (${wav.sampleRate} Hz, ${channels}${loop ? ', repeated' : ''})`,
    total: loop ? undefined : wav.count,
    async *events() {
      let frames = 0;
      for (let again = true; again;) {
        const before = frames;
        for await (const { sampleRate, channels: width, samples } of wav.packets()) {
          const audio = { sampleRate, channels: width, samples };
          const delayMs = (frames / sampleRate) * 1000;
          yield { ...contract.encodeEvent({ pin, packet: { audio } }), delayMs };
          frames += samples.length / width;
        }
        // A file that has lost its samples meanwhile must not be read for ever.
        again = loop && frames > before;
      }
    },
  };
}

/** An event may say when it is due: `"atMs"`, in ms after the start; otherwise it follows the one before at once. */
async function openJsonLines(file: string, contract: Contract): Promise<Feed> {
  // Reads the first event, so that a wrong file is refused at the start.
  for await (const first of readJsonLines(file)) {
    encodeLine(first, contract);
    break;
  }
  return {
    title: basename(file),
    total: undefined,
    async *events() {
      let delayMs = 0;
      for await (const line of readJsonLines(file)) {
        delayMs = Math.max(delayMs, dueAt(line));
        yield { ...encodeLine(line, contract), delayMs };
      }
    },
  };
}

type Line = typeof readJsonLines extends (path: string) => AsyncGenerator<infer T> ? T : never;

function dueAt({ event, where }: Line): number {
  const at = event['atMs'] ?? 0;
  if (typeof at === 'number' && at >= 0) return at;
  throw new UserError(
    `${where}: "atMs" is not a number of milliseconds.`,
    'Leave it out, or write a number from 0.',
  );
}

function encodeLine({ event: { atMs: _when, ...event }, where }: Line, contract: Contract): EncodedEvent {
  try {
    return contract.encodeEvent(event);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${where}: ${error.message}`, error.advice, { cause: error });
  }
}
