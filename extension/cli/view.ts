import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import { OpenedRecordings } from '../host/opened.ts';
import type { OpenedRecording } from '../host/protocol.ts';
import type { RangeStats, Row, RowQuery, RowWindow } from '../recording/query.ts';
import { LIST_NAME } from '../recording/describe.ts';
import { RecordingFile } from '../recording/reader.ts';
import type { RecordingView } from '../recording/view.ts';
import { visible, visibleJson } from '../recording/visible.ts';
import { command, ExitCode } from './command.ts';
import { sayError } from './errors.ts';
import type { Output } from './output.ts';
import { stretchOf, type Stretch } from './stretch.ts';
import { columnsFor, rowLine, statsLines, titleLine } from './view-rows.ts';

/** Rows that are asked for at a time. */
const AT_A_TIME = 2000;
/** Events whose rows are asked for at a time. */
const GROUPS_AT_A_TIME = 200;
const NARROWEST = 40;

/** What is shown of a recording. */
interface Choice {
  readonly filter: string;
  readonly grouped: boolean;
  readonly stretch: Stretch;
  readonly stats: boolean;
}

export const viewCommand = command({
  name: 'view',
  summary: 'Prints the trace of a recording, or of a trace that another tool wrote.',
  arguments: [
    {
      name: 'recording',
      description:
        'A file that Hotplug recorded (.hotplug.mcap), trace event JSON (Chrome, Perfetto) or OTLP JSON, packed with gzip or not.',
      required: true,
    },
  ],
  flags: {
    grouped: 'Put the rows of an event below it.',
    stats: 'End with what took how long.',
    'no-color': 'Print without colours, as with NO_COLOR.',
  },
  values: {
    filter: {
      value: 'FILTER',
      description: 'Only what this filter lets through: "kind:call duration:>2ms".',
    },
    from: { value: 'TIME', description: 'From this time of the recording on: 1500, 1.5s, 2min.' },
    to: { value: 'TIME', description: 'Up to this time.' },
    event: { value: 'N', description: 'Only what belongs to event N.' },
    width: {
      value: 'N',
      description: "Cells of a line; the terminal's width where absent, all of it in a pipe.",
    },
  },
  async run(args, output) {
    const file = resolve(args.at(0) ?? '');
    const width = widthOf(args.whole('width'));
    const stretch = stretchOf(args.text('from'), args.text('to'));
    const choice: Choice = {
      filter: filterOf(args.text('filter') ?? '', stretch, args.whole('event')),
      grouped: args.flag('grouped'),
      stretch,
      stats: args.flag('stats'),
    };
    const style: Output['style'] = args.flag('no-color') ? (_, text) => text : output.style;
    const recordings = new OpenedRecordings({ contracts, grew: () => undefined });
    try {
      const { id } = await recordings.open(file);
      const recording = recordings.recording(id);
      if (recording instanceof RecordingFile) await recording.complete;
      const opened = recordings.use(id);
      const view = recordings.view(id);
      // A filter with a mistake prints nothing at all.
      await windowOf(view, { filter: choice.filter, first: 0, count: 0 });
      const { failure } = recording;
      const print = output.json ? printJson : printText;
      await print({ file, opened, view, choice, width, style, output });
      if (failure === undefined) return ExitCode.fine;
      // What is before the damage was worth showing.
      sayError(failure, output);
      return ExitCode.usage;
    } finally {
      recordings.dispose();
    }
  },
});

interface Printing {
  readonly file: string;
  readonly opened: OpenedRecording;
  readonly view: RecordingView;
  readonly choice: Choice;
  readonly width: number;
  readonly style: Output['style'];
  readonly output: Output;
}

async function printText({ file, opened, view, choice, width, style, output }: Printing): Promise<void> {
  const write = writer(process.stdout);
  const columns = columnsFor(
    opened.plugins.map(({ name }) => name),
    width,
  );
  let shown = 0;
  for await (const page of pages(view, choice)) {
    const head = shown === 0 && page.rows.length > 0 ? `${titleLine(columns, width, style)}\n` : '';
    shown += page.rows.length;
    await write(
      head + page.rows.map(({ row, below }) => `${rowLine(row, columns, width, style, below)}\n`).join(''),
    );
  }
  const total = view.rows({ filter: '', first: 0, count: 0 }).total;
  output.say(style('dim', shown === total ? `${shown} rows` : `${shown} of ${total} rows`));
  if (choice.stats)
    for (const line of statsLines(await statsOf(view, choice), width, style)) await write(`${line}\n`);
  for (const line of remarks(file, opened)) output.say(style('yellow', visible(line)));
}

/** One JSON object, however many rows it has: they go out as they come. */
async function printJson({ file, opened, view, choice, output }: Printing): Promise<void> {
  const write = writer(process.stdout);
  const { plugins, startedAt, tools, truncatedAt, imported, count, failure } = opened;
  const about = {
    ok: failure === undefined,
    recording: file,
    startedAt,
    tools,
    plugins,
    truncatedAt,
    imported,
    error: failure,
    records: count,
  };
  await write(`${visibleJson(JSON.stringify(about)).slice(0, -1)},"rows":[`);
  let separator = '\n';
  for await (const page of pages(view, choice)) {
    const lines = page.rows.map(({ row }) => {
      const line = separator + visibleJson(JSON.stringify(wholeRow(view, row)));
      separator = ',\n';
      return line;
    });
    await write(lines.join(''));
  }
  const stats = choice.stats ? `,"stats":${visibleJson(JSON.stringify(await statsOf(view, choice)))}` : '';
  await write(`\n]${stats}}\n`);
  for (const line of remarks(file, opened)) output.say(visible(line));
}

/** Lists have the beginnings of long names; programs get all of them. */
function wholeRow(view: RecordingView, row: Row): Row {
  if (row.name.length <= LIST_NAME && row.plugin.length <= LIST_NAME) return row;
  const { name, plugin } = view.detail(row.record);
  return { ...row, name, plugin };
}

/** What somebody who reads the rows has to know of the file. */
function remarks(file: string, { truncatedAt, imported }: OpenedRecording): readonly string[] {
  return [
    ...(imported === undefined
      ? []
      : [`Imported from ${imported.format}: it can be looked at, not replayed.`, ...imported.notes]),
    ...(truncatedAt === undefined
      ? []
      : [`${file} was cut off; this is what is there up to byte ${truncatedAt}.`]),
  ];
}

interface ShownRow {
  readonly row: Row;
  /** It belongs to the event of a row above. */
  readonly below: boolean;
}

interface Page {
  readonly rows: readonly ShownRow[];
}

/** Every row that is asked for, page by page. Throws a UserError for a filter with a mistake. */
async function* pages(view: RecordingView, { filter, grouped }: Choice): AsyncGenerator<Page> {
  const query = { filter, ...(grouped ? { grouped: { open: [] } } : {}) };
  const count = grouped ? GROUPS_AT_A_TIME : AT_A_TIME;
  for (let first = 0; ;) {
    const window = await windowOf(view, { ...query, first, count });
    if (window.rows.length === 0) return;
    yield {
      rows: grouped
        ? await openedRows(view, filter, window)
        : window.rows.map((row) => ({ row, below: false })),
    };
    first = window.first + window.rows.length;
    if (window.complete && first >= window.matching) return;
  }
}

/** The rows of a window of closed groups, with what belongs to them. Groups before it are closed, so it begins where it did. */
async function openedRows(
  view: RecordingView,
  filter: string,
  closed: RowWindow,
): Promise<readonly ShownRow[]> {
  const groups = closed.rows.filter(({ group }) => group !== undefined);
  const open = groups.map(({ record }) => record);
  const end =
    closed.first + closed.rows.length + groups.reduce((sum, { group }) => sum + (group?.rows ?? 0), 0);
  const shown: ShownRow[] = [];
  let within: string | undefined;
  for (let first = closed.first; first < end;) {
    const { rows } = await windowOf(view, {
      filter,
      first,
      count: Math.min(AT_A_TIME, end - first),
      grouped: { open },
    });
    if (rows.length === 0) break;
    for (const row of rows) {
      const event = `${row.event} ${row.plugin}`;
      if (row.group !== undefined) within = event;
      shown.push({ row, below: row.group === undefined && row.event !== 0 && event === within });
    }
    first += rows.length;
  }
  return shown;
}

/** A window that is as full as it can be: a filter that reads payloads answers in steps. */
async function windowOf(
  view: RecordingView,
  query: RowQuery & { readonly first: number },
): Promise<RowWindow> {
  for (;;) {
    const window = view.rows(query);
    const { problem } = window;
    if (problem !== undefined) {
      throw new UserError(
        `--filter, character ${problem.start + 1}: ${problem.message}`,
        'docs/filters.md has the language.',
      );
    }
    const isThere = window.first === query.first && window.rows.length === query.count;
    // Groups grow as long as the filter has not seen everything.
    if (window.complete || (isThere && query.grouped === undefined)) return window;
    await setImmediate();
  }
}

async function statsOf(view: RecordingView, { stretch }: Choice): Promise<RangeStats> {
  let lanes = view.lanes({ buckets: 1 });
  for (; lanes.indexed < 1; lanes = view.lanes({ buckets: 1 })) await setImmediate();
  return view.stats({ from: stretch.from ?? Math.min(0, lanes.from), to: stretch.to ?? lanes.duration });
}

/** The whole filter: what was typed comes first, so that a mistake is where it was typed. */
function filterOf(typed: string, { from, to }: Stretch, event: number | undefined): string {
  const time =
    from === undefined && to === undefined
      ? []
      : [`time:${from === undefined ? '' : `${from}ms`}..${to === undefined ? '' : `${to}ms`}`];
  return [
    ...(typed.trim() === '' ? [] : [typed]),
    ...time,
    ...(event === undefined ? [] : [`event:${event}`]),
  ].join(' ');
}

/** Cells of a line; Infinity where nothing is to be cut. */
function widthOf(asked: number | undefined): number {
  if (asked !== undefined) return Math.max(NARROWEST, asked);
  return process.stdout.isTTY ? Math.max(NARROWEST, process.stdout.columns) : Infinity;
}

/** Writes and waits until there is room again: a recording may be longer than what a pipe holds. */
function writer(stream: Writable): (text: string) => Promise<void> {
  return async (text) => {
    if (text === '' || stream.write(text)) return;
    await new Promise<void>((resolve) => stream.once('drain', resolve));
  };
}
