/** Streams of bytes on the command line: what `--input` names for plugins that are given one, and how a run went. */
import { UserError } from '../errors.ts';
import type { HostApi, PluginStatus, RunStatus } from '../host/protocol.ts';
import type { RunRules } from '../host/produce.ts';
import { streamNamed } from '../inputs/named.ts';
import type { StreamSpec } from '../project/project.ts';
import { sentences, type Output } from './output.ts';
import { kindOf } from './target.ts';

export const runRules: readonly RunRules[] = ['strict', 'like-host'];

/** Options that `run` and `dev` share. */
export const streamOptions = {
  input: {
    value: 'INPUT',
    description:
      "A .wav, .jsonl or .mcap file; for Chipmunk's plugins any file (.pcap and .pcapng as captures), tcp:HOST:PORT, udp:PORT, - for stdin, byte-source:FOLDER, or reads; the project's own input where absent.",
  },
  rules: {
    value: 'RULES',
    description: `For Chipmunk's plugins: strict loses nothing and says what Chipmunk would do; like-host does as Chipmunk does. One of ${runRules.join(', ')}.`,
  },
} as const;

/** A stream that was named, checked as far as it can be before it is opened. */
export async function streamInputOf(typed: string, rules: RunRules | undefined): Promise<StreamSpec> {
  const stream = streamNamed(typed);
  const path = 'file' in stream ? stream.file : 'plugin' in stream ? stream.plugin : undefined;
  if (path !== undefined) {
    const wanted = 'file' in stream ? 'file' : 'folder';
    if ((await kindOf(path)) !== wanted)
      throw new UserError(
        `${path} is no ${wanted}`,
        wanted === 'file' ? 'Give a file to --input.' : 'Give the folder of a byte source.',
      );
  }
  return rules === undefined ? stream : { ...stream, rules };
}

/** How a run over a stream went, for `--json`. */
export interface RunSummary extends RunStatus {
  readonly title: string;
  readonly calls: number;
  /** Rows that the plugin made; absent for a byte source. */
  readonly rows?: number;
}

export async function summariseRun(
  host: HostApi,
  { name, input }: Pick<PluginStatus, 'name' | 'input'>,
): Promise<RunSummary | undefined> {
  if (input?.run === undefined) return undefined;
  const results = await host.request('results', {
    recording: 'live',
    plugin: name,
    query: { from: 0, count: 0 },
  });
  const rows = results === undefined ? {} : { rows: results.total };
  return { title: input.title, calls: input.sent, ...input.run, ...rows };
}

/** Says how a run went: its figures, what was odd, and why it ended where it did not come to the end. */
export function sayRun(run: RunSummary, output: Output): void {
  const { title, calls, bytes, skipped, totalBytes, rows, notes, failure, state } = run;
  const of = totalBytes === undefined ? '' : ` of ${totalBytes}`;
  const made = rows === undefined ? '' : `, ${rows} rows`;
  output.say(
    `${title}: ${stateWords[state]} after ${bytes}${of} bytes in ${calls} calls${made}, ${skipped} bytes skipped`,
  );
  for (const { severity, fault, text, advice, times } of notes) {
    const colour = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim';
    const again = times === 1 ? '' : ` (${times} times)`;
    output.say(`${output.style(colour, `${severity}:`)} [${fault}] ${sentences(text, advice)}${again}`);
  }
  if (failure !== undefined) output.say(`${output.style('red', 'failed:')} ${failure}`);
}

const stateWords: Readonly<Record<RunStatus['state'], string>> = {
  running: 'under way',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};
