/** The plugin's linear memory as it was at the place where one stands. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../errors.ts';
import type { Debuggee } from './debuggee.ts';
import { MEMORY } from './scopes.ts';

export class MemoryReader {
  readonly #debuggee: Debuggee;
  /** The copy of the last place: a client reads it in pieces. */
  #copy: { readonly key: string; readonly bytes: Uint8Array | undefined } | undefined;
  #wasRead = false;

  constructor(debuggee: Debuggee) {
    this.#debuggee = debuggee;
  }

  /** Somebody looks at the memory, and wants to know when it changes. */
  get wasRead(): boolean {
    return this.#wasRead;
  }

  async read({
    memoryReference,
    offset = 0,
    count,
  }: DebugProtocol.ReadMemoryArguments): Promise<DebugProtocol.ReadMemoryResponse['body']> {
    if (memoryReference !== MEMORY)
      throw new UserError(`There is no memory "${memoryReference}".`, 'Open it from the variable "memory".');
    this.#wasRead = true;
    const { run, place } = this.#debuggee;
    const key = `${run.number}:${place.position}:${place.step}`;
    if (this.#copy?.key !== key) this.#copy = { key, bytes: await this.#debuggee.memory() };
    const bytes = this.#copy.bytes?.subarray(Math.max(0, offset), Math.max(0, offset + count));
    const address = `0x${Math.max(0, offset).toString(16)}`;
    if (bytes === undefined || bytes.length === 0) return { address, unreadableBytes: count };
    return {
      address,
      data: Buffer.from(bytes).toString('base64'),
      ...(bytes.length < count ? { unreadableBytes: count - bytes.length } : {}),
    };
  }
}
