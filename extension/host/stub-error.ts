/** Code of the user's that answers host calls threw, or answered with something that is no answer. */
export class StubError extends Error {
  override readonly name = 'StubError';
  /** Path of its file. */
  readonly file: string;

  /** The stack is that of what was thrown, where it has one. */
  constructor(message: string, file: string, cause?: unknown) {
    super(message, { cause });
    this.file = file;
    if (cause instanceof Error && cause.stack !== undefined) this.stack = cause.stack;
  }
}
