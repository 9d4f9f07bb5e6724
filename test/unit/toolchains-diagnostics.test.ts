import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Diagnostic } from '../../extension/project/project.ts';
import { explainComponent, missingImport } from '../../extension/toolchains/diagnostics/component.ts';
import { formatDiagnostic, parseLineFormat } from '../../extension/toolchains/diagnostics/lines.ts';
import { parseLinker, placeLinkProblems } from '../../extension/toolchains/diagnostics/linker.ts';
import { parsePython } from '../../extension/toolchains/diagnostics/python.ts';
import { parseRustcLine } from '../../extension/toolchains/diagnostics/rustc.ts';
import { lastWords } from '../../extension/toolchains/diagnostics/unknown.ts';

/** What tools really printed; only the folders are others. */
function printed(file: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'fixtures', 'diagnostics', file), 'utf8');
}

function short({ severity, file, line, column, message, code }: Diagnostic): string {
  return `${severity} ${file}:${line}:${column} ${message}${code === undefined ? '' : ` (${code})`}`;
}

function rustc(file: string): readonly NonNullable<ReturnType<typeof parseRustcLine>>[] {
  return printed(file)
    .split('\n')
    .flatMap((line) => parseRustcLine(line, '/plugins/my-plugin') ?? []);
}

test("rustc: the place of each message, also of what a library's macro made of it", () => {
  const messages = rustc('rustc-errors.jsonl');
  assert.deepEqual(
    messages.flatMap(({ diagnostic }) => (diagnostic === undefined ? [] : [short(diagnostic)])),
    [
      'error /plugins/my-plugin/src/other.rs:7:22 cannot find value `undefined_in_macro` in this scope (E0425)',
      'error /plugins/my-plugin/src/other.rs:31:22 method `get` has an incompatible type for trait (E0053)',
      'error /plugins/my-plugin/src/other.rs:20:22 mismatched types (E0308)',
      "error /plugins/my-plugin/src/other.rs:22:35 `other::MyItem` doesn't implement `std::fmt::Display` (E0277)",
      // Its own place is in Rust's library, where `format!` is written.
      'error /plugins/my-plugin/src/other.rs:22:21 mismatched types (E0308)',
      'error /plugins/my-plugin/src/other.rs:23:22 mismatched types (E0308)',
      'error /plugins/my-plugin/src/other.rs:32:9 mismatched types (E0308)',
    ],
  );
  assert.ok(messages.every(({ failure }) => failure === undefined));
});

test('rustc: of two primary places the one that its own text points at', () => {
  assert.deepEqual(
    rustc('rustc-delimiter.jsonl').flatMap(({ diagnostic }) =>
      diagnostic === undefined ? [] : [short(diagnostic)],
    ),
    ['error /plugins/my-plugin/src/main.rs:2:19 mismatched closing delimiter: `}`'],
  );
});

test('rustc: what people see has absolute places, and the first is the one of the list', () => {
  for (const { text, diagnostic } of rustc('rustc-errors.jsonl')) {
    assert.doesNotMatch(text, /^\s*--> src/m);
    if (diagnostic === undefined) continue;
    const { file, line, column } = diagnostic;
    assert.equal(/--> (.*)/.exec(text)?.[1], `${file}:${line}:${column}`);
  }
});

test('rustc: a function that is only declared is what linking fails for', () => {
  const [warning, error] = rustc('rustc-link.jsonl');
  assert.ok(warning?.diagnostic !== undefined);
  assert.equal(
    short(warning.diagnostic),
    'warning /plugins/my-plugin/src/other.rs:13:13 unused variable: `unused` (unused_variables)',
  );
  assert.equal(error?.diagnostic, undefined);
  assert.equal(error?.failure, 'Nothing defines the function nowhere, and the host does not provide it.');
  assert.equal(error.missing, 'nowhere');
});

test('clang: warnings with their flag, errors, fatal errors, the use of a macro; no notes', () => {
  const file = '/plugins/my-c/src/plugin.c';
  const int = 'incompatible pointer to integer conversion returning';
  assert.deepEqual(parseLineFormat(printed('clang.txt'), '/plugins/my-c').map(short), [
    "warning /plugins/my-c/src/params.h:2:31 expected ';' at end of declaration list",
    `error ${file}:9:5 call to undeclared function 'undeclared'; ISO C99 and later do not support implicit function declarations (implicit-function-declaration)`,
    `error ${file}:10:13 use of undeclared identifier 'undefined_in_macro'`,
    `error ${file}:11:11 incompatible integer to pointer conversion initializing 'char *' with an expression of type 'int' (int-conversion)`,
    `warning ${file}:13:10 incompatible pointer types assigning to 'const char *' from 'char *(const char *)' (incompatible-pointer-types)`,
    `warning ${file}:14:11 using the result of an assignment as a condition without parentheses (parentheses)`,
    `error ${file}:14:23 ${int} 'char[2]' from a function with result type 'int' (int-conversion)`,
    `error ${file}:15:12 use of undeclared identifier 'z'`,
    `error ${file}:15:13 expected ';' after return statement`,
    `error ${file}:18:5 conflicting types for 'f'`,
    `error ${file}:20:6 conflicting types for 'exports_streamkit_plugin_node_metadata'`,
    "error /plugins/my-c/src/missing.c:1:10 'nope.h' file not found",
  ]);
});

test("zig: clang's messages and those of its own", () => {
  const found = parseLineFormat(printed('zig.txt'), '/plugins/my-c').map(short);
  assert.equal(found.length, 13);
  assert.equal(
    found[2],
    "error /plugins/my-c/src/plugin.c:10:13 use of undeclared identifier 'undefined_in_macro'",
  );
  assert.equal(
    found[11],
    'error /plugins/my-c/src/nofile.c:1:1 checking cache failed: file_open FileNotFound /plugins/my-c/src/nofile.c',
  );
  assert.equal(
    lastWords('error: unknown clang option: "-nonsense"\n'),
    'error: unknown clang option: "-nonsense"',
  );
});

for (const [name, file, suffix] of [
  ['wasm-ld of LLVM', 'wasm-ld.txt', ''],
  ['wasm-ld in zig', 'wasm-ld-zig.txt', '-zig'],
] as const) {
  test(`${name}: each problem with its symbol and its objects`, () => {
    const at = (object: string): string => `/plugins/my-c/${object}${suffix}.o`;
    assert.deepEqual(parseLinker(printed(file)).slice(0, 4), [
      { severity: 'error', message: 'undefined symbol: nowhere', symbol: 'nowhere', objects: [at('und')] },
      { severity: 'error', message: 'undefined symbol: other', symbol: 'other', objects: [at('und')] },
      {
        severity: 'warning',
        message: 'function signature mismatch: add',
        symbol: 'add',
        objects: [at('mismatch'), at('twice')],
      },
      {
        severity: 'error',
        message: 'duplicate symbol: add',
        symbol: 'add',
        objects: [at('twice'), at('twice2')],
      },
    ]);
  });
}

test('a problem of a linker stands where the source first has the name', () => {
  const text = 'void other(void);\nvoid nowhereabouts(void);\nvoid x(void) { nowhere(1); }\n';
  const sources = new Map([['/plugins/my-c/und.o', { file: '/plugins/my-c/src/und.c', text }]]);
  assert.deepEqual(placeLinkProblems(parseLinker(printed('wasm-ld.txt')), sources).map(short), [
    'error /plugins/my-c/src/und.c:3:16 undefined symbol: nowhere (link)',
    'error /plugins/my-c/src/und.c:1:6 undefined symbol: other (link)',
  ]);
});

test('what no parser knows is shown by the lines that speak of a failure', () => {
  assert.equal(
    lastWords(printed('wasm-ld.txt'), 2),
    "clang-19: error: no such file or directory: '/plugins/my-c/nope.o'\nclang-19: error: no input files",
  );
  assert.equal(
    lastWords(printed('wasm-ld-zig.txt'), 1),
    'error: failed to open object /plugins/my-c/nope.o: FileNotFound',
  );
  assert.equal(lastWords('compiling…\nall is well\n\n'), 'compiling…\nall is well');
  assert.equal(lastWords(' \n'), '');
});

test('a module that does not fit its WIT: what is missing, what is too much, what is another type', () => {
  assert.equal(
    explainComponent(printed('component-missing-export.txt')),
    'The compiled module does not fit its WIT: the WIT exports wasi:keyvalue/watcher@0.2.0-draft#on-set, the module does not. Write the bindings anew with `hotplug bindings`.',
  );
  assert.match(
    explainComponent(printed('component-import.txt')),
    /the module imports wasi:keyvalue\/stone@0\.2\.0-draft#open, the WIT does not/,
  );
  assert.match(
    explainComponent(printed('component-signature.txt')),
    /wasi:keyvalue\/watcher@0\.2\.0-draft#on-set: type mismatch for function `on-set`: expected/,
  );
  assert.equal(explainComponent('no idea'), 'No component could be made of the compiled module: no idea');
});

test('what Hotplug prints of a bundle reads back as it was', () => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    file: '/plugins/my-gain/src/plugin.js',
    line: 89,
    column: 33,
    message: 'Expected "}" but found ";"',
  };
  assert.deepEqual(parseLineFormat(formatDiagnostic(diagnostic), '/elsewhere'), [diagnostic]);
});

test('colours and Windows line ends do not matter', () => {
  const coloured = '\u001b[1m/p/a.c:1:2: \u001b[0m\u001b[0;1;31merror: \u001b[0mno\r\n';
  assert.deepEqual(parseLineFormat(coloured, '/'), [
    { severity: 'error', file: '/p/a.c', line: 1, column: 2, message: 'no' },
  ]);
});

/** A generator of numbers that gives the same ones each time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test('no output makes a parser throw, and every diagnostic has a place', () => {
  const whole = ['clang.txt', 'zig.txt', 'wasm-ld.txt', 'component-signature.txt', 'rustc-errors.jsonl'].map(
    printed,
  );
  const strange = [
    '\u0000',
    '\ud800',
    '\u001b[',
    ':',
    '-->',
    '>>> defined in',
    'error: ',
    '1:99999999999999999999:',
    '{',
    '"spans":[',
    '\n',
    '(((((((((',
    'a'.repeat(50),
  ];
  const next = numbers(7);
  for (let round = 0; round < 3000; round++) {
    const source = whole[next(whole.length)] ?? '';
    const from = next(source.length);
    const pieces = Array.from({ length: next(6) }, () =>
      next(2) === 0 ? (strange[next(strange.length)] ?? '') : source.slice(from, from + next(200)),
    );
    const text = pieces.join('');
    const found = [
      ...parseLineFormat(text, '/p'),
      ...parsePython(text, '/p'),
      ...text.split('\n').flatMap((line) => {
        const message =
          parseRustcLine(`{"reason":"compiler-message"${line}`, '/p') ?? parseRustcLine(line, '/p');
        return message?.diagnostic ?? [];
      }),
      ...placeLinkProblems(parseLinker(text), new Map([['/plugins/my-c/und.o', { file: '/p/a.c', text }]])),
    ];
    for (const { file, line, column } of found) {
      assert.ok(file.startsWith('/') && Number.isFinite(line) && Number.isFinite(column), text);
    }
    assert.equal(typeof explainComponent(text), 'string');
    assert.ok(missingImport(text) === undefined || text.includes('env::'));
    // Something was printed, so something is shown.
    // eslint-disable-next-line no-control-regex
    if (/[a-z]{3}/.test(text.replaceAll(/\u001b.*/g, ''))) assert.notEqual(lastWords(text) + text, text);
  }
});
