import { resolve } from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import { ownVersion } from '../assets.ts';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import type { Source } from '../export/encode.ts';
import { filterOf } from '../export/filter.ts';
import { formatNames, formatOfFile, formats, type ExportFormat } from '../export/formats.ts';
import { OtlpLive } from '../export/otlp-live.ts';
import { exportToFile, exportToStream } from '../export/write.ts';
import { describersOf } from '../host/describers.ts';
import { openTrace } from '../imports/open.ts';
import { openRecording, RecordingFile } from '../recording/reader.ts';
import { visible, visibleLines } from '../recording/visible.ts';
import { command, ExitCode } from './command.ts';
import type { Output } from './output.ts';
import { stretchOf } from './stretch.ts';

const SIGNALS = ['traces', 'logs'] as const;
const ENCODINGS = ['protobuf', 'json'] as const;
/** Milliseconds: somebody waits for the command. */
const RETRY = { first: 500, most: 5000, total: 30_000 } as const;

export const exportCommand = command({
  name: 'export',
  summary: 'Writes a recording, or a part of it, in the format of another tool.',
  arguments: [
    {
      name: 'recording',
      description:
        'A file that Hotplug recorded (.hotplug.mcap), or a trace of another tool (docs/imports.md).',
      required: true,
    },
  ],
  flags: {},
  values: {
    format: {
      value: 'FORMAT',
      description: `${formatNames.join(', ')}. What the name of the file ends with where absent.`,
    },
    out: { value: 'FILE', description: 'Where to; standard output where absent.' },
    from: { value: 'TIME', description: 'From this time of the recording on: 1500, 1.5s, 2min.' },
    to: { value: 'TIME', description: 'Up to this time.' },
    filter: { value: 'FILTER', description: 'Only what this filter of the trace lets through.' },
    signal: {
      value: 'SIGNAL',
      description: 'Of otlp-protobuf on standard output: traces or logs. traces where absent.',
    },
    endpoint: {
      value: 'URL',
      description: 'Send it to an OpenTelemetry collector instead (OTLP over HTTP): http://localhost:4318.',
    },
    header: {
      value: 'NAME=VALUE',
      description: 'With --endpoint: a header of each request. May be given many times.',
      many: true,
    },
    encoding: {
      value: 'ENCODING',
      description: 'With --endpoint: protobuf or json. protobuf where absent.',
    },
  },
  async run(args, output) {
    const file = resolve(args.at(0) ?? '');
    const out = args.text('out');
    const endpoint = args.text('endpoint');
    const chosen = args.choice('format', formatNames);
    const signal = args.choice('signal', SIGNALS);
    const encoding = args.choice('encoding', ENCODINGS);
    const headers = args.list('header').map(headerOf);
    const stretch = stretchOf(args.text('from'), args.text('to'));
    const filter = args.text('filter') ?? '';
    if (endpoint === undefined && (headers.length > 0 || encoding !== undefined))
      throw new UserError(
        '--header and --encoding are for --endpoint',
        'Give all of them, or leave them out.',
      );
    if (endpoint !== undefined && (out !== undefined || chosen !== undefined || signal !== undefined))
      throw new UserError(
        '--endpoint is given instead of --out, --format and --signal',
        'Export to a file, or to a collector.',
      );
    const format = endpoint === undefined ? formatFor(chosen, out) : undefined;
    if (format !== undefined && out === undefined) checkStdout(format, output);
    const imported = await openTrace(file);
    using recording = imported?.recording ?? (await openRecording(file));
    const describers = describersOf(recording, contracts);
    const lets = filter.trim() === '' ? {} : { lets: filterOf(recording, describers, filter) };
    const source: Source = { recording, describers, choice: { ...stretch, ...lets }, version: ownVersion() };
    const truncatedAt = recording instanceof RecordingFile ? recording.truncatedAt : imported?.truncatedAt;
    if (truncatedAt !== undefined)
      process.stderr.write(
        `${visible(file)} was cut off; what is there up to byte ${truncatedAt} is exported.\n`,
      );
    for (const note of imported?.from.notes ?? []) process.stderr.write(`${visible(note)}\n`);
    if (endpoint !== undefined)
      return await send(source, { url: endpoint, headers: Object.fromEntries(headers), encoding }, output);
    if (format === undefined) return ExitCode.fine;
    if (out === undefined) {
      // A file and a pipe get everything as it is.
      const to = process.stdout.isTTY ? terminal() : process.stdout;
      await exportToStream(format, source, to, signal);
      return ExitCode.fine;
    }
    const { files, bytes } = await exportToFile(format, source, resolve(out));
    for (const written of files) output.say(`${output.style('green', 'wrote')} ${written}`);
    output.result({ ok: true, recording: file, format, files, bytes });
    return ExitCode.fine;
  },
});

/** Standard output for people: nothing that a plugin wrote does anything there. */
function terminal(): Writable {
  return new Writable({
    decodeStrings: false,
    write: (text: Uint8Array | string, _, done) => {
      process.stdout.write(visibleLines(text.toString()), done);
    },
  });
}

async function send(
  source: Source,
  to: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly encoding: (typeof ENCODINGS)[number] | undefined;
  },
  output: Output,
): Promise<ExitCode> {
  const { url, headers, encoding } = to;
  const endpoint = { url, headers, retry: RETRY, ...(encoding === undefined ? {} : { encoding }) };
  let before: string | undefined;
  const live = new OtlpLive({
    ...source,
    endpoint,
    onStatus: ({ problem }) => {
      if (problem !== undefined && problem !== before) output.say(output.style('yellow', problem));
      before = problem;
    },
  });
  const status = await live.finish();
  const { spans, logs, dropped, state } = status;
  const ok = state === 'closed' && dropped === 0;
  output.say(
    `${spans} spans and ${logs} logs sent${dropped === 0 ? '' : `, ${dropped} refused or not delivered`}.`,
  );
  output.result({
    ok,
    spans,
    logs,
    dropped,
    ...(status.problem === undefined ? {} : { problem: status.problem }),
  });
  return ok ? ExitCode.fine : ExitCode.failed;
}

function formatFor(chosen: ExportFormat | undefined, out: string | undefined): ExportFormat {
  const format = chosen ?? (out === undefined ? undefined : formatOfFile(out));
  if (format !== undefined) return format;
  const endings = formatNames.map((name) => `${name} (${formats[name].ending})`).join(', ');
  throw new UserError(
    out === undefined ? 'The format is missing' : `The name ${out} does not say the format`,
    `Say it with --format: ${endings}.`,
  );
}

function checkStdout(format: ExportFormat, output: Output): void {
  if (output.json)
    throw new UserError('With --json standard output is taken', 'Say where the export goes: --out FILE.');
  if (formats[format].isBinary && process.stdout.isTTY)
    throw new UserError(`${formats[format].title} is not for a terminal`, 'Say where it goes: --out FILE.');
}

/** Reads `NAME=VALUE`; the value may be a secret, so that no error shows it. */
function headerOf(typed: string): readonly [name: string, value: string] {
  const at = typed.indexOf('=');
  if (at > 0) return [typed.slice(0, at).trim(), typed.slice(at + 1)];
  throw new UserError('--header must be NAME=VALUE', 'Write it like --header authorization="Bearer …".');
}
