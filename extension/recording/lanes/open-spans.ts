/** Ids by which a beginning and its end know each other. */
export interface SpanIds {
  readonly spanId?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** A span that began; `of` is what the caller keeps of it. */
export interface Begun<T> {
  readonly name: string;
  readonly ids: SpanIds;
  readonly of: T;
}

/** Spans of a name that wait for their ends. Each end looks through them, so the oldest of more gets none any more. */
const MOST_OPEN = 1024;
/** The same for all names together: a plugin that makes up names is no reason to run out of memory. */
const MOST_OF_ALL = 4096;

/** Spans that have begun, of one plugin or group: which of them an end belongs to. */
export class OpenSpans<T> {
  readonly #byName = new Map<string, Begun<T>[]>();
  /** In the order of their beginnings. */
  readonly #all = new Set<Begun<T>>();

  /** What waits for its end, in the order of the beginnings. */
  get all(): Iterable<Begun<T>> {
    return this.#all;
  }

  /** Takes a beginning; gives back what is given up for it, where too many are open. */
  begin(begun: Begun<T>): Begun<T> | undefined {
    const same = this.#byName.get(begun.name) ?? [];
    same.push(begun);
    this.#byName.set(begun.name, same);
    this.#all.add(begun);
    const [oldestOfName] = same;
    const [oldest] = this.#all;
    const given = same.length > MOST_OPEN ? oldestOfName : this.#all.size > MOST_OF_ALL ? oldest : undefined;
    if (given !== undefined) this.#remove(given);
    return given;
  }

  /** Takes the span out that an end with these ids belongs to, of the first of the names that has one. */
  end(names: readonly string[], ids: SpanIds): Begun<T> | undefined {
    for (const name of names) {
      const found = startOf(this.#byName.get(name) ?? [], ids);
      if (found === undefined) continue;
      this.#remove(found);
      return found;
    }
    return undefined;
  }

  #remove(begun: Begun<T>): void {
    this.#all.delete(begun);
    const same = this.#byName.get(begun.name);
    if (same === undefined) return;
    same.splice(same.indexOf(begun), 1);
    if (same.length === 0) this.#byName.delete(begun.name);
  }
}

/** The span that an end with these ids belongs to: by span id, else by correlation id, else the last one that may be. */
function startOf<T>(open: readonly Begun<T>[], { spanId, correlationId }: SpanIds): Begun<T> | undefined {
  const bySpan = spanId === undefined ? undefined : open.findLast((span) => span.ids.spanId === spanId);
  if (bySpan !== undefined) return bySpan;
  const mayBe = (span: Begun<T>): boolean => spanId === undefined || span.ids.spanId === undefined;
  const byCorrelation =
    correlationId === undefined
      ? undefined
      : open.findLast((span) => mayBe(span) && span.ids.correlationId === correlationId);
  return (
    byCorrelation ??
    open.findLast(
      (span) => mayBe(span) && (correlationId === undefined || span.ids.correlationId === undefined),
    )
  );
}
