/** Worlds of WASI proposals: scaffolded, hosted, called, recorded and replayed, in one language after the other. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import type { EventJson } from '../../extension/host/contract.ts';
import type { Artifact, LanguageId } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { root } from '../../scripts/paths.ts';
import { CustomProject } from './custom-plugins.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

const fixtures = join(root, 'test', 'fixtures');
const sources = join(fixtures, 'proposals');

/** How a language's sources for the proposals are put into a new project. */
export interface ProposalSources {
  readonly language: LanguageId;
  /** The file in test/fixtures/proposals/NAME that is put into the project, and where. */
  readonly from: string;
  readonly to: string;
}

interface Proposal {
  readonly name: 'keyvalue' | 'config' | 'http';
  readonly world: string;
  /** A stub beside the sources. */
  readonly stub: boolean;
  readonly calls: readonly EventJson[];
  /** What the trace says of the calls. */
  readonly answers: readonly string[];
  readonly hostCalls: readonly string[];
  /** What is changed in the source, and where the replay of the run before differs then. */
  readonly change: readonly [from: RegExp, to: string];
  readonly differs: readonly string[];
}

const bytes = (text: string): string => `[${[...Buffer.from(text)].join(', ')}]`;

const proposals: readonly Proposal[] = [
  {
    name: 'keyvalue',
    world: 'watch-service',
    stub: true,
    calls: [
      { call: 'on-set', args: ['bucket', '"name"', bytes('ada')] },
      { call: 'wasi:keyvalue/watcher#on-set', args: ['bucket#1', '"name"', bytes('bob')] },
      { call: 'watcher.on-delete', args: ['bucket#1', '"name"'] },
    ],
    answers: ['ok', 'ok', 'ok'],
    hostCalls: [
      'open("counts") → ok(bucket#2)',
      'bucket.get(bucket#2, "name") → ok(none)',
      `bucket.set(bucket#2, "name", ${bytes('1')}) → ok`,
      `bucket.set(bucket#1, "name/capitals", ${bytes('ADA')}) → ok`,
      'open("counts") → ok(bucket#3)',
      `bucket.get(bucket#3, "name") → ok(some(${bytes('1')}))`,
      `bucket.set(bucket#3, "name", ${bytes('2')}) → ok`,
      `bucket.set(bucket#1, "name/capitals", ${bytes('BOB')}) → ok`,
      'bucket.delete(bucket#1, "name/capitals") → ok',
    ],
    change: [/\/capitals/, '/upper'],
    differs: ['1 argument bucket.set key', '2 argument bucket.set key'],
  },
  {
    name: 'config',
    world: 'settings',
    stub: false,
    calls: [
      { call: 'get', args: ['"colour"'] },
      { call: 'get', args: ['"shape"'] },
      { call: 'get', args: ['""'] },
      { call: 'get-all' },
    ],
    answers: [
      '→ ok(some("green"))',
      '→ ok(none)',
      '→ err(upstream("a key has no name"))',
      '→ ok([("colour", "green"), ("size", "12")])',
    ],
    hostCalls: [],
    change: [/"green"|'green'/, '"blue"'],
    differs: ['1 result get result', '4 result get-all result[0][1]'],
  },
  {
    name: 'http',
    world: 'proxy',
    stub: true,
    calls: [{ call: 'incoming-handler.handle', args: ['incoming-request', 'response-outparam'] }],
    answers: ['ok'],
    hostCalls: [
      'incoming-request.method(incoming-request#1) → post',
      'incoming-request.consume(incoming-request#1) → ok(incoming-body#1)',
      'incoming-body.stream(incoming-body#1) → ok(input-stream#1)',
      `input-stream.blocking-read(input-stream#1, 64) → ok(${bytes('hello ')})`,
      `input-stream.blocking-read(input-stream#1, 64) → ok(${bytes('there')})`,
      'input-stream.blocking-read(input-stream#1, 64) → err(closed)',
      'incoming-request.path-with-query(incoming-request#1) → some("/shout")',
      'fields.constructor() → fields#1',
      `fields.set(fields#1, "content-type", [${bytes('text/plain')}]) → ok`,
      'outgoing-response.constructor(fields#1) → outgoing-response#1',
      'outgoing-response.set-status-code(outgoing-response#1, 200) → ok',
      'outgoing-response.body(outgoing-response#1) → ok(outgoing-body#1)',
      'response-outparam.set(response-outparam#1, ok(outgoing-response#1))',
      'outgoing-body.write(outgoing-body#1) → ok(output-stream#1)',
      // A list is cut in the trace's line.
      `output-stream.blocking-write-and-flush(output-stream#1, ${bytes('/shout: HELLO TH').replace(']', ', /* 3 more */]')}) → ok`,
      'outgoing-body.finish(outgoing-body#1, none) → ok',
    ],
    change: [/\b200\b/, '201'],
    differs: ['1 argument outgoing-response.set-status-code status-code'],
  },
];

/** The WIT of a proposal as a project brings it. */
async function witOf(t: TestContext, { name }: Proposal): Promise<string> {
  const wit = join(fixtures, 'wit', name);
  if (name !== 'config') return wit;
  // It has a world of imports only: a world of the project exports its interface.
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-wit-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(join(sources, name, 'world.wit'), join(folder, 'world.wit'));
  await mkdir(join(folder, 'deps'));
  await cp(wit, join(folder, 'deps', name), { recursive: true });
  return folder;
}

/** Scaffolds, builds, hosts, calls, records, replays and changes a plugin for each of the proposals. */
export async function testProposals({ language, from, to }: ProposalSources): Promise<void> {
  const toolchain = toolchains[language];
  after(() => toolchain.dispose?.());
  const tools = await toolchain.tools(undefined);
  const missing = missingTools(tools);
  const skip = missing.length > 0 && `${language}: ${missing.map(({ name }) => name).join(', ')} not found`;
  for (const proposal of proposals)
    void test(
      `${language}: wasi:${proposal.name} is scaffolded, hosted, called and replayed`,
      { skip },
      async (t) => {
        const parent = await mkdtemp(join(tmpdir(), 'hotplug-proposal-'));
        t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));
        const { name, world } = proposal;
        const made = await scaffold({
          contract: 'custom',
          language,
          name: `my-${name}`,
          parent,
          wit: await witOf(t, proposal),
          world,
        });
        for (const file of ['hotplug.json', 'README.md', '.gitignore', 'calls.jsonl'])
          assert.ok(made.files.includes(file), `${file} is not among ${made.files.join(', ')}`);

        // As it is, it builds, and its calls run.
        await using here = await CustomProject.in(made.folder);
        const first = await build(made.folder);
        assert.equal((await here.start(first)).state, 'running');
        await here.reach(
          'the sample calls',
          ({ input, waiting }) => input?.running === false && waiting === 0,
        );
        assert.equal((await here.status()).state, 'running', JSON.stringify((await here.status()).lastError));
        await here.stop();

        await cp(join(sources, name, from), join(made.folder, to));
        if (proposal.stub) await cp(join(sources, name, 'host.js'), join(made.folder, 'host.js'));
        await here.configure({
          language,
          ...(name === 'config' ? {} : { world }),
          ...(proposal.stub ? { host: { stub: 'host.js' } } : {}),
        });
        const second = await build(made.folder);
        const before = (await here.rows()).length;
        await here.start(second);
        const answers: string[] = [];
        for (const { call, args } of proposal.calls)
          answers.push(await here.call(String(call), ...((args ?? []) as readonly string[])));
        assert.deepEqual(answers, proposal.answers);
        assert.deepEqual(await here.hostCalls(before), proposal.hostCalls);

        const file = join(made.folder, 'run.hotplug.mcap');
        await here.host.request('saveLife', { plugin: here.id, file });
        const replay = async (artifact: Artifact): Promise<readonly string[]> => {
          const against = { project: here.project, artifact };
          const { report } = await here.host.request('replay', { recording: { file }, against });
          return report.differences.map(({ event, kind, name: export_, path }) =>
            [event, kind, export_.replace(/^.*#/, ''), path].filter((part) => part !== undefined).join(' '),
          );
        };
        assert.deepEqual(await replay(second), []);

        const source = await readFile(join(made.folder, to), 'utf8');
        const changed = source.replace(...proposal.change);
        assert.notEqual(changed, source);
        await writeFile(join(made.folder, to), changed);
        assert.deepEqual(await replay(await build(made.folder)), proposal.differs);
      },
    );

  async function build(folder: string): Promise<Artifact> {
    const project = await recognise(folder);
    assert.equal(project?.contract, 'custom');
    let output = '';
    const result = await toolchain.build({
      project,
      mode: 'development',
      signal: new AbortController().signal,
      write: (text) => (output += text),
    });
    if (!result.ok) assert.fail(`${result.failure ?? ''}\n${output}`);
    return result.artifact;
  }
}
