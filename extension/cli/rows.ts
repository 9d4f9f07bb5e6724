/** The rows that a parser made, as a file: `hotplug run --rows`. */
import { mkdir } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Project } from '../project/project.ts';
import type { ResultFormat } from '../recording/results.ts';
import type { Output } from './output.ts';

export const rowFormats: readonly ResultFormat[] = ['text', 'csv', 'jsonl'];

/** The file that was asked for, and what is written to it. */
export interface RowsFile {
  readonly file: string;
  readonly format: ResultFormat;
}

/** Throws a UserError for a plugin that makes no rows. */
export function rowsFileOf(
  typed: string | undefined,
  format: ResultFormat | undefined,
  { contract }: Project,
): RowsFile | undefined {
  if (typed === undefined) {
    if (format === undefined) return undefined;
    throw new UserError('--format without --rows', 'Name the file: --rows FILE.');
  }
  if (contracts[contract]?.results === undefined) {
    throw new UserError(`A plugin for ${contract} makes no rows`, 'Leave --rows out: it is for parsers.');
  }
  const file = resolve(typed);
  return { file, format: format ?? formatOf(file) };
}

function formatOf(file: string): ResultFormat {
  const ending = extname(file).toLowerCase();
  return ending === '.csv' ? 'csv' : ending === '.jsonl' || ending === '.ndjson' ? 'jsonl' : 'text';
}

/** Writes the rows of the plugin's run, and says how many they are. */
export async function writeRows(
  host: Host,
  plugin: string,
  { file, format }: RowsFile,
  output: Output,
): Promise<Readonly<Record<string, unknown>>> {
  await mkdir(dirname(file), { recursive: true }).catch(() => undefined);
  const saved = await host.request('saveResults', { recording: 'live', plugin, file, format });
  const left = saved.left === 0 ? '' : `, without ${saved.left} errors and files`;
  output.say(`Rows: ${file} (${saved.rows}${left})`);
  return { file, format, ...saved };
}
