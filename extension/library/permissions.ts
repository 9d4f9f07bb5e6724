/** What a plugin asks of its host, in words: its imports say it without running it. */

export interface Permission {
  /** `files`, `clocks` … */
  readonly name: string;
  /** What the host gives for it, in one sentence. */
  readonly given: string;
  /** The host gives nothing for it, or cannot load the plugin at all. */
  readonly refused?: true;
  /** The imports that say so. */
  readonly imports: readonly string[];
}

type Words = Pick<Permission, 'name' | 'given' | 'refused'>;

/** By the beginning of the import's name; the first that fits counts. */
const table: readonly (readonly [prefix: string, words: Words])[] = [
  ['chipmunk:shared/logging@', { name: 'log', given: 'Writes messages with a level.' }],
  ['chipmunk:shared/sandbox@', { name: 'temporary folder', given: 'A folder of its own until it ends.' }],
  [
    'wasi:filesystem/',
    {
      name: 'files',
      given: 'Reads the folders above the configured files and folders, and uses the temporary folder.',
    },
  ],
  ['wasi:clocks/', { name: 'clocks', given: 'Reads the time.' }],
  ['wasi:random/', { name: 'random numbers', given: 'Gets random numbers.' }],
  ['wasi:cli/environment@', { name: 'environment', given: 'Reads environment variables.' }],
  ['wasi:cli/exit@', { name: 'exit', given: 'Can end itself.' }],
  ['wasi:cli/std', { name: 'console', given: 'Writes to stdout and stderr.' }],
  ['wasi:cli/terminal-', { name: 'console', given: 'Writes to stdout and stderr.' }],
  ['wasi:sockets/', { name: 'network', given: 'Refused: there is no network for plugins.', refused: true }],
  [
    'wasi:http/',
    { name: 'HTTP', given: 'Refused: Chipmunk cannot load a plugin that imports it.', refused: true },
  ],
];

/** Imports without a meaning of their own: types, and the streams that everything else uses. */
const SILENT = /^(?:chipmunk:[\w-]+\/(?:[\w-]+-types)|wasi:io\/[\w-]+)@/;

export function permissionsOf(imports: readonly string[]): readonly Permission[] {
  const found = new Map<string, Permission>();
  for (const one of imports) {
    if (SILENT.test(one)) continue;
    const words = table.find(([prefix]) => one.startsWith(prefix))?.[1] ?? unknown(one);
    const before = found.get(words.name)?.imports ?? [];
    found.set(words.name, { ...words, imports: [...before, one] });
  }
  return [...found.values()];
}

function unknown(name: string): Words {
  return { name, given: 'Refused: Chipmunk has nothing of this name.', refused: true };
}
