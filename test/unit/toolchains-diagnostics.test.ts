import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../extension/project/project.ts';
import { formatDiagnostic, parseLineFormat } from '../../extension/toolchains/diagnostics/lines.ts';
import { absoluteRustcPlaces, parseRustc } from '../../extension/toolchains/diagnostics/rustc.ts';

/** What cargo 1.95 printed for a plugin with three mistakes and a warning. */
const rustc = `   Compiling my-rust v0.1.0 (/plugins/my-rust)
warning: unused variable: \`unused\`
   --> src/lib.rs:117:13
    |
117 |         let unused = 1; let factor: i32 = 10f32.powf(self.gain_db.get() / 20.0); nothing();
    |             ^^^^^^ help: if this is intentional, prefix it with an underscore: \`_unused\`
    |
    = note: \`#[warn(unused_variables)]\` (part of \`#[warn(unused)]\`) on by default

error[E0308]: mismatched types
   --> src/lib.rs:117:43
    |
117 |         let unused = 1; let factor: i32 = 10f32.powf(self.gain_db.get() / 20.0); nothing();
    |                                     ---   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected \`i32\`, found \`f32\`

error[E0277]: cannot multiply-assign \`f32\` by \`i32\`
   --> /plugins/my-rust/src/lib.rs:119:21
    |
119 |             *sample *= factor;
    |                     ^^ no implementation for \`f32 *= i32\`
    |
help: the following other types implement trait \`MulAssign<Rhs>\`
   --> /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/internal_macros.rs:61:8

Some errors have detailed explanations: E0277, E0308.
error: could not compile \`my-rust\` (lib) due to 2 previous errors; 1 warning emitted
`;

/** What clang 19 printed with -fdiagnostics-absolute-paths. */
const clang = `/plugins/my-c/src/plugin.c:102:53: warning: unused variable 'unused' [-Wunused-variable]
  102 |     int unused;
      |         ^~~~~~
/plugins/my-c/src/plugin.c:102:80: error: call to undeclared function 'undeclared'; ISO C99 and later do not support implicit function declarations [-Werror,-Wimplicit-function-declaration]
  102 |     undeclared(3);
      |     ^
/plugins/my-c/src/plugin.c:98:1: note: previous definition is here
src/plugin.c:3:10: fatal error: 'missing.h' file not found
    3 | #include "missing.h"
2 errors generated.
wasm-ld-19: error: plugin.o: undefined symbol: nothing
`;

test('rustc: the first place of each message, its code, and nothing without a place', () => {
  assert.deepEqual(parseRustc(rustc, '/plugins/my-rust'), [
    {
      severity: 'warning',
      file: '/plugins/my-rust/src/lib.rs',
      line: 117,
      column: 13,
      message: 'unused variable: `unused`',
    },
    {
      severity: 'error',
      file: '/plugins/my-rust/src/lib.rs',
      line: 117,
      column: 43,
      message: 'mismatched types',
      code: 'E0308',
    },
    {
      severity: 'error',
      file: '/plugins/my-rust/src/lib.rs',
      line: 119,
      column: 21,
      message: 'cannot multiply-assign `f32` by `i32`',
      code: 'E0277',
    },
  ] satisfies Diagnostic[]);
});

test('rustc: places are made absolute for the editor, and those that are stay', () => {
  const text = absoluteRustcPlaces(rustc, '/plugins/my-rust');
  assert.match(text, /^ {3}--> \/plugins\/my-rust\/src\/lib\.rs:117:43$/m);
  assert.match(text, /^ {3}--> \/plugins\/my-rust\/src\/lib\.rs:119:21$/m);
  assert.doesNotMatch(text, /--> src/);
});

test('clang: warnings with their flag, errors, fatal errors; no notes, no linker lines', () => {
  assert.deepEqual(parseLineFormat(clang, '/plugins/my-c'), [
    {
      severity: 'warning',
      file: '/plugins/my-c/src/plugin.c',
      line: 102,
      column: 53,
      message: "unused variable 'unused'",
      code: 'unused-variable',
    },
    {
      severity: 'error',
      file: '/plugins/my-c/src/plugin.c',
      line: 102,
      column: 80,
      message:
        "call to undeclared function 'undeclared'; ISO C99 and later do not support implicit function declarations",
      code: 'implicit-function-declaration',
    },
    {
      severity: 'error',
      file: '/plugins/my-c/src/plugin.c',
      line: 3,
      column: 10,
      message: "'missing.h' file not found",
    },
  ] satisfies Diagnostic[]);
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
