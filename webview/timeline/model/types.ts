/** Which types of telemetry have a lane. Needs no page. */
import type { Lane } from '../../protocol.ts';

/**
 * A test of event types by globs: `vad.*, stt.* !*.debug`. `*` is anything, `?` one character; a type passes
 * that one of the globs names and none after a `!` does. Only `!` ones let everything else pass.
 */
export function typeFilter(text: string): (type: string) => boolean {
  const globs = text.split(/[\s,]+/).filter((glob) => glob !== '' && glob !== '!');
  const wanted = globs.filter((glob) => !glob.startsWith('!')).map(globTest);
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => globTest(glob.slice(1)));
  return (type) =>
    (wanted.length === 0 || wanted.some((test) => test(type))) && !unwanted.some((test) => test(type));
}

/** A test of lanes: those that are not of telemetry always pass. */
export function laneFilter(text: string): (lane: Pick<Lane, 'kind' | 'name'>) => boolean {
  const passes = typeFilter(text);
  return ({ kind, name }) => (kind !== 'telemetry' && kind !== 'spans') || passes(name);
}

/** Comes back to the last `*` only, so no glob takes longer than both lengths multiplied. */
function globTest(glob: string): (text: string) => boolean {
  return (text) => {
    let at = 0;
    let position = 0;
    let star = -1;
    let mark = 0;
    while (position < text.length) {
      const expected = glob[at];
      if (expected === '*') {
        star = at++;
        mark = position;
      } else if (expected === '?' || expected === text[position]) {
        at++;
        position++;
      } else if (star !== -1) {
        at = star + 1;
        position = ++mark;
      } else return false;
    }
    while (glob[at] === '*') at++;
    return at === glob.length;
  };
}
