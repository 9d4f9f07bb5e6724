import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './spawn.ts';

interface Crate {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Where its sources are. */
  readonly folder: string;
}

/** The licences of all crates that are linked for this target, as one text; equal texts stand in it once. */
export async function crateLicences(folder: string, target: string): Promise<string> {
  const texts = new Map<string, string[]>();
  for (const crate of await linkedCrates(folder, target)) {
    const line = `${crate.name} ${crate.version} (${crate.licence})`;
    const files = await licenceFiles(crate.folder);
    // A crate without a file is licensed as its repository is: with the texts of its siblings.
    for (const text of files.length === 0 ? [''] : files) texts.set(text, [...(texts.get(text) ?? []), line]);
  }
  const parts = [...texts].map(([text, lines]) =>
    [
      lines.join('\n'),
      text === '' ? 'No file of its own; the texts of the crates of its repository hold.' : text,
    ].join('\n\n'),
  );
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** The crates that are linked for this target, but for the one in the folder itself. */
export async function linkedCrates(folder: string, target: string): Promise<readonly Crate[]> {
  const tree = [
    'tree',
    '--locked',
    '--target',
    target,
    '--edges',
    'normal,no-proc-macro',
    '--prefix',
    'none',
  ];
  const linked = await run('cargo', [...tree, '--format', '{p}'], { cwd: folder, quiet: true });
  const metadata = ['metadata', '--locked', '--format-version', '1', '--filter-platform', target];
  const known = await run('cargo', metadata, { cwd: folder, quiet: true });
  if (linked.code !== 0 || known.code !== 0) throw new Error(`${linked.output}${known.output}`.trim());
  const names = new Set(
    linked.output.split('\n').map((line) => /^(\S+) v(\S+)/.exec(line)?.slice(1).join(' ')),
  );
  // cargo writes its warnings into the same output, before the one line of JSON.
  const json = known.output.slice(known.output.indexOf('{"packages"'));
  const { packages } = JSON.parse(json) as {
    packages: {
      name: string;
      version: string;
      license: string;
      manifest_path: string;
      source: string | null;
    }[];
  };
  return packages
    .filter(({ name, version, source }) => source !== null && names.has(`${name} ${version}`))
    .map(({ name, version, license, manifest_path: path }) => ({
      name,
      version,
      licence: license,
      folder: dirname(path),
    }));
}

/** The texts that hold for us: where a crate may be had under MIT as well, its other choices are left out. */
async function licenceFiles(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file)).sort();
  const chosen = files.includes('LICENSE-MIT') ? files.filter((file) => !/apache/i.test(file)) : files;
  return Promise.all(chosen.map(async (file) => (await readFile(join(folder, file), 'utf8')).trim()));
}
