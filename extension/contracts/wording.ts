import { SIGNATURES } from './wasi-signatures.ts';

/** Words that values have as text whatever was recorded: see `Contract.wording`. */
export const VALUE_WORDING: readonly string[] = [
  ...['true', 'false', 'none', 'some', 'ok', 'err', 'nan', 'inf', 'more', 'null'],
  ...['bytes', 'not', 'readable', 'unreadable', 'host', 'call'],
  // References to files, in WASI calls.
  ...['file', 'offset', 'length', 'sha'],
  ...wasiWords(),
];

/** Names of fields and cases of WASI. */
function wasiWords(): readonly string[] {
  const names = JSON.stringify(Object.values(SIGNATURES)).toLowerCase();
  return [...new Set(names.match(/[a-z]{3,}/g))];
}
