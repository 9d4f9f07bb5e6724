/**
 * What the recorder answers in a replay instead of the host: the recorded results of the host calls
 * of one event, each given to the first call of the same name and key.
 */

/** How a replay answers; sent to the worker with the instance. */
export interface ReplayAnswers {
  /** What a call gets that was not recorded. */
  readonly unrecorded: 'stop' | 'default' | 'live';
  /** Answers for the making of the instance: see {@link encodeAnswers}. */
  readonly start: Uint8Array;
  /** The worker keeps states of the instance to go back to. */
  readonly checkpoints: boolean;
}

export interface NamedAnswer {
  /** The import. */
  readonly name: string;
  /** What the call must have in common with the recorded one, beside its name. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Thrown by a host call that was not recorded, where the replay is to end there. */
export class UnrecordedCall extends Error {
  override readonly name = 'UnrecordedCall';
}

const HEAD = 8;

/** Lays answers down as bytes: for each uint16 length of the name and of the key, uint32 length of the answer; then the three. */
export function encodeAnswers(answers: readonly NamedAnswer[]): Uint8Array {
  const parts = answers.map(({ name, key, bytes }) => ({
    name: Buffer.from(name),
    key: Buffer.from(key),
    bytes,
  }));
  const size = parts.reduce(
    (sum, { name, key, bytes }) => sum + HEAD + name.length + key.length + bytes.length,
    0,
  );
  const all = Buffer.alloc(size);
  let at = 0;
  for (const { name, key, bytes } of parts) {
    all.writeUInt16LE(name.length, at);
    all.writeUInt16LE(key.length, at + 2);
    all.writeUInt32LE(bytes.length, at + 4);
    at += HEAD;
    for (const part of [name, key, bytes]) {
      all.set(part, at);
      at += part.length;
    }
  }
  return all;
}

interface Answer extends NamedAnswer {
  used: boolean;
}

/** The worker's side: gives each answer once, in the order of their recording. */
export class Answers {
  readonly #unrecorded: ReplayAnswers['unrecorded'];
  #answers: Answer[] = [];
  /** No answer before this one is unused. */
  #first = 0;

  constructor({ unrecorded, start }: ReplayAnswers) {
    this.#unrecorded = unrecorded;
    this.load(start);
  }

  /** Calls that were not recorded are answered by the host. */
  get isLive(): boolean {
    return this.#unrecorded === 'live';
  }

  /** Takes the answers of the next event; those that were not used are forgotten. */
  load(payload: Uint8Array): void {
    this.clear();
    const bytes = Buffer.from(payload);
    for (let at = 0; at + HEAD <= bytes.length;) {
      const name = at + HEAD;
      const key = name + bytes.readUInt16LE(at);
      const answer = key + bytes.readUInt16LE(at + 2);
      const end = answer + bytes.readUInt32LE(at + 4);
      this.#answers.push({
        name: bytes.toString('utf8', name, key),
        key: bytes.toString('utf8', key, answer),
        bytes: bytes.subarray(answer, end),
        used: false,
      });
      at = end;
    }
  }

  clear(): void {
    this.#answers = [];
    this.#first = 0;
  }

  /** The next recorded answer to a call of this name and key; undefined where there is none. */
  take(name: string, key: string): Uint8Array | undefined {
    for (let index = this.#first; index < this.#answers.length; index++) {
      const answer = this.#answers[index];
      if (answer === undefined || answer.used || answer.name !== name || answer.key !== key) continue;
      answer.used = true;
      while (this.#answers[this.#first]?.used === true) this.#first++;
      return answer.bytes;
    }
    return undefined;
  }

  /** Says who answers a call that was not recorded. Throws an {@link UnrecordedCall} where nobody does. */
  missing(name: string): 'default' | 'live' {
    if (this.#unrecorded === 'stop')
      throw new UnrecordedCall(`${name} was called, and the recording has no answer to this call`);
    return this.#unrecorded;
  }
}
