/** Names of plugins, which are names of folders and of files on every system. */
import { UserError } from '../errors.ts';

const LONGEST = 100;
/** Windows has devices of these names, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
// What Windows refuses in names, and characters that nobody sees.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f\u007f]/;

/** Says what is wrong with a name for a plugin; undefined where nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.startsWith('.')) return 'it begins with a dot';
  if (FORBIDDEN.test(name)) return 'it has a character that names of files cannot have everywhere';
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space';
  if (RESERVED.test(name)) return 'Windows has a device of this name';
  if (Buffer.byteLength(name) > LONGEST) return `it has more than ${LONGEST} bytes`;
  return undefined;
}

/** Throws a UserError for a name that no plugin can have. */
export function requireName(name: string): void {
  const problem = nameProblem(name);
  if (problem === undefined) return;
  throw new UserError(
    `${JSON.stringify(name)} cannot be the name of a plugin: ${problem}.`,
    'Choose another name, for example my-parser.',
  );
}
