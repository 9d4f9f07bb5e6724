import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Artifact, Project } from '../project/project.ts';
import { recordingsFolder, recordingsOf, type ProjectRecording } from '../project/recordings.ts';
import { readStamp } from '../project/stamp.ts';
import { UNRECORDED } from '../replay/types.ts';
import { buildOnce } from './build.ts';
import { command, ExitCode } from './command.ts';
import { junitXml } from './junit.ts';
import type { Output } from './output.ts';
import { withHost } from './host.ts';
import { projectAt } from './target.ts';
import { runTest, type TestResult, type TestRun } from './tests.ts';

export const testCommand = command({
  name: 'test',
  summary: "Replays a project's recordings and fails where its plugin does anything differently.",
  arguments: [{ name: 'folder', description: "The project's folder; the current one where absent." }],
  flags: {
    'no-build': 'Test the last development build as it is.',
    accept: 'Write what the plugin does now as the new recording where it differs.',
    leaks: 'Repeat the events and fail where memory grows with them; always done for C.',
  },
  values: {
    recording: {
      value: 'NAME',
      description: `Test this recording of ${recordingsFolder}/ alone. May be given many times.`,
      many: true,
    },
    junit: { value: 'FILE', description: "Write the results as JUnit's XML to this file." },
    unrecorded: {
      value: 'WHAT',
      description:
        'What a host call gets that was not recorded: stop (the replay), default (a plain answer) or live (what the host answers now). default where absent.',
    },
  },
  async run(args, output) {
    const unrecorded = args.choice('unrecorded', UNRECORDED);
    const project = await projectAt(args.at(0) ?? '.', output);
    const tests = await chosen(project, args.list('recording'));
    const artifact = args.flag('no-build')
      ? await lastBuild(project)
      : (await buildOnce(project, 'development', output)).artifact;
    if (!artifact) {
      output.result({ ok: false, folder: project.folder, failed: 'build' });
      return ExitCode.failed;
    }
    const run = {
      target: { project, artifact },
      choices: unrecorded === undefined ? {} : { unrecorded },
      accept: args.flag('accept'),
      // Where memory is freed by hand it is forgotten by hand.
      leaks: args.flag('leaks') || project.language === 'c',
    };
    const results = await runTests(run, tests, output);
    const passed = results.filter(({ ok }) => ok).length;
    output.say(`${passed} passed, ${results.length - passed} failed`);
    const junit = args.text('junit');
    if (junit !== undefined) await writeJunit(resolve(junit), junitXml(project.name, results));
    output.result({ ok: passed === results.length, folder: project.folder, tests: results });
    if (results.some(({ error }) => error !== undefined)) return ExitCode.usage;
    return passed === results.length ? ExitCode.fine : ExitCode.failed;
  },
});

async function runTests(
  run: Omit<TestRun, 'host' | 'stopped'>,
  tests: readonly ProjectRecording[],
  output: Output,
): Promise<readonly TestResult[]> {
  return await withHost(async (host, stopped) => {
    const results: TestResult[] = [];
    for (const test of tests) {
      if (stopped.aborted) throw new UserError('The tests were stopped.', 'Start them again.');
      results.push(await runTest({ ...run, host, stopped }, test, output));
    }
    return results;
  });
}

/** The recordings that were asked for, all of them where none was. Throws a UserError where there are none. */
async function chosen(project: Project, names: readonly string[]): Promise<readonly ProjectRecording[]> {
  const all = await recordingsOf(project.folder);
  if (all.length === 0) {
    throw new UserError(
      `${project.folder} has no recordings to test with`,
      `Make one: hotplug run --development --record ${recordingsFolder}/NAME.hotplug.mcap`,
    );
  }
  const missing = names.find((name) => !all.some((one) => one.name === name));
  if (missing !== undefined) {
    throw new UserError(
      `${project.folder} has no recording "${missing}"`,
      `It has ${all.map(({ name }) => name).join(', ')}.`,
    );
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** What the last build for development left. Throws a UserError where there is none. */
async function lastBuild(project: Project): Promise<Artifact> {
  const stamp = await readStamp(project.folder);
  if (stamp?.artifact !== undefined && stamp.mode === 'development') return stamp.artifact;
  throw new UserError(
    `${project.folder} has no development build`,
    'Build it first with `hotplug build`, or leave out --no-build.',
  );
}

async function writeJunit(file: string, xml: string): Promise<void> {
  try {
    await writeFile(file, xml);
  } catch (error) {
    throw new UserError(`${file} cannot be written`, 'Check the folder and its permissions.', {
      cause: error,
    });
  }
}
