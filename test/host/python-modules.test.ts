/** What a Python plugin consists of, and what is wrong with it: read in a process that stays. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { findPython } from '../../extension/toolchains/python-environment.ts';
import { PythonReader, type PythonModules } from '../../extension/toolchains/python-modules.ts';

const found = await findPython();
const skip = found === undefined && 'Python not found';
const reader = new PythonReader(found?.path ?? '');
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hotplug-modules-'));
});

after(async () => {
  reader.dispose();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

/** Reads a plugin with these files, `src/…` and `site/…`, whose entry is `src/app.py`. */
async function read(
  files: Readonly<Record<string, string>>,
): Promise<PythonModules & { readonly place: string }> {
  const place = join(folder, String(count++));
  for (const [name, text] of Object.entries(files)) {
    const file = join(place, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await mkdir(join(place, 'site'), { recursive: true });
  return { ...(await reader.read([join(place, 'src'), join(place, 'site')], 'app')), place };
}

/** `severity file:line:column message` of everything that is said. */
function problems({ diagnostics, place }: { readonly place: string } & PythonModules): readonly string[] {
  return diagnostics.map(
    ({ severity, file, line, column, message }) =>
      `${severity} ${file.slice(place.length + 1).replaceAll('\\', '/')}:${line}:${column} ${message}`,
  );
}

void test(
  'the modules of a plugin and the packages that it imports, with the names of a release build',
  { skip },
  async () => {
    const result = await read({
      'src/app.py':
        'import json, helpers.one\nfrom outer import deep\nimport wit_world\nfrom componentize_py_types import Err\n',
      'src/helpers/__init__.py': '',
      'src/helpers/one.py': 'from . import two\nfrom .three import *\n',
      'src/helpers/two.py': '',
      'src/helpers/three.py': 'def late():\n    import outer.lazy\n',
      'src/unused.py': '',
      'src/not-a-module.py': '',
      'src/.hidden/x.py': '',
      'site/outer/__init__.py': 'from .deep import x\n',
      'site/outer/deep.py': 'import namespace.inner\nx = 1\n',
      'site/outer/lazy.py': '',
      'site/outer/unused.py': '',
      'site/namespace/inner.py': '',
      'site/other.py': '',
    });
    assert.deepEqual(problems(result), []);
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(result.modules).map(([name, { file, package: pack }]) => [name, [file, pack]]),
      ),
      {
        app: ['/0/app.py', undefined],
        helpers: ['/0/helpers/__init__.py', true],
        'helpers.one': ['/0/helpers/one.py', undefined],
        'helpers.two': ['/0/helpers/two.py', undefined],
        'helpers.three': ['/0/helpers/three.py', undefined],
        unused: ['/0/unused.py', undefined],
        outer: ['/1/outer/__init__.py', true],
        'outer.deep': ['/1/outer/deep.py', undefined],
        'outer.lazy': ['/1/outer/lazy.py', undefined],
        namespace: ['/1/namespace/__init__.py', true],
        'namespace.inner': ['/1/namespace/inner.py', undefined],
      },
    );
  },
);

void test('a package that imports by computed names comes as a whole', { skip }, async () => {
  const { modules } = await read({
    'src/app.py': 'import many\n',
    'site/many/__init__.py':
      'import importlib\n[importlib.import_module(f"many.{name}") for name in ("a", "b")]\n',
    'site/many/a.py': '',
    'site/many/b.py': '',
    'site/many/tests/test_a.py': '',
  });
  assert.deepEqual(Object.keys(modules).sort(), ['app', 'many', 'many.a', 'many.b']);
});

void test(
  'mistakes in the syntax have line and column; those in files that nothing imports are none',
  { skip },
  async () => {
    const cases: Readonly<Record<string, string>> = {
      'import os\n\ndef f(:\n  pass\n': 'error src/app.py:3:7 SyntaxError: invalid syntax',
      'def f():\npass\n':
        'error src/app.py:2:1 IndentationError: expected an indented block after function definition on line 1',
      'if 1:\n\tx=1\n        y=2\n':
        'error src/app.py:3:1 TabError: inconsistent use of tabs and spaces in indentation',
      'return 1\n': "error src/app.py:1:1 SyntaxError: 'return' outside function",
      // Editors count the emoji as two.
      'x = "😀"; y = = 2\n': 'error src/app.py:1:15 SyntaxError: invalid syntax',
    };
    for (const [source, expected] of Object.entries(cases))
      assert.deepEqual(problems(await read({ 'src/app.py': source, 'src/broken.py': '(' })), [expected]);
    assert.deepEqual(problems(await read({ 'src/app.py': 'import broken\n', 'src/broken.py': 'x =\n' })), [
      'error src/broken.py:1:4 SyntaxError: invalid syntax',
    ]);
  },
);

void test('modules that are not there are said where the plugin needs them', { skip }, async () => {
  const result = await read({
    'src/app.py': `import nope
from typing import TYPE_CHECKING
try:
    import maybe
except ImportError:
    maybe = None
if TYPE_CHECKING:
    import stubs
def later():
    import late
from inner import missing_name
`,
    'src/inner.py': '',
  });
  assert.deepEqual(problems(result), [
    "error src/app.py:1:1 ModuleNotFoundError: No module named 'nope'",
    "warning src/app.py:10:5 ModuleNotFoundError: No module named 'late'",
  ]);
});

void test('packages with native code are refused at the import that needs them', { skip }, async () => {
  const result = await read({
    'src/app.py': 'import fine\nimport heavy\n',
    'site/fine/__init__.py':
      'try:\n    from . import _fast\nexcept ImportError:\n    pass\nfrom . import both\n',
    'site/fine/_fast.cpython-312-x86_64-linux-gnu.so': '',
    'site/fine/both.py': '',
    'site/fine/both.cpython-312-x86_64-linux-gnu.so': '',
    'site/heavy/__init__.py': 'from heavy import core\nfrom heavy.core import *\n',
    'site/heavy/core.cpython-312-x86_64-linux-gnu.so': '',
  });
  assert.deepEqual(problems(result), [
    'error src/app.py:2:1 heavy has native code for this machine (heavy/core.cpython-312-x86_64-linux-gnu.so), which a component cannot load: use a package that is Python only',
  ]);
});

void test('a library for components is for a build of one', { skip }, async () => {
  const { linked, diagnostics } = await read({
    'src/app.py': 'import fast\n',
    'site/fast.cpython-314-wasm32-wasi.so': '',
  });
  assert.deepEqual([linked, diagnostics], [['fast'], []]);
});

void test('warnings of the compiler are passed on; a file that changed is read anew', { skip }, async () => {
  const first = await read({ 'src/app.py': 'x = "\\d"\n' });
  assert.match(problems(first)[0] ?? '', /^warning src\/app\.py:1:1 .*invalid escape sequence/);
  await writeFile(join(first.place, 'src', 'app.py'), 'x = "changed"\n');
  const again = await reader.read([join(first.place, 'src')], 'app');
  assert.deepEqual([again.diagnostics, again.modules['app']?.source], [[], 'x = "changed"\n']);
});

void test(
  'syntax that is newer than the Python that reads it is left to the one that runs it',
  { skip },
  async () => {
    const result = await read({ 'src/app.py': 'import inner\ntype Name = str\n', 'src/inner.py': '' });
    assert.ok(!result.diagnostics.some(({ severity }) => severity === 'error'), problems(result).join('\n'));
    assert.deepEqual(Object.keys(result.modules).sort(), ['app', 'inner']);
  },
);

void test('a Python that is none is said', async () => {
  const wrong = new PythonReader(join(folder, 'no-python'));
  await assert.rejects(wrong.read([folder], 'app'), /no-python could not be started/);
});
