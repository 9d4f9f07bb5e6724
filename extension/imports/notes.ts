/** What was odd in a trace and is not fatal: each kind of thing once, with how often and where it was first. */
export class Notes {
  readonly #times = new Map<string, { count: number; readonly first: number }>();

  /** `what` is a sentence without its subject: `have no time and are left out`. Events are counted from 1. */
  add(what: string, event: number): void {
    const known = this.#times.get(what);
    if (known === undefined) this.#times.set(what, { count: 1, first: event });
    else known.count++;
  }

  texts(): readonly string[] {
    return [...this.#times].map(
      ([what, { count, first }]) =>
        `${count === 1 ? '1 event' : `${count} events`} ${what} (the first is event ${first}).`,
    );
  }
}
