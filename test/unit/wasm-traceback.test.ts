import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraceback } from '../../extension/wasm/traceback.ts';

/** What a plugin that was built with componentize-py 0.25.1 wrote. */
const zero = `Traceback (most recent call last):
  File "/0/node.py", line 15, in process
  File "/0/node.py", line 7, in deep
ZeroDivisionError: division by zero

thread '<unnamed>' (1) panicked at runtime/src/lib.rs:1293:29:
Python function threw an unexpected exception
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
`;

test('the frames of a traceback, innermost first, and the exception', () => {
  assert.deepEqual(readTraceback(zero), {
    thrown: 'ZeroDivisionError: division by zero',
    frames: [
      { function: 'deep', file: '/0/node.py', line: 7 },
      { function: 'process', file: '/0/node.py', line: 15 },
    ],
  });
});

test('what an exception was raised for is not what was raised', () => {
  const chained = `Traceback (most recent call last):
  File "/0/node.py", line 3, in read
    int("x")
    ~~~^^^^^
ValueError: invalid literal for int() with base 10: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/0/node.py", line 9, in process
  File "/1/lib/core.py", line 5, in call
  File "/0/node.py", line 5, in read
lib.errors.ParseError: no number
`;
  const { thrown, frames } = readTraceback(chained) ?? {};
  assert.equal(thrown, 'lib.errors.ParseError: no number');
  assert.deepEqual(
    frames?.map(({ file, line }) => `${file}:${line}`),
    ['/0/node.py:5', '/1/lib/core.py:5', '/0/node.py:9'],
  );
});

test('frames that repeat, a mistake in the syntax, and the interpreter itself', () => {
  const recursion = `Traceback (most recent call last):
  File "/0/node.py", line 21, in process
  File "/0/node.py", line 21, in process
  [Previous line repeated 997 more times]
RecursionError: maximum recursion depth exceeded
`;
  assert.equal(readTraceback(recursion)?.frames.length, 2);
  const syntax = `Traceback (most recent call last):
  File "/0/hotplug_interpreter.py", line 342, in _call
  File "<frozen importlib._bootstrap>", line 1398, in _gcd_import
  File "/0/node.py", line 29
    x = = 2
        ^
SyntaxError: invalid syntax
`;
  assert.deepEqual(readTraceback(syntax), {
    thrown: 'SyntaxError: invalid syntax',
    frames: [{ function: '', file: '/0/node.py', line: 29 }],
  });
});

test('an exception without memory to be written', () => {
  const poor = `Traceback (most recent call last):
  File "/0/node.py", line 18, in process
object address  : 0x4864b8
object refcount : 2
object type     : 0x373230
object type name: MemoryError
object repr     : MemoryError()
lost sys.stderr
`;
  assert.deepEqual(readTraceback(poor), {
    thrown: 'MemoryError',
    frames: [{ function: 'process', file: '/0/node.py', line: 18 }],
  });
});

test('an exception group is the last exception in it', () => {
  const group = `  + Exception Group Traceback (most recent call last):
  |   File "/0/node.py", line 2, in process
  | ExceptionGroup: several (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/0/node.py", line 8, in one
    | ValueError: first
    +------------------------------------
`;
  assert.deepEqual(readTraceback(group), {
    thrown: 'ValueError: first',
    frames: [{ function: 'one', file: '/0/node.py', line: 8 }],
  });
});

test('a value of another type than the WIT says has no traceback, but a reason', () => {
  const panic = `
thread '<unnamed>' (1) panicked at runtime/src/lib.rs:1494:89:
called \`Result::unwrap()\` on an \`Err\` value: PyErr { type: <class 'TypeError'>, value: TypeError("'int' object is not an instance of 'str'"), traceback: None }
`;
  assert.deepEqual(readTraceback(panic), {
    thrown:
      "TypeError: 'int' object is not an instance of 'str', where a value is passed between the plugin and its host",
    frames: [],
  });
});

test('other texts have no traceback', () => {
  for (const text of ['', 'Traceback', "thread 'main' panicked at src/lib.rs:1:1:\nboom\n"])
    assert.equal(readTraceback(text), undefined);
});
