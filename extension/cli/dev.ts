import { contracts } from '../contracts/index.ts';
import type { HostApi, PluginStatus } from '../host/protocol.ts';
import type { Row, RowWindow } from '../recording/query.ts';
import { verdictOf } from '../replay/verdict.ts';
import { command, ExitCode } from './command.ts';
import { sayError } from './errors.ts';
import { inputOf, paramsOf, sayFailure, sayLogs, untilStatus, withoutInput } from './host.ts';
import type { Output } from './output.ts';
import { stopRequest, untilAborted } from './stop.ts';
import { projectAt } from './target.ts';
import { runRules, sayRun, streamOptions, summariseRun } from './stream-input.ts';
import { startLoop } from './watch.ts';

export const devCommand = command({
  name: 'dev',
  summary: 'Builds, hosts and feeds a plugin and swaps the new build in on every save, until it is stopped.',
  arguments: [{ name: 'folder', description: "The project's folder; the current one where absent." }],
  flags: {
    'real-time': 'Feed the input at the speed of its recording, not as fast as the plugin goes.',
    console:
      'HoloMUSH: type `say hello` and see what goes over the bus instead of the trace; ends with stdin. With --json, an event a line.',
  },
  values: {
    ...streamOptions,
    record: { value: 'FILE', description: 'Write the recording (MCAP) to this file.' },
    params: { value: 'JSON', description: "Parameters of the plugin; the project's own where absent." },
  },
  async run(args, output) {
    const params = paramsOf(args.text('params'));
    const project = await projectAt(args.at(0) ?? '.', output);
    const withConsole = args.flag('console');
    const mush = withConsole ? await import('./console.ts') : undefined;
    mush?.requireBus(project);
    // Who types wants to hear what was typed, not the project's sample.
    const typed = args.text('input');
    const wanted = {
      input: typed,
      realTime: args.flag('real-time'),
      rules: args.choice('rules', runRules),
    };
    const input = withConsole && typed === undefined ? undefined : await inputOf(wanted, project);
    const record = args.text('record');
    const { createLocalHost } = await import('../host/local.ts');
    const stop = stopRequest();
    const host = await createLocalHost(record === undefined ? {} : { recording: record });
    const trace = withConsole ? sayLogs(host, output) : followTrace(host, output);
    const statuses = followStatus(host, output);
    const runs = followRuns(host, output);
    const replays = followReplays(host, output);
    let plugin: string | undefined;
    const loop = await startLoop(project, output, {
      onProject: ({ config }) => {
        if (plugin === undefined) return;
        if (contracts[project.contract]?.bus !== undefined) {
          host
            .request('subscribe', { plugin, patterns: config.subscriptions ?? [] })
            .catch((error: unknown) => sayError(error, output));
        }
        // What the command line says goes before the file.
        if (params !== undefined) return;
        const now = config.params === undefined ? undefined : JSON.stringify(config.params);
        host
          .request('updateParams', { plugin, params: now })
          .catch((error: unknown) => sayError(error, output));
      },
    });
    try {
      const start = { project: withoutInput(project), ...(params === undefined ? {} : { params }) };
      const { id } = await host.request('start', start);
      plugin = id;
      const status = await untilStatus(host, id, ({ state }) => state === 'running', stop.signal);
      if (input && status.state === 'running') await host.request('startInput', { plugin: id, input });
      if (mush === undefined) await untilAborted(stop.signal);
      else {
        const { stdin, stdout } = process;
        await mush.runConsole({ host, output, input: stdin, entries: stdout, signal: stop.signal });
        // Stdout has the events of the bus, a line each, and nothing else.
        return ExitCode.fine;
      }
      const last = (await host.request('list', undefined)).find((one) => one.id === id);
      output.result({
        ok: true,
        folder: project.folder,
        events: last?.events ?? 0,
        reloads: last?.reloads ?? 0,
        ...(last?.input?.run === undefined ? {} : { input: await summariseRun(host, last) }),
      });
      return ExitCode.fine;
    } finally {
      replays();
      runs();
      statuses();
      trace();
      await loop.dispose();
      await host.dispose();
      stop.dispose();
    }
  },
});

/** Says every change of state and every reload. */
function followStatus(host: HostApi, output: Output): () => void {
  let state = '';
  let reloads = 0;
  let failure: PluginStatus['lastError'];
  return host.on('status', (status) => {
    const now = `${status.kind ?? status.name}: ${status.stateText}`;
    if (now !== state) output.say(output.style('bold', now));
    state = now;
    if (status.reloads > reloads) {
      const took = status.lastReloadMs === undefined ? '' : ` in ${Math.round(status.lastReloadMs)} ms`;
      output.say(output.style('green', `reloaded${took} (reload ${status.reloads})`));
    }
    reloads = status.reloads;
    const { lastError } = status;
    if (lastError && JSON.stringify(lastError) !== JSON.stringify(failure)) sayFailure(lastError, output);
    failure = lastError;
  });
}

/** Says how each run over a stream of bytes went. */
function followRuns(host: HostApi, output: Output): () => void {
  const running = new Set<string>();
  return host.on('status', (status) => {
    const { id, input } = status;
    if (input?.run === undefined) return;
    if (input.run.state === 'running') running.add(id);
    else if (running.delete(id)) {
      // A host that ends meanwhile has nothing more to say.
      void summariseRun(host, status).then(
        (run) => run && sayRun(run, output),
        () => undefined,
      );
    }
  });
}

/** Says after each reload what the new build does otherwise with the events of the run before. */
function followReplays(host: HostApi, output: Output): () => void {
  return host.on('replayed', (replayed) => {
    const { kind, text, details } = verdictOf(replayed);
    if (kind === 'running') return;
    output.say(output.style(kind === 'same' ? 'green' : 'yellow', `replay of the run before: ${text}`));
    if (kind !== 'same') for (const line of details) output.say(`  ${line}`);
  });
}

/** At most this many trace lines at a time; the rest is counted. */
const MOST_LINES = 40;

/** Prints the newest records of the live recording as lines. */
function followTrace(host: HostApi, output: Output): () => void {
  /** Rows, of which there are fewer than records. */
  let shown = 0;
  let busy = false;
  let ended = false;
  let grew = false;
  let file: string | undefined;
  const rowsFrom = async (first: number): Promise<RowWindow> => {
    const query = { filter: '', first, count: MOST_LINES };
    return await host.request('rows', { recording: 'live', query });
  };
  const show = async (): Promise<void> => {
    while (grew && !ended) {
      grew = false;
      const of = file;
      let window = await rowsFrom(shown);
      const skipped = window.matching - MOST_LINES - shown;
      if (skipped > 0) window = await rowsFrom(shown + skipped);
      if (of !== file) continue;
      if (skipped > 0) output.say(output.style('dim', `  … ${skipped} records not shown`));
      for (const row of window.rows) output.say(traceLine(row, output));
      shown = window.first + window.rows.length;
      grew ||= shown < window.matching || !window.complete;
    }
  };
  const off = host.on('grew', ({ recording }) => {
    if (recording !== 'live') return;
    grew = true;
    if (busy) return;
    busy = true;
    // A host that ends meanwhile has nothing more to show.
    void show()
      .catch(() => undefined)
      .finally(() => (busy = false));
  });
  // A full recording is followed by the next, whose rows are counted anew.
  const offRecording = host.on('recording', (status) => {
    if (file !== undefined && file !== status.file) {
      shown = 0;
      grew = true;
    }
    file = status.file;
  });
  return () => {
    ended = true;
    off();
    offRecording();
  };
}

function traceLine(row: Row, output: Output): string {
  const time = (row.time / 1000).toFixed(3).padStart(9);
  const took = row.durationMs === undefined ? '' : ` ${row.durationMs.toFixed(3)} ms`;
  const line = `${row.kind.padEnd(9)} ${row.name} ${row.summary}${took}`;
  return `${output.style('dim', time)} ${row.status === 'error' ? output.style('red', line) : line}`;
}
