import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { EventEdit } from '../host/protocol.ts';
import { projectOfRecording } from '../project/recordings.ts';
import { recognise } from '../project/recognise.ts';
import { openRecording } from '../recording/reader.ts';
import { livesFor } from '../replay/choose.ts';
import type { Life } from '../replay/lives.ts';
import { isSame, UNRECORDED, type ReplayReport } from '../replay/types.ts';
import { verdictOfReport } from '../replay/verdict.ts';
import { buildOnce } from './build.ts';
import { command, ExitCode } from './command.ts';
import { reportLines } from './differences.ts';
import type { Output } from './output.ts';
import { openFor, tellingOf, titleOf, type ReplayChoices, type Target } from './replays.ts';
import { withHost } from './host.ts';
import { fileProject, kindOf, projectAt } from './target.ts';

/** Ten minutes. */
const LONGEST_WAIT_MS = 600_000;

export const replayCommand = command({
  name: 'replay',
  summary: 'Gives the events of a recording to a build and says what it does differently.',
  arguments: [
    { name: 'recording', description: 'A file that Hotplug recorded (.hotplug.mcap).', required: true },
  ],
  flags: {
    all: 'Replay every life of the plugin in the recording, not its last one alone.',
    'source-level':
      'Run with debug information and without a deadline, for a debugger of sources that is attached to this process.',
  },
  values: {
    against: {
      value: 'PLUGIN',
      description:
        "A project's folder, which is built first, or a component file; the project that the recording lies in, or the current folder, where absent.",
    },
    plugin: { value: 'NAME', description: 'Which plugin of the recording, where it is of several.' },
    life: { value: 'N', description: 'Which life of the plugin, from 0; its last one where absent.' },
    events: { value: 'N', description: 'Replay the first N events.' },
    set: {
      value: 'EVENT:FIELD=WAVE',
      description: 'Give an event another value: 5:packet.text="loud". May be given many times.',
      many: true,
    },
    unrecorded: {
      value: 'WHAT',
      description:
        'What a host call gets that was not recorded: stop (the replay), default (a plain answer) or live (what the host answers now). default where absent.',
    },
    wait: {
      value: 'MS',
      description:
        'With --source-level: milliseconds between loading the plugin and running it, for the debugger to set breakpoints. 0 where absent.',
    },
  },
  async run(args, output) {
    const file = resolve(args.at(0) ?? '');
    const edits = args.list('set').map(editOf);
    const unrecorded = args.choice('unrecorded', UNRECORDED);
    const [events, life] = [args.whole('events'), args.whole('life')];
    const sourceLevel = sourceLevelOf(args.flag('source-level'), args.whole('wait'), args.flag('all'));
    const found = await findProject(file, args.text('against'), output);
    const chosen = async (): Promise<readonly Life[]> => {
      using recording = await openRecording(file);
      const lives = livesFor(recording, { plugin: args.text('plugin'), project: found.project.name });
      return args.flag('all') ? lives : [lifeOf(lives, life)];
    };
    // What cannot be replayed is not built for.
    const lives = await chosen();
    const artifact = found.artifact ?? (await buildOnce(found.project, 'development', output)).artifact;
    if (!artifact) {
      output.result({ ok: false, failed: 'build' });
      return ExitCode.failed;
    }
    const choices = {
      edits,
      ...(events === undefined ? {} : { events }),
      ...(unrecorded === undefined ? {} : { unrecorded }),
      ...(sourceLevel === undefined ? {} : { sourceLevel }),
    };
    const reports = await replayAll(file, lives, { project: found.project, artifact }, choices, output);
    const ok = reports.every(isSame);
    output.result({ ok, recording: file, artifact, reports });
    return ok ? ExitCode.fine : ExitCode.failed;
  },
});

async function replayAll(
  file: string,
  lives: readonly Life[],
  target: Target,
  choices: ReplayChoices,
  output: Output,
): Promise<readonly ReplayReport[]> {
  return await withHost(async (host) => {
    await using open = await openFor(host, file);
    const reports: ReplayReport[] = [];
    for (const life of lives) {
      const { report } = await open.replay(life, target, choices);
      const telling = tellingOf(open.recording, life, output.style);
      output.say(
        `${titleOf(file, open.recording, life, lives)}: ${output.style('bold', verdictOfReport(report).text)}`,
      );
      for (const line of reportLines(report, telling)) output.say(`  ${line}`);
      reports.push(report);
    }
    return reports;
  });
}

/** The project to build, or the component with what is known of it. */
async function findProject(
  file: string,
  typed: string | undefined,
  output: Output,
): Promise<Pick<Target, 'project'> & Partial<Target>> {
  if (typed !== undefined) {
    const place = resolve(typed);
    if ((await kindOf(place)) === 'folder') return { project: await projectAt(place, output) };
    return { project: await fileProject(place), artifact: { kind: 'component', path: place } };
  }
  await kindOf(file);
  const around = projectOfRecording(file);
  if (around !== undefined && (await recognise(around)) !== undefined)
    return { project: await projectAt(around, output) };
  if ((await recognise(resolve('.'))) !== undefined) return { project: await projectAt('.', output) };
  throw new UserError(
    `${file} does not lie in the recordings of a project, and the current folder is none`,
    'Say what to replay it against: --against with a folder or a component file.',
  );
}

function lifeOf(lives: readonly Life[], position: number | undefined): Life {
  const found = position === undefined ? lives.at(-1) : lives.find((life) => life.position === position);
  if (found !== undefined) return found;
  throw new UserError(
    `The recording has no life ${position ?? ''} with events`,
    `It has ${lives.map((life) => life.position).join(', ')}.`,
  );
}

/** How `--source-level`, `--wait` and `--all` go together. */
function sourceLevelOf(
  asked: boolean,
  waitMs: number | undefined,
  all: boolean,
): ReplayChoices['sourceLevel'] {
  if (!asked && waitMs !== undefined)
    throw new UserError('--wait is for --source-level', 'Give both, or leave it out.');
  if (!asked) return undefined;
  if (all) throw new UserError('--source-level replays one life', 'Say which with --life, instead of --all.');
  if (waitMs !== undefined && waitMs > LONGEST_WAIT_MS)
    throw new UserError(`--wait must be at most ${LONGEST_WAIT_MS}, not ${waitMs}`, 'Wait less long.');
  return { waitMs: waitMs ?? 0 };
}

/** Reads `EVENT:FIELD=WAVE`. */
function editOf(typed: string): EventEdit {
  const parts = /^(\d+):([^=]+)=(.*)$/s.exec(typed);
  const [, event, path, value] = parts ?? [];
  if (event !== undefined && path !== undefined && value !== undefined)
    return { event: Number(event), path: path.trim(), value };
  throw new UserError(
    `--set ${typed} is not EVENT:FIELD=WAVE`,
    'Write the number of the event, its field and the new value: 5:packet.text="loud".',
  );
}
