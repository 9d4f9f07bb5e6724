/** An error that is the user's to act on. It never shows a stack trace of ours. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What to do next, in one sentence. */
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What to do about whatever was thrown; a defect of ours is to be reported with `evidence`. */
export function adviceOf(error: unknown, evidence: 'the plugin' | 'the log'): string {
  return error instanceof UserError
    ? error.advice
    : `This is a defect of Hotplug; please report it with ${evidence}.`;
}
