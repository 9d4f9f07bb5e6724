import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeStamp } from '../../extension/project/stamp.ts';
import { artifact, debugTest } from './debugged.ts';

debugTest(
  'a recording in a project is run against its newest build',
  ['echo a', 'echo b'],
  async (client, hosted) => {
    const { host, folder } = hosted;
    await mkdir(join(folder, 'recordings'));
    const recording = join(folder, 'recordings', 'run.hotplug.mcap');
    await host.request('saveRecording', { file: recording });
    await writeStamp(folder, {
      version: 1,
      serial: 1,
      status: 'failed',
      mode: 'development',
      startedAt: 0,
      diagnostics: [],
    });
    await client.request('initialize', { adapterID: 'hotplug' });
    assert.match(await client.refused('launch', { recording }), /The last build of .* failed\. Correct what/);
    const build = { kind: 'component', path: artifact } as const;
    await writeStamp(folder, {
      ...{ version: 1, serial: 2, status: 'ok', mode: 'development', startedAt: 0, diagnostics: [] },
      artifact: build,
    });
    assert.equal((await client.launch({ recording })).reason, 'entry');
    assert.deepEqual(client.output(), [`tested, 2 events, replayed against ${artifact}.`]);

    const trace = client.recording();
    const query = { filter: '', first: 0, count: 1 } as const;
    assert.ok(
      (await host.request('rows', { recording: trace, query })).rows.length > 0,
      'its trace can be shown',
    );
    await client.request('terminate', {});
    await client.next('terminated');
    await assert.rejects(host.request('rows', { recording: trace, query }), /not open any more/);
    assert.match(await client.refused('continue', { threadId: 1 }), /Nothing was launched/);
  },
);

debugTest(
  'it begins at a record that is asked for, in the life that this is of',
  ['echo a', 'echo b'],
  async (client, { host }) => {
    const query = { filter: 'fn:send-output event:2', first: 0, count: 1 } as const;
    const [row] = (await host.request('rows', { recording: 'live', query })).rows;
    assert.ok(row !== undefined);
    const stopped = await client.launch({ recording: 'live', artifact, record: row.record });
    assert.equal(stopped.reason, 'entry');
    const stack = await client.stack();
    assert.match(stack[0] ?? '', /^send-output:/);
    assert.match(stack.at(-1) ?? '', /^event 2 in:/);
  },
);

debugTest(
  'a host call that was not recorded ends the replay where that is asked for',
  ['nothing', 'echo b'],
  async (client) => {
    await client.launch({ recording: 'live', artifact, unrecorded: 'stop' });
    await client.request('setExpression', { expression: 'packet', value: 'text("echo x")' });
    const stopped = await client.move('continue');
    assert.equal(stopped.reason, 'exception');
    assert.match(stopped.text ?? '', /send-output was called, and the recording has no answer to this call/);
    await client.request('hotplug/discardBranch');
    await client.stopped();
    assert.equal((await client.move('continue')).reason, 'end');
  },
);

debugTest(
  'by default such a call gets an answer of its type, and the plugin goes on',
  ['nothing', 'echo b'],
  async (client) => {
    await client.launch({ recording: 'live', artifact });
    await client.request('setExpression', { expression: 'packet', value: 'text("echo x")' });
    assert.equal((await client.move('stepIn')).description, 'First difference');
    assert.equal((await client.move('continue')).reason, 'end');
    assert.deepEqual(await client.stack(), ['process:4', 'event 2 in (branch):1']);
  },
);
