/** `compile_commands.json`: how clangd compiles a project's sources. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Project } from '../project/project.ts';
import type { CCompiler } from './c-compiler.ts';
import { replaceFile } from './output.ts';
import { run } from './run.ts';

/** A flag that nobody else has a reason to write: it tells our file from one of the author's. */
const mark = '-fdiagnostics-absolute-paths';

/**
 * Writes the file where it is missing or says something else; one that another tool made stays.
 *
 * @param sources relative to the project, with forward slashes
 */
export async function writeCompileCommands(
  project: Project,
  compiler: CCompiler,
  flags: readonly string[],
  sources: readonly string[],
): Promise<void> {
  const file = join(project.folder, 'compile_commands.json');
  const old = await readFile(file, 'utf8').catch(() => undefined);
  if (old !== undefined && !old.includes(mark)) return;
  const command = [...(await forClang(compiler)), ...flags];
  const commands = sources.map((source) => ({
    directory: project.folder,
    file: source,
    arguments: [...command, '-c', source],
  }));
  const text = `${JSON.stringify(commands, null, 2)}\n`;
  if (text !== old) await replaceFile(file, text);
}

const headers = new Map<string, Promise<readonly string[]>>();

/** clangd is a clang and takes its arguments; zig's driver has its own, and its headers elsewhere. */
async function forClang({ kind, argv }: CCompiler): Promise<readonly string[]> {
  if (kind !== 'zig') return argv;
  const key = argv.join('\0');
  const folders = headers.get(key) ?? headerFolders(argv);
  headers.set(key, folders);
  return [
    'clang',
    '--target=wasm32-wasi',
    '-nostdinc',
    ...(await folders).flatMap((folder) => ['-isystem', folder]),
  ];
}

/** Where a compiler looks for `<…>`, as it says itself. */
async function headerFolders(argv: readonly string[]): Promise<readonly string[]> {
  const nothing = process.platform === 'win32' ? 'NUL' : '/dev/null';
  const { stderr } = await run([...argv, '-E', '-v', '-x', 'c', nothing], { cwd: process.cwd() });
  const list = /#include <\.\.\.> search starts here:\r?\n((?: .*\r?\n)*)/.exec(stderr)?.[1] ?? '';
  return list
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
