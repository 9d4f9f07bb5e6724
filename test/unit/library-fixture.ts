/** Plugins whose component is JSON that says what asking it would find: asking is faked, everything else is real. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import type { Finding } from '../../extension/host/contract.ts';
import type { Inspection } from '../../extension/host/inspect.ts';
import { kinds, type PluginKind } from '../../extension/library/kinds.ts';
import { kindFolder } from '../../extension/library/places.ts';
import type { Library } from '../../extension/library/store.ts';
import { temporaryFolder } from './project-fixture.ts';

export interface FakePlugin {
  readonly exports?: readonly string[];
  readonly imports?: readonly string[];
  /** What it says of itself; nothing where null. */
  readonly raw?: unknown;
  /** Absent: the contract took it; false: it was refused before it was asked. */
  readonly asked?: boolean;
  readonly findings?: readonly Finding[];
  /** It is no component at all. */
  readonly broken?: string;
}

const PARSER_EXPORT = `${kinds.parser.upstream.interface}@0.1.0`;
export const SOURCE_EXPORT = `${kinds.bytesource.upstream.interface}@0.1.0`;

export const METADATA = {
  version: { major: 1, minor: 2, patch: 3 },
  schemas: [
    { id: 'separator', title: 'Separator', inputType: { tag: 'text', val: ';' } },
    { id: 'mode', title: 'Mode', inputType: { tag: 'dropdown', val: [['a', 'b'], 'a'] } },
  ],
  columns: {
    columns: [{ caption: 'Time', description: 'When', width: 50 }],
    minWidth: 10,
    maxWidth: 100,
  },
};

/** The bytes of a plugin; other ones for every `mark`. */
export function plugin(fake: FakePlugin = {}, mark = ''): string {
  return JSON.stringify({ ...fake, mark });
}

export interface TestLibrary extends Library {
  /** The files that were asked, in their order. */
  readonly asked: string[];
}

export async function testLibrary(test: TestContext): Promise<TestLibrary> {
  const home = await temporaryFolder(test);
  const asked: string[] = [];
  const inspect = async (path: string): Promise<Inspection> => {
    asked.push(path);
    return inspectFake(path);
  };
  return { home, cacheFolder: join(home, 'cache'), inspect, asked };
}

async function inspectFake(path: string): Promise<Inspection> {
  const text = await readFile(path, 'utf8');
  const fake = JSON.parse(text) as FakePlugin;
  if (fake.broken !== undefined) throw new UserError(`${path} ${fake.broken}.`, 'Build it again.');
  const { exports = [PARSER_EXPORT], imports = [], findings = [], raw = METADATA } = fake;
  const side = { interfaces: [], functions: [] };
  return {
    info: {
      path,
      bytes: text.length,
      hash: hashOf(text),
      wit: { name: '', package: '', imports: side, exports: side },
      imports,
      exports,
      producers: ['rustc 1.95.0'],
      modules: [],
    },
    findings,
    ...(fake.asked === false ? {} : { contract: 'chipmunk-parser' }),
    ...(fake.asked === false || raw === null
      ? {}
      : { metadata: { kind: 'Parser plugin', inputs: [], outputs: [], raw } }),
  };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Puts a plugin where Chipmunk looks; `files` lie beside its component. Gives its folder. */
export async function install(
  { home }: Pick<Library, 'home'>,
  kind: PluginKind,
  name: string,
  content: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = join(kindFolder(home, kind), name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.wasm`), content);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}
