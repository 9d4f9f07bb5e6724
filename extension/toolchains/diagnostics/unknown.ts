import { plainLines } from './place.ts';

/** Lines that say that something failed and not what. */
const noise =
  /^(?:\d+ (?:warnings?|errors?)(?: and \d+ errors?)? generated\.|make(?:\[\d+\])?: \*\*\*.*|.*linker command failed with exit code.*)$/;
const telling =
  /\b(?:error|fatal|failed|failure|cannot|can't|unknown|unsupported|undefined|not found|no such|denied|killed|panicked)\b/i;

/**
 * What to show of a program that failed and said nothing that a parser knows: the last lines that speak
 * of a failure, else the last lines. Empty where it printed nothing.
 */
export function lastWords(output: string, most = 5): string {
  const all = plainLines(output)
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '');
  const lines = all.filter((line) => !noise.test(line.trim()));
  const failures = lines.filter((line) => telling.test(line));
  if (lines.length === 0) return all.slice(-most).join('\n');
  return (failures.length > 0 ? failures : lines).slice(-most).join('\n');
}
