/** A frame of a guest's stack, innermost first. */
export interface GuestFrame {
  /** Demangled; empty where the name section is missing. */
  readonly function: string;
  /** Absolute path as the compiler wrote it, where there is DWARF. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Everything that is known about one failure of a plugin. */
export interface FailureReport {
  /** `stub`: code of the user's that answers for the host threw. */
  readonly kind: 'trap' | 'error' | 'timeout' | 'memory' | 'start' | 'host' | 'stub';
  /** One sentence: what happened. */
  readonly what: string;
  /** One sentence: what to do next. */
  readonly advice: string;
  /** The contract's exact text of the state that the real host would show. */
  readonly stateText: string;
  /** The export call that failed. */
  readonly call?: string;
  /** The event that did it: its number and its record. */
  readonly event?: {
    readonly number: number;
    readonly name: string;
    readonly summary: string;
    readonly record: number;
  };
  /** What the plugin wrote to stderr during the call: the panic's text. */
  readonly stderr: string;
  readonly frames: readonly GuestFrame[];
  /** The innermost place in the plugin's own sources, where it is known. */
  readonly source?: { readonly file: string; readonly line: number; readonly column?: number };
  /** The last ten host calls before the failure, oldest first. */
  readonly hostCalls: readonly string[];
}
