/** HTTP of Extism plugins in development interpreters, by the functions of the PDKs. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Artifact, Project } from '../../extension/project/project.ts';
import { javascript } from '../../extension/toolchains/javascript.ts';
import { python } from '../../extension/toolchains/python.ts';
import type { Toolchain } from '../../extension/toolchains/toolchain.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { Granted } from './extism-granted.ts';

const missing = (await python.tools(undefined)).filter(({ found, optional }) => !found && optional !== true);
const noPython = missing.length > 0 && `Python: ${missing.map(({ name }) => name).join(', ')} not found`;

let base = '';
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(201, { 'x-kind': 'test' });
    response.end(
      `${request.method ?? ''} ${String(request.headers['x-more'])} ${Buffer.concat(chunks).toString()}`,
    );
  });
});

before(async () => {
  await buildInterpreters();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await python.dispose?.();
  await javascript.dispose?.();
});

async function build(
  t: TestContext,
  toolchain: Toolchain,
  language: 'python' | 'javascript',
  file: string,
  source: string,
): Promise<Artifact> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-scripts-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await writeFile(join(folder, file), source);
  const config = { entry: file };
  const project: Project = {
    folder,
    name: 'tested',
    contract: 'extism',
    language,
    recognisedBy: 'test',
    config,
  };
  const signal = new AbortController().signal;
  const result = await toolchain.build({ project, mode: 'development', signal, write: () => undefined });
  if (!result.ok) assert.fail(result.failure ?? JSON.stringify(result.diagnostics));
  return result.artifact;
}

/** What the server is asked and answers is the same in every language. */
async function tryOut(artifact: Artifact): Promise<void> {
  await using plugin = await Granted.start(artifact, { allowedHosts: ['127.0.0.1'] });
  assert.equal(await plugin.call('ask', base), '"201 test POST more the body"');
  const other = base.replace('127.0.0.1', 'localhost');
  assert.equal(await plugin.call('ask', other), `HTTP request to '${other}' is not allowed`);
  assert.match((await plugin.failure()).what, /hotplug\.json does not grant that host/);
  assert.deepEqual((await plugin.replay(0)).differences, []);
}

test('JavaScript', async (t) => {
  const source = `export function ask() {
  const headers = { 'x-more': 'more' };
  const { status, headers: got, body } = Http.request({ url: Host.inputString(), method: 'POST', headers }, 'the body');
  Host.outputString(status + ' ' + got['x-kind'] + ' ' + body);
}
`;
  await tryOut(await build(t, javascript, 'javascript', 'plugin.js', source));
});

test('Python', { skip: noPython }, async (t) => {
  const source = `import extism

@extism.plugin_fn
def ask():
    answer = extism.Http.request(extism.input_str(), "POST", "the body", {"x-more": "more"})
    extism.output_str(f"{answer.status_code} {answer.headers()['x-kind']} {answer.data_str()}")
`;
  await tryOut(await build(t, python, 'python', 'plugin.py', source));
});
