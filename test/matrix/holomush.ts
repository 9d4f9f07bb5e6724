import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWire, readEvent } from '../../extension/contracts/holomush/event.ts';
import { contracts } from '../../extension/contracts/index.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { decodeCall, CallStatus } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { hotplug } from '../host/cli-process.ts';
import type { Hosted } from '../host/hosted.ts';
import { callInExtism } from '../host/libextism.ts';
import type { Cell, LineEdit, Row } from './row.ts';

const hello: EventJson = {
  stream: 'location:tavern',
  type: 'say',
  actor_id: 'ann',
  payload: { message: 'hello' },
};

/** Puts a `say` onto the bus; the message that the plugin answers with. */
async function send(hosted: Hosted): Promise<string | undefined> {
  const before = hosted.records('call').length;
  await hosted.host.request('publish', { contract: 'holomush', events: [hello] });
  const answered = (): readonly { payload: Uint8Array; event: number }[] =>
    hosted
      .records('call')
      .slice(before)
      .filter(({ event }) => event > 0);
  await hosted.reach('the answer', ({ lastError }) => answered().length > 0 || lastError !== undefined);
  const [call] = answered();
  if (call === undefined || decodeCall(call.payload).status !== CallStatus.ok) return undefined;
  const [emit] = hosted
    .records('hostCall')
    .filter(({ name, event }) => name === 'emit' && event === call.event);
  assert.ok(emit !== undefined, 'it answered with no event');
  const payload = contracts['holomush']?.values(emit)?.arguments[2]?.value;
  return (JSON.parse(payload?.type === 'string' ? payload.value : '{}') as { message?: string }).message;
}

/** The sample's events, one by one, in libextism and by what the command line says of them. */
async function inExtism(folder: string, artifact: string): Promise<void> {
  const lines = (await readFile(join(folder, 'samples', 'tavern.jsonl'), 'utf8')).trim().split('\n');
  const events = lines.map((line) => readEvent(JSON.parse(line) as EventJson));
  const inputs = events.map((event) => new TextDecoder().decode(encodeWire(event)));
  const there = (await callInExtism(artifact, 'handle_event', inputs)).flatMap((called) => {
    assert.ok('output' in called, JSON.stringify(called));
    const response = JSON.parse(called.output === '' ? '{}' : called.output) as {
      events?: readonly EventJson[];
    };
    return response.events ?? [];
  });
  const { code, stdout, stderr } = await hotplug('run', folder, '--json');
  assert.equal(code, 0, stderr);
  const { emitted = [] } = JSON.parse(stdout) as { emitted?: readonly EventJson[] };
  assert.deepEqual(
    emitted.map(({ stream, type, payload }) => ({ stream, type, payload })),
    there.map(({ stream, type, payload }) => ({ stream, type, payload })),
  );
  assert.ok(there.length > 0);
}

/** A template whose line that says what is echoed contains `line`. */
function cell(
  language: LanguageId,
  source: string,
  echo: { readonly line: string; readonly louder: string; readonly trap: string; readonly text: RegExp },
  noRelease?: string,
): Cell {
  const at = (replacement: string): LineEdit => ({ containing: echo.line, replacement });
  return {
    source,
    scaffold: async (parent) =>
      (await scaffold({ contract: 'holomush', language, name: 'my-echo', parent })).folder,
    change: { ...at(echo.louder), before: 'Echo: hello', after: 'Echo! hello' },
    trap: { ...at(echo.trap), text: echo.text },
    send,
    inWasmtime: inExtism,
    ...(noRelease === undefined ? {} : { noRelease }),
  };
}

const noExtismPy =
  'release builds are made by extism-py, which is in no package registry and not on the machine of the tests: it is tried as development runs it';
const noExtismJs = noExtismPy.replace('extism-py', 'extism-js');

export const holomush: Row = {
  contract: 'holomush',
  title: 'HoloMUSH',
  cells: {
    rust: cell('rust', 'src/echo.rs', {
      line: 'let message = Message { message: format!',
      louder:
        '    let message = Message { message: format!("{}! {}", prefix.trim_end_matches(": "), said.message) };',
      trap: '    let message: Message = None.expect("no message");',
      text: /no message/,
    }),
    go: cell('go', 'echo/echo.go', {
      line: 'payload, err := json.Marshal(message{',
      louder: '\tpayload, err := json.Marshal(message{Message: "Echo! " + said.Message})',
      trap: '\tpayload, err := json.Marshal(message{Message: prefix + said.Message}); panic("no message")',
      text: /no message/,
    }),
    c: cell('c', 'src/echo.c', {
      line: 'text_put(&echo, prefix);',
      louder: '        (void)prefix; text_put(&echo, "Echo! ");',
      trap: '        __builtin_trap();',
      text: /unreachable/,
    }),
    python: cell(
      'python',
      'plugin.py',
      {
        line: '"payload": json.dumps(',
        louder: '                "payload": json.dumps({"message": f"Echo! {message}"}),',
        trap: '                "payload": json.dumps({"message": {}["message"]}),',
        text: /KeyError/,
      },
      noExtismPy,
    ),
    javascript: cell(
      'javascript',
      'src/plugin.js',
      {
        line: 'const payload =',
        louder: '  const payload = JSON.stringify({ message: `Echo! ${message}` });',
        trap: "  const payload = ''; throw new Error('no message');",
        text: /no message/,
      },
      noExtismJs,
    ),
    typescript: cell(
      'typescript',
      'src/plugin.ts',
      {
        line: 'const payload =',
        louder: '  const payload = JSON.stringify({ message: `Echo! ${message}` });',
        trap: "  const payload = ''; if (message) throw new Error('no message');",
        text: /no message/,
      },
      noExtismJs,
    ),
  },
};
