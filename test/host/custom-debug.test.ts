/** The debugger over a plugin of a world that nobody has seen. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { buildFixture, CustomProject, missingForRust } from './custom-plugins.ts';
import { DebugClient, lines } from './debugging.ts';

const skip = (await missingForRust()) ?? false;
const ECHO = 'example:everything/echo@1.2.0#';
let plugin = '';

before(async () => {
  if (skip === false) plugin = await buildFixture('everything');
});

/** A run of some calls. */
async function recorded(): Promise<CustomProject> {
  const here = await CustomProject.of('everything');
  await here.start(plugin);
  await here.call('longs', 7, 8);
  await here.call('exercise', '"my"', 1);
  await here.call('points', '{x: 1, y: 2}');
  await here.call('longs', 9, 10);
  return here;
}

function launch(here: CustomProject, more: object = {}): Readonly<Record<string, unknown>> {
  return { recording: 'live', project: here.folder, artifact: plugin, ...more };
}

test('one stops at calls of an export by its name, and at host calls', { skip }, async () => {
  await using here = await recorded();
  await using client = new DebugClient(here.host);
  await client.launch(launch(here, { stopOnEntry: false }), async () => {
    const breakpoints = ['longs', 'bucket.get', 'paint'].map((name) => ({ name }));
    await client.request('setFunctionBreakpoints', { breakpoints });
  });
  assert.deepEqual(await client.stack(), [`event 1 ${ECHO}longs:1`]);
  await client.move('continue');
  assert.match((await client.stack())[0] ?? '', /^example:everything\/store@1\.2\.0#bucket\.get:/);
  await client.move('continue');
  assert.match((await client.stack())[0] ?? '', /#paint:/);
  await client.move('continue');
  assert.deepEqual(await client.stack(), [`event 4 ${ECHO}longs:1`]);
  await client.request('disconnect', {});
});

test('what a call gave is a value to unfold, to ask for, and not to edit', { skip }, async () => {
  await using here = await recorded();
  await using client = new DebugClient(here.host);
  await client.launch(launch(here));
  await client.move('stepOut');
  assert.deepEqual(lines(await client.scope('Call')).slice(0, 3), [
    'host calls = 0 of 0',
    'result = (7, 8)',
    'status = ok',
  ]);
  const answered = await client.request<{ result: string }>('evaluate', {
    expression: 'result[1] + 1',
    frameId: 1,
  });
  assert.equal(answered.result, '9');
  const refused = await client.refused('setExpression', {
    expression: 'result',
    value: '(1, 2)',
    frameId: 1,
  });
  assert.match(refused, /cannot be edited here/);
  const content = await client.request<{ content: string }>('source', { sourceReference: 1 });
  assert.match(content.content, /longs -> \(7, 8\)\n$/);
  await client.request('disconnect', {});
});

test('an edited argument and an edited answer are what would have been', { skip }, async () => {
  await using here = await recorded();
  await using client = new DebugClient(here.host);
  await client.launch(launch(here));
  await client.request('setExpression', { expression: 'event.a', value: '41', frameId: 1 });
  await client.move('stepOut');
  assert.ok(lines(await client.scope('Call')).includes('result = (41, 8)'));
  await client.move('next');
  // To the answer of the fourth host call: what the bucket has.
  for (let step = 0; step < 4; step++) await client.move('stepIn');
  assert.match((await client.stack())[0] ?? '', /#bucket\.get:/);
  assert.match(
    await client.refused('setExpression', { expression: 'call.result', value: 'ok(some(5))', frameId: 3 }),
    /./,
  );
  await client.request('setExpression', { expression: 'call.result', value: 'ok(some([5]))', frameId: 3 });
  await client.move('stepOut');
  assert.match(lines(await client.scope('Call'))[1] ?? '', /^result = ok\(\["key-0 has \[5\]"/);
  await client.request('disconnect', {});
});

test('a breakpoint in the source of an export stops at its calls alone', { skip }, async () => {
  await using here = await recorded();
  await mkdir(join(here.folder, 'src'), { recursive: true });
  const source = [
    'impl Guest for Component {',
    '    fn points(v: Point) -> Point {',
    '        v',
    '    }',
    '}',
    '',
  ].join('\n');
  const path = await here.write(join('src', 'lib.rs'), source);
  await using client = new DebugClient(here.host);
  const set = async (): Promise<void> => {
    const body = await client.request<{ breakpoints: { verified: boolean; line?: number }[] }>(
      'setBreakpoints',
      {
        source: { path },
        breakpoints: [{ line: 3 }, { line: 1 }],
      },
    );
    assert.deepEqual(
      body.breakpoints.map(({ verified, line }) => [verified, line]),
      [
        [true, 2],
        [false, undefined],
      ],
    );
  };
  await client.launch(launch(here, { stopOnEntry: false }), set);
  assert.deepEqual(await client.stack(), [`event 3 ${ECHO}points:1`]);
  await client.request('disconnect', {});
});
