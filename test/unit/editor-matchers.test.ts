import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Diagnostic } from '../../extension/project/project.ts';
import { absoluteGoPlaces, formatVet, parseGo } from '../../extension/toolchains/diagnostics/go.ts';
import { formatDiagnostic, parseLineFormat } from '../../extension/toolchains/diagnostics/lines.ts';
import { formatTypeError, parseTsc } from '../../extension/toolchains/diagnostics/tsc.ts';
import { parseRustcLine } from '../../extension/toolchains/diagnostics/rustc.ts';

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
  readonly severity?: number;
  readonly message?: number;
}
interface Matcher {
  readonly name: string;
  readonly pattern: Pattern | readonly Pattern[];
  readonly background: { readonly beginsPattern: string; readonly endsPattern: string };
}

const { contributes } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
) as { contributes: { problemMatchers: readonly Matcher[] } };

function matcher(name: string): Matcher {
  const found = contributes.problemMatchers.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

/** What the editor makes of output: `severity file:line:column message` for every problem, consecutive lines a pattern each. */
function problems(name: string, output: string): readonly string[] {
  const { pattern } = matcher(name);
  const patterns = Array.isArray(pattern) ? (pattern as readonly Pattern[]) : [pattern as Pattern];
  const lines = output.split('\n');
  return lines.flatMap((_line, start) => {
    const found: Record<string, string> = {};
    for (const [offset, { regexp, ...groups }] of patterns.entries()) {
      const match = new RegExp(regexp).exec(lines[start + offset] ?? '');
      if (match === null) return [];
      for (const [part, group] of Object.entries(groups)) found[part] = match[group] ?? '';
    }
    return [`${found['severity']} ${found['file']}:${found['line']}:${found['column']} ${found['message']}`];
  });
}

test("rustc's messages land where the host's own reader puts them", () => {
  const file = join(import.meta.dirname, '..', 'fixtures', 'diagnostics', 'rustc-errors.jsonl');
  const messages = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => parseRustcLine(line, '/plugins/my-plugin') ?? []);
  const expected = messages.flatMap(({ diagnostic }) =>
    diagnostic === undefined
      ? []
      : [
          `${diagnostic.severity} ${diagnostic.file}:${diagnostic.line}:${diagnostic.column} ${diagnostic.message}`,
        ],
  );
  assert.equal(expected.length, 7);
  assert.deepEqual(problems('hotplug-rustc', messages.map(({ text }) => text).join('\n')), expected);
});

test("clang's and the bundler's messages land where the host's own reader puts them", () => {
  const text = [
    formatDiagnostic({
      severity: 'error',
      file: '/home/me/gain/src/plugin.c',
      line: 3,
      column: 7,
      message: "expected ';'",
    }),
    formatDiagnostic({
      severity: 'warning',
      file: '/home/me/gain/src/plugin.c',
      line: 4,
      column: 1,
      message: 'unused',
    }),
    '/home/me/gain/src/plugin.c:5:1: note: declared here\n',
    "/home/me/gain/src/plugin.c:6:10: fatal error: 'nope.h' file not found\n",
  ].join('');
  const expected = parseLineFormat(text, '/').map(
    ({ severity, file, line, column, message }) => `${severity} ${file}:${line}:${column} ${message}`,
  );
  assert.equal(expected.length, 3);
  for (const name of ['hotplug-clang', 'hotplug-javascript'])
    assert.deepEqual(problems(name, text), expected);
});

const go = `# my-gain/export_streamkit_plugin_node
export_streamkit_plugin_node/plugin.go:98:24: undefined: host.SendNowhere
./wit_exports.go:286:84: (x).Cleanup undefined (type *NodeInstance has no field or method Cleanup)
go.mod:4: unknown directive: foo
`;

test("go's messages land where the host's own reader puts them, and vet's apart from them", () => {
  const text = go
    .split('\n')
    .map((line) => absoluteGoPlaces(`${line}\n`, '/home/me/gain'))
    .join('');
  const places = ({ file, line, column, message }: Diagnostic): string =>
    `${file}:${line}:${column} ${message}`;
  const found = parseGo(text, '/home/me/gain');
  assert.equal(found.length, 3);
  assert.deepEqual(
    problems('hotplug-go', text),
    // Where there is no column, the editor marks the line.
    found.map((one) => `undefined ${places(one)}`.replace('go.mod:4:1', 'go.mod:4:')),
  );
  assert.deepEqual(problems('hotplug-go-vet', text), []);
  assert.deepEqual(problems('hotplug-wit', text), []);

  const vet = parseGo(
    'node/plugin.go:67:14: fmt.Printf format %d has arg "x" of wrong type string\n',
    '/a',
    'warning',
  );
  const written = vet.map(formatVet).join('');
  assert.deepEqual(
    problems('hotplug-go-vet', written),
    vet.map((one) => `undefined ${places(one)}`),
  );
  assert.deepEqual(problems('hotplug-go', written), []);
});

test('the lines that frame a build are recognised', () => {
  for (const { background } of contributes.problemMatchers) {
    if (background.beginsPattern.includes('check')) continue;
    assert.match('[hotplug] build started', new RegExp(background.beginsPattern));
    assert.match('[hotplug] build finished in 12 ms', new RegExp(background.endsPattern));
    assert.match('[hotplug] build failed', new RegExp(background.endsPattern));
  }
});

test("what a check of types found lands where the compiler's own output says, and is replaced as a whole", () => {
  const tsc = `src/plugin.ts(58,17): error TS2322: Type 'string' is not assignable to type 'number'.
src/plugin.ts(60,3): error TS2345: Argument of type '{}' is not assignable to parameter of type 'Packet'.
  Property 'tag' is missing in type '{}'.
error TS5023: Unknown compiler option 'strictt'.
`;
  const found = parseTsc(tsc, '/home/me/gain', '/home/me/gain/tsconfig.json');
  assert.deepEqual(
    found.map(({ code, line }) => [code, line]),
    [
      ['TS2322', 58],
      ['TS2345', 60],
      ['TS5023', 1],
    ],
  );
  assert.match(found[1]?.message ?? '', /parameter of type 'Packet'\. Property 'tag' is missing/);
  const text = found.map(formatTypeError).join('');
  const expected = found.map(
    ({ severity, file, line, column, message }) => `${severity} ${file}:${line}:${column} ${message}`,
  );
  assert.deepEqual(problems('hotplug-typescript', text), expected);
  assert.deepEqual(problems('hotplug-javascript', text), []);

  const { background } = matcher('hotplug-typescript');
  assert.match('[hotplug] check started', new RegExp(background.beginsPattern));
  assert.match('[hotplug] check finished', new RegExp(background.endsPattern));
  // What was found before stays while a build runs: its check comes after it.
  assert.doesNotMatch('[hotplug] build started', new RegExp(background.beginsPattern));
});
