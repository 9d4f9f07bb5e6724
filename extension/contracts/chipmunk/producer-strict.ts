/** The rules of a strict run: nothing is lost, and what the real host would have done instead is noted. */
import {
  DROP_STEP,
  INCOMPLETE_ERROR_LIMIT,
  INITIAL_PARSE_ERROR_LIMIT,
  PARSE_ERROR_LIMIT,
  STRICT_LIMIT,
} from './producer-limits.ts';
import { noteEof, noteError, tooManyErrors } from './producer-like-host.ts';
import { Advice, endOfRun, type Rules, type Run } from './producer-run.ts';

export function* strict(run: Run): Rules {
  const { buffer } = run;
  const refill = refillsBelow(run);
  let ended = false;
  /** What was read was not given to the parser yet. */
  let isFresh = false;
  let produced = 0;
  let skipped = 0;
  let errors = 0;
  let incomplete = 0;
  /** The parser was asked once more at the end of the input: it is not told of it in any other way. */
  let askedAgain = false;
  for (;;) {
    if (buffer.available < refill && !ended && !isFresh) {
      yield 'load';
      ended = run.loaded.ended;
    }
    if (buffer.available === 0) {
      if (ended) return;
      continue;
    }
    yield 'parse';
    isFresh = false;
    const { answer } = run;
    switch (answer.case) {
      case 'ok':
        if (answer.consumed > buffer.available)
          throw endOfRun(run, tooMuch(run, answer.consumed), Advice.over);
        if (answer.consumed === 0) throw endOfRun(run, noProgress(answer.items), Advice.progress);
        buffer.consume(answer.consumed);
        produced += answer.valued;
        [errors, incomplete, skipped] = [0, 0, 0];
        askedAgain = false;
        break;
      case 'incomplete':
        if (++incomplete > INCOMPLETE_ERROR_LIMIT) noteLimit(run);
        if (!ended) {
          noteFull(run);
          yield 'load';
          ended = run.loaded.ended;
          isFresh = run.loaded.length > 0;
        }
        if (run.loaded.length === 0 && ended) {
          if (askedAgain) {
            noteRest(run);
            return;
          }
          askedAgain = true;
        }
        break;
      case 'parse': {
        const { message } = answer;
        incomplete = 0;
        if (++errors > PARSE_ERROR_LIMIT) throw endOfRun(run, tooManyErrors(message), Advice.errors);
        if (produced === 0 && skipped > INITIAL_PARSE_ERROR_LIMIT) {
          throw endOfRun(
            run,
            `the first ${skipped} bytes gave nothing but parse errors, for which the real host aborts the session: ${message}`,
            Advice.format,
          );
        }
        noteError(run, message);
        buffer.consume(DROP_STEP);
        run.dropped += DROP_STEP;
        skipped += DROP_STEP;
        break;
      }
      case 'eof':
        noteEof(run);
        return;
      case 'unrecoverable':
        throw endOfRun(run, answer.message, Advice.unrecoverable);
    }
  }
}

/** Files are refilled as the real host does it; of what is live, nothing is waited for while there are bytes to parse. */
function refillsBelow({ buffer }: Run): number {
  const { cutsOff, enough, atOnce } = buffer.figures;
  return cutsOff || atOnce !== undefined ? 1 : Math.max(1, enough);
}

function tooMuch({ buffer }: Run, consumed: number): string {
  return `the items consumed ${consumed} bytes of the ${buffer.available} that were given; the real host takes that for all of them, without a word`;
}

function noProgress(items: number): string {
  const what = items === 0 ? 'gave no items' : `gave ${items} items that consumed nothing`;
  return `the parser ${what}; the real host would call it again with the same bytes, for ever once there is nothing more to read`;
}

function noteLimit({ notes, where }: Run): void {
  notes.add('incomplete-limit', () => ({
    severity: 'error',
    fault: 'plugin',
    text: `${where}: the parser gave incomplete more than ${INCOMPLETE_ERROR_LIMIT} times in a row; the real host would have ended the run.`,
    advice: Advice.incomplete,
  }));
}

/** More is wanted: says so where the real host has no room for it. Throws where no message is that long. */
function noteFull(run: Run): void {
  const { buffer, notes, where } = run;
  const { available, figures } = buffer;
  if (available >= STRICT_LIMIT) {
    throw endOfRun(
      run,
      `the parser gave incomplete for ${available} bytes, which is more than a message may have`,
      Advice.incomplete,
    );
  }
  if (figures.cutsOff || buffer.roomLikeHost() > 0) return;
  const lost = Math.min(INCOMPLETE_ERROR_LIMIT, Math.max(1, available - figures.enough + 1));
  notes.add('full', () => ({
    severity: 'warning',
    fault: 'host',
    text: `${where}: ${available} bytes were incomplete; the real host's buffer of ${figures.capacity} has no room for more there and it would have dropped ${lost} bytes or more, one at a time.`,
    advice: 'Run it like Chipmunk to see what the plugin makes of the rest.',
  }));
}

function noteRest({ buffer, notes, where }: Run): void {
  notes.add('rest', () => ({
    severity: 'warning',
    fault: 'input',
    text: `${where}: the last ${buffer.available} bytes were incomplete; the real host would have dropped them, one at a time.`,
    advice: Advice.incomplete,
  }));
}
