/** What was odd in a trace and is not fatal: each kind of thing once, with how often and where it was first. */
export class Notes {
  readonly #times = new Map<string, { count: number; readonly first: number | undefined }>();

  /** `what` says of all such events what they are and what became of them. Events are counted from 1. */
  add(what: string, event?: number): void {
    const known = this.#times.get(what);
    if (known === undefined) this.#times.set(what, { count: 1, first: event });
    else known.count++;
  }

  texts(): readonly string[] {
    return [...this.#times].map(([what, { count, first }]) => {
      const where =
        first === undefined ? '' : count === 1 ? ` (event ${first})` : ` (the first is event ${first})`;
      return `${what}: ${count}${where}.`;
    });
  }
}
