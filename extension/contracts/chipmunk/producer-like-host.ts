/**
 * The rules of the real host: `MessageProducer::produce_next` (processor/src/producer) around the limits of
 * `PluginsParser` (plugins_host/src/parser_shared), Chipmunk 4.2.0. What it loses is lost here too, and noted.
 */
import {
  DROP_STEP,
  INCOMPLETE_ERROR_LIMIT,
  INITIAL_PARSE_ERROR_LIMIT,
  PARSE_ERROR_LIMIT,
  SPIN_SHOWN,
} from './producer-limits.ts';
import { Advice, endOfRun, type Rules, type Run } from './producer-run.ts';

export function* likeHost(run: Run): Rules {
  const { buffer } = run;
  let produced = 0;
  let errors = 0;
  let idle = 0;
  let skipped = 0;
  /** Drops a byte, and loads where it was the last one; whether there is something to parse. */
  function* dropAndLoad(): Generator<'load', boolean, void> {
    buffer.consume(DROP_STEP);
    run.dropped += DROP_STEP;
    skipped += DROP_STEP;
    if (buffer.available > 0) return true;
    yield 'load';
    skipped += run.loaded.skipped;
    return run.loaded.length > 0;
  }
  for (;;) {
    yield 'load';
    ({ skipped } = run.loaded);
    if (run.loaded.length > 0) idle = 0;
    let isProduced = false;
    for (let again = buffer.available > 0; again;) {
      yield 'parse';
      const { answer } = run;
      switch (answer.case) {
        case 'ok':
          [errors, isProduced, again] = [0, true, false];
          produced += answer.valued;
          if (answer.consumed > buffer.available) noteTooMuch(run, answer.consumed);
          buffer.consume(answer.consumed);
          idle = answer.consumed === 0 ? idle + 1 : 0;
          break;
        case 'incomplete':
          if (++errors > INCOMPLETE_ERROR_LIMIT) throw endOfRun(run, tooManyIncomplete(), Advice.incomplete);
          yield 'load';
          if (run.loaded.length > 0) {
            skipped += run.loaded.skipped;
          } else {
            noteIncomplete(run);
            again = yield* dropAndLoad();
          }
          break;
        case 'parse':
          if (++errors > PARSE_ERROR_LIMIT) throw endOfRun(run, tooManyErrors(answer.message), Advice.errors);
          if (produced === 0 && skipped > INITIAL_PARSE_ERROR_LIMIT)
            throw endOfRun(run, abort(answer.message), Advice.format);
          noteError(run, answer.message);
          again = yield* dropAndLoad();
          break;
        case 'eof':
          noteEof(run);
          return;
        case 'unrecoverable':
          throw endOfRun(run, answer.message, Advice.unrecoverable);
      }
    }
    if (!isProduced && run.loaded.ended) return;
    if (idle >= SPIN_SHOWN) {
      noteSpin(run);
      return;
    }
  }
}

function abort(message: string): string {
  return `Aborting session due to failing initial parse call with the error: ${message}`;
}

export function noteError({ notes, where }: Run, message: string): void {
  notes.add('parse', () => ({
    severity: 'warning',
    fault: 'plugin',
    text: `${where}: a byte was dropped after the parse error "${message}".`,
    advice: Advice.errors,
  }));
}

function tooManyIncomplete(): string {
  return `Plugin parser returned more than ${INCOMPLETE_ERROR_LIMIT} recoverable incomplete errors consecutively`;
}

export function tooManyErrors(message: string): string {
  return `Plugin parser returned more than ${PARSE_ERROR_LIMIT} recoverable parse errors consecutively. Parse Error: ${message}`;
}

export function noteEof({ buffer, notes, where }: Run): void {
  const left = buffer.available;
  if (left === 0) return;
  notes.add('eof', () => ({
    severity: 'warning',
    fault: 'plugin',
    text: `${where}: the parser said eof with ${left} bytes left, which were dropped with whatever follows.`,
    advice: Advice.eof,
  }));
}

function noteTooMuch({ buffer, notes, where }: Run, consumed: number): void {
  notes.add('consumed', () => ({
    severity: 'error',
    fault: 'plugin',
    text: `${where}: the items consumed ${consumed} bytes of the ${buffer.available} that were given; the host took it for all of them.`,
    advice: Advice.over,
  }));
}

function noteSpin({ notes, where }: Run): void {
  notes.add('spin', () => ({
    severity: 'error',
    fault: 'plugin',
    text: `${where}: the parser consumed nothing in ${SPIN_SHOWN} calls, and there is nothing more to read; the real host would go on calling it for ever.`,
    advice: Advice.progress,
  }));
}

function noteIncomplete({ buffer, loaded, notes, where }: Run): void {
  if (loaded.ended) {
    notes.add('incomplete', () => ({
      severity: 'warning',
      fault: 'plugin',
      text: `${where}: the last ${buffer.available} bytes were incomplete; the host dropped bytes, one at a time.`,
      advice: Advice.incomplete,
    }));
    return;
  }
  notes.add('full', () => ({
    severity: 'error',
    fault: 'host',
    text: `${where}: ${buffer.available} bytes were incomplete and the host's buffer of ${buffer.figures.capacity} had no room for more; the host dropped bytes, one at a time.`,
    advice: 'Nothing in the plugin helps; with strict rules these bytes are kept.',
  }));
}
