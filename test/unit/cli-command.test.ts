import assert from 'node:assert/strict';
import test from 'node:test';
import { command, ExitCode, table } from '../../extension/cli/command.ts';
import { errorJson, exitCodeOf, sayError } from '../../extension/cli/errors.ts';
import type { Output } from '../../extension/cli/output.ts';
import { sayBuild } from '../../extension/cli/progress.ts';
import { quantile } from '../../extension/cli/summary.ts';
import { UserError } from '../../extension/errors.ts';
import type { BuildStamp } from '../../extension/project/project.ts';

function recorder(): Output & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    json: false,
    say: (line) => void lines.push(line),
    write: (text) => void lines.push(text),
    result: () => undefined,
    style: (_style, text) => text,
  };
}

let seen: unknown;
const example = command({
  name: 'example',
  summary: 'Shows something.',
  arguments: [
    { name: 'what', description: 'What to show.', required: true },
    { name: 'where', description: 'Where.' },
  ],
  flags: { loud: 'Say it loudly.' },
  values: {
    times: { value: 'N', description: 'How often.' },
    file: { value: 'FILE', description: 'What to read.' },
  },
  run(args) {
    seen = [args.at(0), args.at(1), args.flag('loud'), args.number('times'), args.text('file')];
    return Promise.resolve(ExitCode.fine);
  },
});

test('a command gets what was typed', async () => {
  await example.run(['a', '--loud', '--times', '3', '--file=x', 'b', '--json'], recorder());
  assert.deepEqual(seen, ['a', 'b', true, 3, 'x']);
  await example.run(['--', '--loud'], recorder());
  assert.deepEqual(seen, ['--loud', undefined, false, undefined, undefined]);
});

test('a wrong use says what and where to look', async () => {
  const cases: readonly [readonly string[], string][] = [
    [[], 'hotplug example <what> [where]: <what> is missing'],
    [['a', 'b', 'c'], 'hotplug example <what> [where]: "c" is one argument too many'],
    [['a', '--quiet'], "Unknown option '--quiet'"],
    [['a', '--times'], "Option '--times <value>' argument missing"],
    [['a', '--loud=yes'], "Option '--loud' does not take an argument"],
    [['a', '--times', '-1'], "Option '--times' argument is ambiguous"],
    [['a', '--times=x'], '--times must be a number of at least 0, not "x"'],
    [['a', '--times='], '--times must be a number of at least 0, not ""'],
  ];
  for (const [argv, message] of cases) {
    await assert.rejects(
      async () => example.run(argv, recorder()),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, message);
        assert.equal(error.advice, 'See `hotplug example --help`.');
        return true;
      },
    );
  }
});

test('the help comes from the declaration', () => {
  assert.equal(
    example.help,
    `Shows something.

Usage: hotplug example <what> [where] [options]

  what         What to show.
  where        Where.
  --times N    How often.
  --file FILE  What to read.
  --loud       Say it loudly.
  --json       Print one JSON object on stdout and everything else on stderr.
  --help       Print this help.
`,
  );
  assert.equal(table([]), '');
});

test('errors are two lines for people, a defect says that it is one', () => {
  const output = recorder();
  sayError(new UserError('it broke', 'mend it'), output);
  sayError(new TypeError('oops'), output);
  assert.deepEqual(output.lines, [
    'error: it broke',
    '  what to do: mend it',
    'error: this is a defect of Hotplug: oops',
  ]);
  assert.deepEqual(errorJson(new UserError('a', 'b')), { ok: false, error: { message: 'a', advice: 'b' } });
  assert.deepEqual(errorJson(new Error('a')), { ok: false, error: { message: 'a', defect: true } });
  assert.equal(exitCodeOf(new UserError('a', 'b')), 2);
  assert.equal(exitCodeOf(new Error('a')), 1);
});

test('the lines that problem matchers read', () => {
  const output = recorder();
  const say = sayBuild(output);
  const stamp: BuildStamp = {
    version: 1,
    serial: 1,
    status: 'building',
    mode: 'development',
    startedAt: 1000,
    diagnostics: [],
  };
  say(stamp);
  say({ ...stamp, status: 'ok', finishedAt: 1012.4 });
  say({ ...stamp, status: 'failed', finishedAt: 1012, failure: 'cargo is missing.' });
  assert.deepEqual(output.lines, [
    '[hotplug] build started',
    '[hotplug] build finished in 12 ms',
    'error: cargo is missing.',
    '[hotplug] build failed',
  ]);
});

test('quantiles', () => {
  assert.equal(quantile([], 0.5), 0);
  assert.equal(quantile([7], 0.95), 7);
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2);
  assert.equal(quantile([1, 2, 3, 4], 0.95), 4);
});
