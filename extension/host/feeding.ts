import { messageOf, UserError } from '../errors.ts';
import type { Feed } from '../inputs/feed.ts';
import type { EncodedEvent } from './contract.ts';
import type { InputStatus } from './protocol.ts';

export interface Feeding {
  /** Wait until each event is due, or send as fast as the plugin takes them. */
  readonly realTime: boolean;
  /** Puts an event into the inbox; resolves once it has room. */
  readonly deliver: (event: EncodedEvent) => Promise<void>;
  readonly progress: (status: InputStatus) => void;
  readonly failed: (error: UserError) => void;
}

/** Sends an input's events until its end; returns how to stop it. */
export function feedPlugin(feed: Feed, feeding: Feeding): () => void {
  const stop = new AbortController();
  let sent = 0;
  const report = (running: boolean): void => {
    feeding.progress({
      title: feed.title,
      sent,
      ...(feed.total === undefined ? {} : { total: feed.total }),
      running,
    });
  };
  const run = async (): Promise<void> => {
    const started = performance.now();
    for await (const event of feed.events()) {
      if (feeding.realTime) await sleep(started + event.delayMs - performance.now(), stop.signal);
      if (stop.signal.aborted) return;
      await feeding.deliver({ name: event.name, payload: event.payload });
      sent++;
      report(true);
    }
  };
  report(true);
  void run()
    .catch((error: unknown) => {
      feeding.failed(inputError(error));
    })
    .finally(() => {
      report(false);
    });
  return () => {
    stop.abort();
  };
}

/** What went wrong with an input, as its user is told. */
export function inputError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError(messageOf(error), 'Check the input and start it again.', { cause: error });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
