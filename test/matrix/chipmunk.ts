import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeReadResult } from '../../extension/contracts/chipmunk/read.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { CallStatus, decodeCall } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { itemsOf, rowsIn } from '../host/chipmunk-template.ts';
import { hotplug } from '../host/cli-process.ts';
import { Hosted } from '../host/hosted.ts';
import { askWasmtime } from '../host/wasmtime.ts';
import type { Cell, LineEdit, Row } from './row.ts';

/** How a line of the main source is changed and broken. */
interface Lines {
  readonly line: string;
  readonly other: string;
  readonly trap: string;
  readonly text: RegExp;
}

/** Makes one call; what the export gave, undefined where it failed. */
async function call(hosted: Hosted, event: EventJson): Promise<Uint8Array | undefined> {
  const before = hosted.records('call').length;
  await hosted.host.request('send', { plugin: hosted.id, events: [event] });
  const answered = (): readonly { payload: Uint8Array; event: number }[] =>
    hosted
      .records('call')
      .slice(before)
      .filter((record) => record.event > 0);
  await hosted.reach('the answer', ({ lastError }) => answered().length > 0 || lastError !== undefined);
  const [record] = answered();
  const done = record === undefined ? undefined : decodeCall(record.payload);
  return done?.status === CallStatus.ok ? done.result : undefined;
}

/** The last cell of the row that a line becomes. */
async function sendLine(hosted: Hosted): Promise<string | undefined> {
  const result = await call(hosted, { data: 'today INFO net: hello\n' });
  const items = result === undefined ? undefined : itemsOf(result);
  if (items === undefined) return undefined;
  assert.ok(typeof items !== 'string');
  const [row, ...more] = rowsIn(items);
  assert.equal(more.length, 0);
  return row?.at(-1);
}

/** The first bytes of the first file. */
async function sendRead(hosted: Hosted): Promise<string | undefined> {
  const result = await call(hosted, { read: 5 });
  const answer = result === undefined ? undefined : decodeReadResult(result);
  return answer?.case === 'ok' ? Buffer.from(answer.bytes).toString() : undefined;
}

interface Step {
  readonly result?: unknown;
  readonly trap?: string;
}

/** Calls exports of a component in wasmtime, with both imports of Chipmunk; the results, as test/wasmtime/values.py has them. */
async function inWasmtime(
  component: string,
  owner: string,
  calls: readonly (readonly [string, readonly unknown[]])[],
  folders: readonly string[],
): Promise<readonly unknown[]> {
  const answers = {
    'chipmunk:shared/logging@0.1.0#log': [null],
    'chipmunk:shared/sandbox@0.1.0#temp-directory': [{ tag: 'err', value: 'none here' }],
  };
  const request = {
    component,
    memoryBytes: 2 ** 30,
    answers,
    calls: calls.map(([name, args]) => [owner, name, args]),
    folders,
  };
  const [answer] = (await askWasmtime('plugin.py', [request])) as readonly {
    readonly steps?: readonly Step[];
  }[];
  const steps = answer?.steps?.slice(1) ?? assert.fail(JSON.stringify(answer));
  assert.equal(steps.length, calls.length, JSON.stringify(steps));
  return steps.map(({ result, trap }) => {
    assert.equal(trap, undefined);
    return result;
  });
}

/** Starts a release component with the project's configuration. */
async function hosting(hosted: Hosted, folder: string, component: string): Promise<void> {
  const project = await recognise(folder);
  assert.ok(project);
  const { input: _, ...config } = project.config;
  await hosted.start({ kind: 'component', path: component }, { project: { ...project, config } });
  await hosted.reach('the plugin to run', ({ state }) => state === 'running' || state === 'failed');
}

const item = (id: string, tag: string, value: unknown): unknown => ({ id, value: { tag, value } });

/** The sample's first slice, with the template's own configuration. */
async function sameRows(folder: string, component: string): Promise<void> {
  const samples = join(folder, 'samples');
  const slice = (await readFile(join(samples, 'app.log'))).toString('hex');
  const items = [
    item('separator', 'text', ' '),
    item('level', 'dropdown', 'debug'),
    item('keep-empty', 'boolean', false),
    item('longest', 'integer', 120),
    // 0.7 in 32 bits.
    item('printable', 'float', '3333333f'),
    item('keywords', 'files', [join(samples, 'keywords.txt')]),
    item('components', 'directories', [join(samples, 'components')]),
  ];
  const results = await inWasmtime(
    component,
    'chipmunk:parser/parser@0.1.0',
    [
      ['get-version', []],
      ['get-config-schemas', []],
      ['get-render-options', []],
      ['init', [{ 'log-level': 'info' }, items]],
      ['parse', [slice, { tag: 'none' }]],
      ['parse', [slice.slice(-20), { tag: 'none' }]],
    ],
    [samples],
  );
  assert.deepEqual(results[0], { major: 0, minor: 1, patch: 0 });
  assert.deepEqual(results[3], { tag: 'ok' });
  assert.deepEqual(results[5], { tag: 'err', value: { tag: 'incomplete' } });
  await using hosted = await Hosted.create();
  await hosting(hosted, folder, component);
  const result = await call(hosted, { hex: slice });
  assert.ok(result !== undefined);
  const here = itemsOf(result);
  assert.ok(typeof here !== 'string');
  assert.deepEqual(results[4], {
    tag: 'ok',
    value: here.map(({ message, consumed }) => ({
      value:
        message === undefined
          ? { tag: 'none' }
          : { tag: 'some', value: { tag: 'message', value: { tag: 'columns', value: message } } },
      consumed: String(consumed),
    })),
  });
}

/** Both files, in reads of 100 bytes. */
async function sameBytes(folder: string, component: string): Promise<void> {
  const samples = join(folder, 'samples');
  const files = ['first.log', 'second.log'].map((name) => join(samples, name));
  const results = await inWasmtime(
    component,
    'chipmunk:bytesource/byte-source@0.1.0',
    [
      ['get-version', []],
      ['get-config-schemas', []],
      ['init', [{ 'log-level': 'info' }, [item('input-path', 'files', files)]]],
      ...Array.from({ length: 6 }, () => ['read', ['100']] as const),
    ],
    [samples],
  );
  await using hosted = await Hosted.create();
  await hosting(hosted, folder, component);
  for (const there of results.slice(3)) {
    const result = await call(hosted, { read: 100 });
    const here = result === undefined ? undefined : decodeReadResult(result);
    assert.ok(here?.case === 'ok');
    assert.deepEqual(there, { tag: 'ok', value: Buffer.from(here.bytes).toString('hex') });
  }
}

function cell(
  contract: string,
  language: LanguageId,
  source: string,
  lines: Lines,
  rest: Pick<Cell, 'send' | 'inWasmtime' | 'record'> & { readonly before: string; readonly after: string },
): Cell {
  const at = (replacement: string): LineEdit => ({ containing: lines.line, replacement });
  const { before, after, ...more } = rest;
  return {
    source,
    scaffold: async (parent) => (await scaffold({ contract, language, name: 'my-log', parent })).folder,
    change: { ...at(lines.other), before, after },
    trap: { ...at(lines.trap), text: lines.text },
    ...more,
  };
}

/** A template whose `line` says what the message of a row is; the change makes it the time. */
function parser(language: LanguageId, source: string, lines: Lines): Cell {
  const rest = { before: 'hello', after: 'today', send: sendLine, inWasmtime: sameRows };
  return cell('chipmunk-parser', language, source, lines, rest);
}

/** A template whose `line` says how much is read at once; the change makes it three bytes. */
function byteSource(language: LanguageId, source: string, lines: Lines): Cell {
  return cell('chipmunk-bytesource', language, source, lines, {
    before: '2026-',
    after: '202',
    send: sendRead,
    inWasmtime: sameBytes,
    record: async (folder) => {
      const recording = join(folder, 'recordings', 'files.hotplug.mcap');
      const { code, stdout, stderr } = await hotplug('run', folder, '--record', recording);
      assert.equal(code, 0, stdout + stderr);
    },
  });
}

const noMessage = /no message/;
const noFiles = /no files/;

export const chipmunkParser: Row = {
  contract: 'chipmunk-parser',
  title: 'Chipmunk parser',
  cells: {
    rust: parser('rust', 'src/row.rs', {
      line: 'let message = message.to_string();',
      other: '    let message = time.to_string();',
      trap: '    let message: String = None.expect("no message");',
      text: noMessage,
    }),
    c: parser('c', 'src/row.c', {
      line: 'struct bytes message = fields[3];',
      other: '    struct bytes message = fields[0];',
      trap: '    struct bytes message = fields[3]; __builtin_trap();',
      text: /unreachable/,
    }),
    go: parser('go', 'export_chipmunk_parser_parser/row.go', {
      line: 'time, level, component, message :=',
      other: '\ttime, level, component, message := fields[0], fields[1], fields[2], fields[0]',
      trap: '\ttime, level, component, message := fields[0], fields[1], fields[2], fields[3]; panic("no message")',
      text: noMessage,
    }),
    javascript: parser('javascript', 'src/row.js', {
      line: 'const message =',
      other: '  const message = time;',
      trap: "  const message = ''; throw new Error('no message');",
      text: noMessage,
    }),
    typescript: parser('typescript', 'src/row.ts', {
      line: 'const message =',
      other: '  const message = time;',
      trap: "  const message: string = time; if (message !== '') throw new Error('no message');",
      text: noMessage,
    }),
    python: parser('python', 'src/row.py', {
      line: 'time, level, component, message = fields',
      other: '    time, level, component, message = *fields[:3], fields[0]',
      trap: "    raise RuntimeError('no message')",
      text: noMessage,
    }),
  },
};

export const chipmunkByteSource: Row = {
  contract: 'chipmunk-bytesource',
  title: 'Chipmunk byte source',
  cells: {
    rust: byteSource('rust', 'src/lib.rs', {
      line: 'let wanted =',
      other: '            let wanted = len.min(3);',
      trap: '            let wanted: u64 = None.expect("no files");',
      text: noFiles,
    }),
    c: byteSource('c', 'src/plugin.c', {
      line: 'size_t wanted =',
      other: '    size_t wanted = (size_t)(len < 3 ? len : 3);',
      trap: '    size_t wanted = 1; __builtin_trap();',
      text: /unreachable/,
    }),
    go: byteSource('go', 'export_chipmunk_bytesource_byte_source/plugin.go', {
      line: 'data := make(',
      other: '\tdata := make([]byte, min(length, 3))',
      trap: '\tdata := make([]byte, min(length, piece)); panic("no files")',
      text: noFiles,
    }),
    javascript: byteSource('javascript', 'src/plugin.js', {
      line: 'const wanted =',
      other: '    const wanted = Math.min(len, 3);',
      trap: "    const wanted = 0; throw new Error('no files');",
      text: noFiles,
    }),
    typescript: byteSource('typescript', 'src/plugin.ts', {
      line: 'const wanted =',
      other: '    const wanted = Math.min(len, 3);',
      trap: "    const wanted: number = 1; if (wanted > 0) throw new Error('no files');",
      text: noFiles,
    }),
    python: byteSource('python', 'src/plugin.py', {
      line: 'data = file.read(',
      other: '                data = file.read(min(len, 3))',
      trap: "                raise RuntimeError('no files')",
      text: noFiles,
    }),
  },
};
