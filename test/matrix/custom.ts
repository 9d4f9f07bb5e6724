import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import type { LanguageId } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { hotplug } from '../host/cli-process.ts';
import { Hosted } from '../host/hosted.ts';
import { askWasmtime } from '../host/wasmtime.ts';
import type { Cell, LineEdit, Row } from './row.ts';

const wit = `package my:sums@1.0.0;

world sums {
  export double: func(number: u32) -> u32;
}
`;

async function makeProject(language: LanguageId, parent: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-wit-'));
  try {
    await writeFile(join(folder, 'sums.wit'), wit);
    return (await scaffold({ contract: 'custom', language, name: 'my-sums', parent, wit: folder })).folder;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function send(hosted: Hosted): Promise<string | undefined> {
  const call = { plugin: hosted.id, call: 'double', args: ['21'] };
  const { ok, text } = await hosted.host.request('callExport', call);
  return ok ? text : undefined;
}

/** Records a call of what the template is. */
async function record(folder: string): Promise<void> {
  const recordings = join(folder, 'recordings');
  await mkdir(recordings, { recursive: true });
  const input = join(folder, 'twenty-one.jsonl');
  await writeFile(input, '{"call": "double", "args": ["21"]}\n');
  const recorded = await hotplug(
    'run',
    folder,
    '--input',
    input,
    '--record',
    join(recordings, 'double.hotplug.mcap'),
  );
  assert.equal(recorded.code, 0, recorded.stdout + recorded.stderr);
}

/** What wasmtime answers to the same call. */
async function inWasmtime(folder: string, component: string): Promise<void> {
  const project = await recognise(folder);
  assert.ok(project !== undefined);
  await using hosted = await Hosted.create();
  const { input: _input, ...config } = project.config;
  await hosted.start({ kind: 'component', path: component }, { project: { ...project, config } });
  await hosted.reach('the plugin to run', ({ state }) => state === 'running' || state === 'failed');
  const request = { component, memoryBytes: 2 ** 26, answers: {}, calls: [['', 'double', [21]]] };
  const [answer] = (await askWasmtime('plugin.py', [request])) as readonly {
    readonly refused?: string;
    readonly steps: readonly { readonly result: unknown; readonly trap?: string }[];
  }[];
  assert.equal(answer?.refused, undefined);
  assert.equal(String(answer?.steps.at(-1)?.result), await send(hosted));
}

/** A template for the world above whose line that answers contains `line`. */
function cell(
  language: LanguageId,
  source: string,
  answer: { readonly line: string; readonly doubled: string; readonly trap: string; readonly text: RegExp },
): Cell {
  const at = (replacement: string): LineEdit => ({ containing: answer.line, replacement });
  return {
    source,
    scaffold: (parent) => makeProject(language, parent),
    change: { ...at(answer.doubled), before: '0', after: '42' },
    trap: { ...at(answer.trap), text: answer.text },
    send,
    record,
    inWasmtime,
  };
}

export const custom: Row = {
  contract: 'custom',
  title: 'Your own WIT',
  cells: {
    rust: cell('rust', 'src/lib.rs', {
      line: '        0',
      doubled: '        _number * 2',
      trap: '        None::<u32>.expect("no number")',
      text: /no number/,
    }),
    go: cell('go', 'export_wit_world/plugin.go', {
      line: 'return 0',
      doubled: '\treturn number * 2',
      trap: '\tpanic("no number")',
      text: /no number/,
    }),
    c: cell('c', 'src/plugin.c', {
      line: 'return 0;',
      doubled: '    return number * 2;',
      trap: '    __builtin_trap();',
      text: /unreachable/,
    }),
    python: cell('python', 'src/app.py', {
      line: 'return 0',
      doubled: '        return number * 2',
      trap: "        raise RuntimeError('no number')",
      text: /no number/,
    }),
    javascript: cell('javascript', 'src/plugin.js', {
      line: 'return 0;',
      doubled: '  return number * 2;',
      trap: "  throw new Error('no number');",
      text: /no number/,
    }),
    typescript: cell('typescript', 'src/plugin.ts', {
      line: 'return 0;',
      doubled: '  return number * 2;',
      trap: "  if (number > 0) throw new Error('no number'); return 0;",
      text: /no number/,
    }),
  },
};
