import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { formatDiagnostic, parseLineFormat } from '../../extension/toolchains/diagnostics/lines.ts';
import { parsePython } from '../../extension/toolchains/diagnostics/python.ts';
import { readOutput } from '../../extension/toolchains/python-componentize.ts';
import {
  explainInstall,
  explainVenv,
  findComponentizer,
  findEnvironment,
  readRequirements,
  tooOld,
} from '../../extension/toolchains/python-environment.ts';
import { pythonNames, unsupportedInPython } from '../../extension/toolchains/python-names.ts';
import { findEntry } from '../../extension/toolchains/python-project.ts';
import { resolveWit } from '../../extension/wit/tool.ts';
import { folderWith } from './toolchains-fixture.ts';

/** What componentize-py 0.25.1 prints before what it has to say, with RUST_BACKTRACE=0. */
const wrapper = `Traceback (most recent call last):
  File "/plugins/mine/.venv/bin/componentize-py", line 8, in <module>
    sys.exit(script())
             ^^^^^^^^
`;
const roots = ['/plugins/mine/src', '/plugins/mine/.venv/lib/python3.11/site-packages'];

function said(stderr: string): ReturnType<typeof readOutput> {
  return readOutput({ stdout: '', stderr: wrapper + stderr }, roots);
}

test('an exception while modules are imported has its line in the plugin', () => {
  const { text, diagnostics } = said(`AssertionError: init Node
Traceback (most recent call last):
  File "/0/node.py", line 29, in <module>
    1/0
    ~^~
ZeroDivisionError: division by zero


Caused by:
    ZeroDivisionError: division by zero
`);
  assert.equal(
    text,
    `init Node
Traceback (most recent call last):
  File "/plugins/mine/src/node.py", line 29, in <module>
    1/0
    ~^~
ZeroDivisionError: division by zero`,
  );
  assert.deepEqual(diagnostics, [
    {
      severity: 'error',
      file: '/plugins/mine/src/node.py',
      line: 29,
      column: 1,
      message: 'ZeroDivisionError: division by zero',
      code: 'ZeroDivisionError',
    },
  ]);
});

test("an exception in a package is at the plugin's own line", () => {
  const { diagnostics } = said(`AssertionError: Traceback (most recent call last):
  File "/0/app.py", line 3, in <module>
    import jinja2
  File "/1/jinja2/__init__.py", line 9, in <module>
    from .bccache import BytecodeCache as BytecodeCache
  File "/1/jinja2/bccache.py", line 11, in <module>
    import fcntl2
ModuleNotFoundError: No module named 'fcntl2'


Caused by:
    ModuleNotFoundError: No module named 'fcntl2'
`);
  assert.deepEqual(
    diagnostics.map(({ file, line, message }) => `${file}:${line} ${message}`),
    ["/plugins/mine/src/app.py:3 ModuleNotFoundError: No module named 'fcntl2'"],
  );
});

test('mistakes in the syntax have their column', () => {
  const { diagnostics } = said(`AssertionError:   File "/0/node.py", line 29
    x = = 2
        ^
SyntaxError: invalid syntax


Caused by:
    SyntaxError: invalid syntax (node.py, line 29)
`);
  assert.deepEqual(
    diagnostics.map(({ line, column, message }) => [line, column, message]),
    [[29, 5, 'SyntaxError: invalid syntax']],
  );
  for (const kind of [
    'IndentationError: unexpected indent',
    'TabError: inconsistent use of tabs and spaces in indentation',
  ]) {
    const [found] = said(`AssertionError:   File "/0/node.py", line 2\n    x = 1\n${kind}\n`).diagnostics;
    assert.deepEqual([found?.line, found?.message], [2, kind]);
  }
});

test('what the world asks for and is not there is named with its module', () => {
  const { diagnostics } =
    said(`AssertionError: AttributeError: module 'app' has no attribute 'Node'. Did you mean: 'Nod'?


Caused by:
    AttributeError: module 'app' has no attribute 'Node'
`);
  assert.deepEqual(diagnostics, [
    {
      severity: 'error',
      file: '/plugins/mine/src/app.py',
      line: 1,
      column: 1,
      message: "AttributeError: app.py has no Node, which the world's exports are looked up in",
      code: 'AttributeError',
    },
  ]);
});

test('failures without a place are said in a sentence', () => {
  const module = said(`AssertionError: ModuleNotFoundError: No module named 'nomod'


Caused by:
    ModuleNotFoundError: No module named 'nomod'
`);
  assert.deepEqual(
    [module.diagnostics.length, module.failure],
    [0, "ModuleNotFoundError: No module named 'nomod'"],
  );
  const host = said(`AssertionError: 

Caused by:
    0: error while executing at wasm backtrace:
           0: 0xa15af9 - <unknown>!<wasm function 88>
           1: 0x9fcdd5 - <unknown>!adapter log
    1: called trapping stub: streamkit:plugin/host@0.1.0#log
`);
  assert.match(host.failure, /^A module calls streamkit:plugin\/host@0\.1\.0 log while it is imported\./);
  assert.ok(host.text.includes('called trapping stub'), host.text);
  const panic = said('pyo3_runtime.PanicException: called `Option::unwrap()` on a `None` value\n');
  assert.match(panic.text, /called `Option::unwrap\(\)`/);
});

test('tracebacks on their own are read, too', () => {
  const output = `Traceback (most recent call last):
  File "/plugins/mine/src/tool.py", line 7, in <module>
    main()
  File "/plugins/mine/src/tool.py", line 4, in main
    raise ValueError("no")
ValueError: no
`;
  const [found] = parsePython(output, '/plugins/mine/src');
  assert.deepEqual([found?.line, found?.message], [4, 'ValueError: no']);
  assert.deepEqual(parsePython('everything went well\n', '/plugins/mine/src'), []);
  assert.ok(found);
  assert.deepEqual(parseLineFormat(formatDiagnostic(found), '/')[0]?.message, found.message);
});

test("pip's and uv's failures say what they failed for", () => {
  assert.equal(
    explainInstall(`Looking in links: /wheels
ERROR: Could not find a version that satisfies the requirement no-such-thing (from versions: none)
ERROR: No matching distribution found for no-such-thing
`),
    'No matching distribution found for no-such-thing',
  );
  assert.equal(
    explainInstall(`Using Python 3.11.7 environment at: .venv
error: No solution found when resolving dependencies
  cause: Because no-such-thing was not found in the package registry and you require no-such-thing, we can conclude that your requirements are unsatisfiable.
`),
    'No solution found when resolving dependencies: Because no-such-thing was not found in the package registry and you require no-such-thing, we can conclude that your requirements are unsatisfiable.',
  );
  assert.equal(
    explainVenv(`The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv

You may need to use sudo with that command.  After installing the python3-venv
package, recreate your virtual environment.

Failing command: /plugins/mine/.venv/bin/python3
`),
    'this Python cannot make environments. Run: sudo apt install python3.11-venv',
  );
});

/** A folder that looks like a virtual environment with componentize-py in it. */
async function environmentIn(folder: string, version: string, python = '3.12'): Promise<void> {
  const windows = process.platform === 'win32';
  const bin = join(folder, windows ? 'Scripts' : 'bin');
  const packages = windows
    ? join(folder, 'Lib', 'site-packages')
    : join(folder, 'lib', `python${python}`, 'site-packages');
  for (const [file, mode] of [
    [join(folder, 'pyvenv.cfg'), 0o644],
    [join(bin, windows ? 'python.exe' : 'python'), 0o755],
    [join(bin, windows ? 'componentize-py.exe' : 'componentize-py'), 0o755],
    [join(packages, `componentize_py-${version}.dist-info`, 'METADATA'), 0o644],
  ] as const) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
    await chmod(file, mode);
  }
}

test("a project's environment is its own, one above it, or the active one", async (t) => {
  const folder = await folderWith(t, { 'a/b/app.py': '', 'a/broken/pyvenv.cfg': '' });
  const project = join(folder, 'a', 'b');
  t.after(() => delete process.env['VIRTUAL_ENV']);
  delete process.env['VIRTUAL_ENV'];
  assert.equal(await findEnvironment(project), undefined);
  await environmentIn(join(folder, 'active'), '0.24.0');
  process.env['VIRTUAL_ENV'] = join(folder, 'active');
  assert.equal((await findEnvironment(project))?.folder, join(folder, 'active'));
  await environmentIn(join(folder, '.venv'), '0.24.0');
  assert.equal((await findEnvironment(project))?.folder, join(folder, '.venv'));
  await environmentIn(join(project, '.venv'), '0.25.1');
  const found = await findEnvironment(project);
  assert.equal(found?.folder, join(project, '.venv'));
  assert.equal(found.ours, false);
  const componentizer = await findComponentizer(found);
  assert.equal(componentizer?.version, '0.25.1');
  assert.ok(componentizer.path.startsWith(join(project, '.venv')));
});

test('versions of componentize-py that lay modules out in other ways are too old', () => {
  assert.equal(tooOld({ path: '', version: '0.25.1' }), undefined);
  assert.equal(tooOld({ path: '', version: '1.0.0' }), undefined);
  assert.match(
    tooOld({ path: '', version: '0.13.5' }) ?? '',
    /componentize-py 0\.13\.5 is too old: 0\.\d+ or later/,
  );
});

test('requirements are read from both files; what only the author needs is apart', async (t) => {
  const folder = await folderWith(t, {
    'requirements.txt': '# what it imports\njinja2==3.1  # templates\n\ncomponentize-py==0.25.1\n',
    'pyproject.toml':
      '[project]\ndependencies = ["attrs"]\n[dependency-groups]\ndev = ["componentize-py==0.25.1", {include-group = "x"}]\n',
  });
  assert.deepEqual(await readRequirements(folder), {
    packages: ['jinja2==3.1', 'attrs'],
    development: ['componentize-py==0.25.1'],
    file: true,
  });
  assert.deepEqual(await readRequirements(join(folder, 'nowhere')), {
    packages: [],
    development: [],
    file: false,
  });
});

test('the entry is what hotplug.json names, or has a usual name', async (t) => {
  const folder = await folderWith(t, { 'src/app.py': '', 'lib/mine/__init__.py': '', 'other.py': '' });
  const inFolder = (...path: readonly string[]): string => join(folder, ...path);
  assert.deepEqual(await findEntry(folder, undefined), {
    file: inFolder('src', 'app.py'),
    root: inFolder('src'),
    module: 'app',
  });
  assert.deepEqual(await findEntry(folder, 'lib/mine/__init__.py'), {
    file: inFolder('lib', 'mine', '__init__.py'),
    root: inFolder('lib'),
    module: 'mine',
  });
  assert.equal((await findEntry(folder, 'other.py'))?.root, folder);
  assert.equal(await findEntry(folder, 'none.py'), undefined);
});

const twoOfAName = `package a:b@1.0.0;
interface streams { get: func() -> u8; }
interface types { resource thing { constructor(); } }
interface plain { f: func(); }
world w { import streams; import c:d/streams@2.0.0; export types; export plain; }
`;

test("interfaces are called by their own names, or with the package's where two have the same", async () => {
  const files = [
    { path: 'w.wit', text: twoOfAName },
    { path: 'deps/d.wit', text: 'package c:d@2.0.0;\ninterface streams { put: func(); }\n' },
  ];
  const world = (await resolveWit(files)).worlds[0];
  assert.ok(world);
  const { imports, exports, renamed } = pythonNames(world);
  assert.deepEqual(Object.fromEntries(imports), {
    'a:b/streams@1.0.0': 'a_b_streams',
    'c:d/streams@2.0.0': 'c_d_streams',
  });
  // Python has a module `types` of its own, and would take that.
  assert.deepEqual(Object.fromEntries(exports), {
    'a:b/types@1.0.0': 'a_b_types',
    'a:b/plain@1.0.0': 'plain',
  });
  assert.deepEqual([...renamed.keys()], ['a:b/types@1.0.0']);
});

test('what componentize-py cannot build is said before it is tried', async () => {
  const reasonFor = async (text: string): Promise<string | undefined> => {
    const world = (await resolveWit([{ path: 'w.wit', text }])).worlds[0];
    return world && unsupportedInPython(world);
  };
  assert.match(
    (await reasonFor('package a:b; world w { export here: interface { f: func(); } }')) ?? '',
    /leaves out the functions of an interface that is written in the world itself: here/,
  );
  assert.match(
    (await reasonFor('package a:b; interface i { resource r; } world w { export i; }')) ?? '',
    /cannot build an exported resource without functions: r of a:b\/i/,
  );
  assert.equal(
    await reasonFor('package a:b; interface i { resource r { f: func(); } } world w { export i; }'),
    undefined,
  );
});
