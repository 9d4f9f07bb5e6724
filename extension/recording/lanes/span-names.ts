const START = /^(.+)[._-](?:start|started|begin)$/;
const END = /^(.+)[._-](?:end|ended|stop|stopped|done|finish|finished|complete|completed|result)$/;
const FAILURE = /^(.+)[._-](?:fail|failed|error|abort|aborted|cancelled|canceled)$/;
/** Ends that are nothing else, even where no beginning is known. */
const SURE_END = /(?:[._]end|\.(?:done|stop|complete))$/;

/** What an event type says of a span. */
export type SpanName =
  | { readonly role: 'start'; readonly name: string }
  | {
      readonly role: 'end';
      /** The names that the span may have, the likeliest first; the last one is the event type itself. */
      readonly names: readonly string[];
      readonly failed: boolean;
      /** It cannot be anything but an end. */
      readonly isSure: boolean;
    };

/** Event types whose names are known; a plugin has a few dozen. */
const known = new Map<string, SpanName>();
const MOST_KNOWN = 4096;

/** `llm.request.start` begins `llm.request`, `vad.speech_end` ends `vad.speech`, `llm.request` may end itself. */
export function spanNameOf(eventType: string): SpanName {
  const before = known.get(eventType);
  if (before !== undefined) return before;
  const read = readName(eventType);
  if (known.size < MOST_KNOWN) known.set(eventType, read);
  return read;
}

function readName(eventType: string): SpanName {
  const begins = START.exec(eventType)?.[1];
  if (begins !== undefined) return { role: 'start', name: begins };
  const failure = FAILURE.exec(eventType)?.[1];
  const ends = failure ?? END.exec(eventType)?.[1];
  return {
    role: 'end',
    names: ends === undefined ? [eventType] : [ends, eventType],
    failed: failure !== undefined,
    isSure: SURE_END.test(eventType),
  };
}
