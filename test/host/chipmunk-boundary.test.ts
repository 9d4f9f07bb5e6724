/** What a Chipmunk plugin sees of the machine, and what its rows may hold. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { HostEvents } from '../../extension/host/protocol.ts';
import { decodePayload } from '../../extension/contracts/typed/encoding.ts';
import { buildPlugins, chipmunkTest, Plugged, sourceProject } from './chipmunk.ts';
import { temporaryFolder } from './cli-process.ts';
import { eventually } from './hosted.ts';

buildPlugins();

chipmunkTest(
  'a plugin reads what is beside its configured files, writes its temporary folder, and nothing else',
  async (t) => {
    const place = await temporaryFolder(t);
    await mkdir(join(place, 'granted', 'below'), { recursive: true });
    await mkdir(join(place, 'logs', 'chosen'), { recursive: true });
    await mkdir(join(place, 'other'));
    for (const file of [
      'granted/a.txt',
      'granted/b.txt',
      'granted/below/c.txt',
      'logs/chosen/d.txt',
      'logs/e.txt',
      'other/f.txt',
      'g.txt',
    ])
      await writeFile(join(place, ...file.split('/')), `content of ${file}`);
    const { env } = process;
    const commands: readonly (readonly [string, string | RegExp])[] = [
      [`read ${place}/granted/a.txt`, 'content of granted/a.txt'],
      [`read ${place}/granted/b.txt`, 'content of granted/b.txt'],
      [`read ${place}/granted/below/c.txt`, 'content of granted/below/c.txt'],
      [`list ${place}/granted`, 'a.txt b.txt below'],
      // The parent of a folder that was chosen.
      [`read ${place}/logs/chosen/d.txt`, 'content of logs/chosen/d.txt'],
      [`read ${place}/logs/e.txt`, 'content of logs/e.txt'],
      // Read-only.
      [`write ${place}/granted/a.txt changed`, /^(PermissionDenied|ReadOnlyFilesystem)$/],
      [`append ${place}/granted/a.txt changed`, /^(PermissionDenied|ReadOnlyFilesystem)$/],
      [`write ${place}/granted/new.txt x`, /^(PermissionDenied|ReadOnlyFilesystem)$/],
      [`remove ${place}/granted/b.txt`, /^(PermissionDenied|ReadOnlyFilesystem)$/],
      [`folder ${place}/granted/new`, /^(PermissionDenied|ReadOnlyFilesystem)$/],
      [`rename ${place}/granted/a.txt ${place}/granted/z.txt`, /^(PermissionDenied|ReadOnlyFilesystem)$/],
      // Nothing else.
      [`read ${place}/g.txt`, /^(NotFound|PermissionDenied)$/],
      [`read ${place}/other/f.txt`, /^(NotFound|PermissionDenied)$/],
      [`read ${place}/granted/../g.txt`, /^(NotFound|PermissionDenied)$/],
      [`read ${place}/granted/../other/f.txt`, /^(NotFound|PermissionDenied)$/],
      [`list ${place}`, /^(NotFound|PermissionDenied)$/],
      [`read ${env['HOME'] ?? '/root'}/.profile`, /^(NotFound|PermissionDenied)$/],
      ['read /etc/passwd', /^(NotFound|PermissionDenied)$/],
      ['list /', /^(NotFound|PermissionDenied)$/],
      ['read relative.txt', /^(NotFound|PermissionDenied)$/],
      ['in write @/x hello', 'done'],
      ['in append @/x  and more', 'done'],
      ['in read @/x', 'hello and more'],
      ['in folder @/sub', 'done'],
      ['in rename @/x @/sub/y', 'done'],
      ['in list @/sub', 'y'],
      ['in remove @/sub/y', 'done'],
      ['in read @/../x', /^(NotFound|PermissionDenied)$/],
      ['environment', '0 variables, 0 arguments'],
    ];
    const params = { inputs: [join(place, 'granted', 'a.txt')], folders: [join(place, 'logs', 'chosen')] };
    await using plugged = await Plugged.start({
      script: { parse: 'commands' },
      input: `${commands.map(([command]) => command).join('\n')}\ntemporary\ntemporary\nin write @/left here\n`,
      params,
    });
    await plugged.ended();
    const rows = plugged.rows();
    for (const [index, [command, wanted]] of commands.entries()) {
      const row = String(rows[index]);
      if (typeof wanted === 'string') assert.equal(row, wanted, command);
      else assert.match(row, wanted, command);
    }
    const [first, second] = rows.slice(commands.length);
    assert.ok(typeof first === 'string' && first !== '');
    assert.equal(first, second);
    // It is below the system's own, whatever the plugin calls it.
    const folder = await temporaryOnHost(basename(first));
    await access(join(folder, 'left'));
    await plugged.hosted.host.request('stop', { plugin: plugged.hosted.id });
    // It goes with the instance.
    await eventually(
      'the folder to be gone',
      async () =>
        await access(folder).then(
          () => false,
          () => true,
        ),
    );
  },
);

chipmunkTest(
  'the folder of the project itself can be chosen, and is read where the plugin is told',
  async (t) => {
    const place = await temporaryFolder(t);
    const project = join(place, 'mine');
    await mkdir(project);
    await writeFile(join(project, 'a.txt'), 'content');
    await using plugged = await Plugged.start({
      script: { parse: 'commands' },
      input: `config\nread ${project}/a.txt\nlist /\nlist ${place}/..\n`,
      params: { folders: [project] },
      folder: project,
    });
    await plugged.ended();
    const [config, read, top, above] = plugged.rows();
    assert.ok(String(config).includes(`Directories(["${project}"])`), String(config));
    assert.equal(read, 'content');
    assert.match(String(top), /^(NotFound|PermissionDenied)$/);
    assert.match(String(above), /^(NotFound|PermissionDenied)$/);
  },
);

async function temporaryOnHost(name: string): Promise<string> {
  for (const one of await readdir(tmpdir())) {
    const folder = join(tmpdir(), one, name);
    if (one.startsWith('hotplug-') && existsSync(folder)) return folder;
  }
  throw new Error(`there is no ${name}`);
}

chipmunkTest('without a configured file nothing can be read, and no other machine reached', async (t) => {
  let connections = 0;
  const server = createServer(() => connections++);
  t.after(() => server.close());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  await using plugged = await Plugged.start({
    script: { parse: 'commands' },
    input: `connect 127.0.0.1:${port}\nlist .\n`,
  });
  await plugged.ended();
  const [connected, listed] = plugged.rows();
  assert.match(String(connected), /^(PermissionDenied|Unsupported)$/);
  assert.match(String(listed), /^(NotFound|PermissionDenied)$/);
  assert.equal(connections, 0);
});

chipmunkTest('a byte source reads the files of its own configuration, and no others', async (t) => {
  const place = await temporaryFolder(t);
  await mkdir(join(place, 'granted'));
  await writeFile(join(place, 'granted', 'in.log'), 'first line');
  await writeFile(join(place, 'out.log'), 'secret');
  const read = `command read ${place}/granted/in.log,command read ${place}/out.log,command environment,empty`;
  const plugin = await sourceProject(
    join(place, 'reader'),
    { read },
    { inputs: [join(place, 'granted', 'in.log')] },
  );
  await using plugged = await Plugged.start({
    script: { parse: 'lines' },
    input: { kind: 'byte-source', plugin },
  });
  await plugged.ended();
  const [granted, refused, environment] = plugged.rows();
  assert.equal(granted, 'first line');
  assert.match(String(refused), /^(NotFound|PermissionDenied)$/);
  assert.equal(environment, '0 variables, 0 arguments');
});

chipmunkTest('logs have their level, and what is written comes with the event', async () => {
  const lines: HostEvents['log'][] = [];
  await using plugged = await Plugged.start({ script: { parse: 'commands' } });
  plugged.hosted.host.on('log', (line) => lines.push(line));
  const file = join(plugged.folder, 'input.log');
  await writeFile(file, 'log hello\nstdout to out\nstderr to err\n');
  await plugged.again({ kind: 'bytes', file });
  await plugged.ended();
  const logs = plugged.hosted.records('hostCall').filter(({ name, event }) => name === 'log' && event > 0);
  const levels = logs.map(({ payload }) =>
    decodePayload(payload)?.params.map((value) =>
      'name' in value ? value.name : 'value' in value ? value.value : '',
    ),
  );
  assert.deepEqual(levels, [
    ['error', 'hello Level::Error'],
    ['warn', 'hello Level::Warn'],
    ['info', 'hello Level::Info'],
    ['debug', 'hello Level::Debug'],
    ['trace', 'hello Level::Trace'],
  ]);
  assert.deepEqual(
    plugged.hosted.records('output').map(({ name, payload }) => [name, new TextDecoder().decode(payload)]),
    [
      ['stdout', 'to out\n'],
      ['stderr', 'to err\n'],
    ],
  );
  await eventually('the log lines', () => lines.filter(({ text }) => text.includes('hello')).length >= 4);
  assert.ok(lines.some(({ level, text }) => level === 'error' && text.includes('hello')));
});

chipmunkTest(
  'rows with newlines, control characters, the separator of columns and more cells than columns stay as they are',
  async () => {
    const input = 'one\\ntwo|a\\4b|c\\eX\n|\\0|more|and more\nlast';
    await using plugged = await Plugged.start({ script: { parse: 'cells', render: 'columns 2' }, input });
    await plugged.ended();
    assert.deepEqual(plugged.rows(), [
      ['one\ntwo', 'a\u0004b', 'c\u001bX'],
      ['', '\0', 'more', 'and more'],
      ['last'],
    ]);
    const found = await plugged.hosted.host.request('results', {
      recording: 'live',
      query: { from: 0, count: 10 },
    });
    assert.deepEqual(
      found?.columns.map(({ caption }) => caption),
      ['c1', 'c2'],
    );
    const [first, second] = found.rows;
    assert.deepEqual(first?.cells, ['one\ntwo', 'a\u0004b', 'c\u001bX']);
    // What the real host would make of it.
    assert.match(first.note ?? '', /newline|rows/);
    assert.equal(second?.cells.length, 4);
  },
);

chipmunkTest('text that is not UTF-8 traps as in the real host', async () => {
  for (const [parse, message] of [
    ['take 1,invalid', /is not valid UTF-8/],
    ['take 1,invalid-error', /the error of parse is not valid UTF-8/],
  ] as const) {
    await using plugged = await Plugged.start({ script: { parse }, input: 'abc' });
    const { lastError, stateText } = await plugged.hosted.reach(
      'its end',
      ({ lastError: error }) => error !== undefined,
    );
    assert.match(lastError?.what ?? '', message);
    assert.match(stateText, /^Failed: Call parse on the plugin failed\. Error: /);
    assert.deepEqual(plugged.rows(), ['a']);
  }
});

chipmunkTest('attachments come as they are given', async () => {
  await using plugged = await Plugged.start({
    script: { parse: 'attachment' },
    input: Buffer.from([0, 255, 10, 13]),
  });
  await plugged.ended();
  const [alone, withRow] = plugged.calls().flatMap(({ items }) => items);
  assert.equal(alone?.message, undefined);
  assert.deepEqual(
    { ...alone?.attachment, data: [...(alone?.attachment?.data ?? [])] },
    {
      name: '../a file?.bin',
      size: 4n,
      createdDate: 'yesterday',
      modifiedDate: undefined,
      messages: [0n, 2n ** 64n - 1n],
      data: [0, 255, 10, 13],
    },
  );
  assert.equal(withRow?.message, 'with a row');
  assert.equal(withRow.attachment?.data.length, 0);
});

chipmunkTest('a row of 100 MB is a row', async () => {
  const SIZE = 100_000_000;
  await using plugged = await Plugged.start({
    script: { parse: `large ${SIZE}` },
    input: 'abc',
    deadlineMs: 60_000,
  });
  const { input, state } = await plugged.ended(60_000);
  assert.deepEqual([input?.run?.state, input?.run?.bytes, state], ['done', 3, 'running']);
  const [row] = plugged.rows();
  assert.equal(row?.length, SIZE);
});
