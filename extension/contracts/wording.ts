import { RecordFlag, type RecordHead } from '../recording/record.ts';
import { SIGNATURES } from './wasi-signatures.ts';

const VALUES: readonly string[] = [
  ...['true', 'false', 'none', 'some', 'ok', 'err', 'nan', 'inf', 'more', 'null'],
  ...['bytes', 'not', 'readable', 'unreadable', 'host', 'call'],
];
/** References to files stand in place of their bytes. */
const WASI: readonly string[] = [...VALUES, 'file', 'offset', 'length', 'sha', ...wasiWords()];

/** Names of fields and cases of WASI. */
function wasiWords(): readonly string[] {
  const names = JSON.stringify(Object.values(SIGNATURES)).toLowerCase();
  return [...new Set(names.match(/[a-z]{3,}/g))];
}

/** Words that values have as text whatever was recorded: see `Contract.wording`. */
export function valueWording({ flags }: Pick<RecordHead, 'flags'>): readonly string[] {
  return (flags & RecordFlag.wasi) === 0 ? VALUES : WASI;
}
