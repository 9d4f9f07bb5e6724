/** A plugin as the adapter calls it, whatever it is made of. */

/** How a call that came back ended. */
export interface CallEnd {
  /** What the export returned; 0 is fine. */
  readonly code: number;
  /** What the plugin set as its error. */
  readonly error?: string;
  /** What it set as its output: a copy. */
  readonly output?: Uint8Array;
}

export interface Guest {
  has(name: string): boolean;
  /** Calls an export that there is. Traps are thrown. */
  call(name: string, input: Uint8Array): CallEnd;
}
