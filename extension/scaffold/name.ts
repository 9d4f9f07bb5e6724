import { existsSync } from 'node:fs';
import { join } from 'node:path';

const LONGEST = 64;
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** Names that a compiler of ours gives a meaning of its own and therefore refuses for a package. */
const taken = new Set(
  (
    'abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in ' +
    'let loop macro match mod move mut override priv pub ref return self static struct super test trait true try type typeof ' +
    'unsafe unsized use virtual where while yield alloc core proc-macro std'
  ).split(' '),
);

/** Says what is wrong with a new project's name, for a folder of that name in `parent`; undefined where nothing is. */
export function validateName(name: string, parent: string | undefined): string | undefined {
  if (name === '') return 'Type a name, for example my-gain.';
  if (name === '.' || name === '..') return 'A name is not a path; type one such as my-gain.';
  if (name.length > LONGEST) return `A name has at most ${LONGEST} characters; this one has ${name.length}.`;
  if (!/^[a-z]/.test(name)) return 'A name starts with a small letter from a to z.';
  if (!/^[a-z0-9-]*$/.test(name)) return 'A name has only small letters from a to z, digits and hyphens.';
  if (reserved.test(name)) return `"${name}" is reserved on Windows; choose another name.`;
  if (taken.has(name)) return `"${name}" is a word of a programming language; choose another name.`;
  if (parent !== undefined && existsSync(join(parent, name))) return `"${name}" already exists in ${parent}.`;
  return undefined;
}
