import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panicPlace, panicText, sourceOf } from '../../extension/host/failure.ts';

void test('the source is the innermost frame of the project, not of a library', () => {
  const frames = [
    { function: 'abort', file: 'wasisdk:/v30.0/src/wasi-libc/abort.c', line: 5 },
    { function: 'core::panicking::panic', file: '/rustc/abc/library/core/src/panicking.rs', line: 60 },
    { function: 'dependency', file: '/home/me/gain/target/x.rs', line: 1 },
    { function: 'gain::process', file: 'src/lib.rs', line: 12, column: 5 },
    { function: 'gain::outer', file: '/home/me/gain/src/lib.rs', line: 3 },
  ];
  assert.deepEqual(sourceOf(frames, '/home/me/gain'), {
    file: '/home/me/gain/src/lib.rs',
    line: 12,
    column: 5,
  });
  assert.equal(sourceOf(frames.slice(0, 3), '/home/me/gain'), undefined);
});

void test('the panic is what stderr says of it', () => {
  const rust =
    "\nthread '<unnamed>' (1) panicked at src/lib.rs:28:48:\nboom 3\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
  assert.equal(panicText(rust), 'boom 3 (src/lib.rs:28:48)');
  assert.deepEqual(panicPlace(rust), [{ function: '', file: 'src/lib.rs', line: 28, column: 48 }]);
  assert.deepEqual(panicPlace('no panic at src/lib.rs:28:48:'), []);
  assert.equal(
    panicText('first\nmemory allocation of 9 bytes failed\n'),
    'memory allocation of 9 bytes failed',
  );
  assert.equal(panicText(''), '');
});
