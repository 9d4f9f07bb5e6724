/**
 * Debugging a plugin's sources: break, step and variables, with nothing but what VS Code's JavaScript
 * debugger and its DWARF extension ask V8 for. The lines are those of our own reader.
 */
import assert from 'node:assert/strict';
import type { Debugger, Runtime } from 'node:inspector';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { codeOf } from '../../extension/wasm/code.ts';
import { lineTable } from '../../extension/wasm/dwarf.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { root } from '../../scripts/paths.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';
import { Hosted } from './hosted.ts';
import { Inspected, type Script, type Thread } from './inspected.ts';

/** Where the code of a line is in the bytes of a module. */
interface Range {
  readonly start: number;
  readonly end: number;
  readonly file: string;
  readonly line: number;
}

/** What V8 runs, by lines. */
async function rangesOf(thread: Thread, { scriptId }: Script): Promise<readonly Range[]> {
  const { bytecode } = await thread.ask<{ readonly bytecode?: string }>('Debugger.getScriptSource', {
    scriptId,
  });
  assert.ok(bytecode !== undefined, 'the script is a module');
  const module = Buffer.from(bytecode, 'base64');
  const { start = 0 } = codeOf(module);
  const lines = lineTable(module);
  const ranges: Range[] = [];
  for (let offset = start; offset < module.length; offset++) {
    const found = lines.lookup(offset - start);
    const last = ranges.at(-1);
    if (found === undefined) continue;
    const { file, line } = found;
    if (last?.end === offset && last.file === file && last.line === line)
      ranges[ranges.length - 1] = { ...last, end: offset + 1 };
    else ranges.push({ start: offset, end: offset + 1, file, line });
  }
  return ranges;
}

/** The line, from 1, on which a text stands in a file for the first time. */
async function lineOf(file: string, text: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  assert.ok(index >= 0, `${file} has "${text}"`);
  return index + 1;
}

async function recordingOf(
  t: TestContext,
  artifact: string,
  packets: readonly Readonly<Record<string, unknown>>[],
): Promise<string> {
  const file = join(await temporaryFolder(t), 'run.hotplug.mcap');
  await using hosted = await Hosted.create(file);
  await hosted.start({ kind: 'component', path: artifact });
  await hosted.send(...packets);
  await hosted.settled();
  return file;
}

/** A stop of the plugin. */
interface Stop {
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Names and types of the function's locals. */
  readonly locals: () => Promise<readonly string[]>;
  /** The value of an expression over `locals` and `memories`, as the DWARF extension asks for them. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Goes on to the next stop outside of this line. */
  readonly stepOver: () => Promise<Stop>;
  readonly resume: () => Promise<unknown>;
}

/** A replay that stops at a line of a source. */
class LineDebugger implements AsyncDisposable {
  readonly inspected: Inspected;
  readonly #ranges: readonly Range[];

  private constructor(inspected: Inspected, ranges: readonly Range[]) {
    this.inspected = inspected;
    this.#ranges = ranges;
  }

  static async start(
    recording: string,
    artifact: string,
    file: string,
    lines: readonly number[],
  ): Promise<LineDebugger> {
    const argv = ['replay', recording, '--against', artifact, '--source-level', '--wait', '5000'];
    const inspected = await Inspected.start(...argv);
    try {
      let ranges: readonly Range[] = [];
      // In the thread that compiles and in the thread that runs it.
      for (const [thread, script] of await inspected.scripts(2)) {
        ranges = await rangesOf(thread, script);
        for (const line of lines) {
          const first = ranges.find((range) => range.file === file && range.line === line);
          assert.ok(first !== undefined, `line ${line} of ${file} has code`);
          const { scriptId } = script;
          await thread.ask('Debugger.setBreakpoint', {
            location: { scriptId, lineNumber: 0, columnNumber: first.start },
          });
        }
      }
      return new LineDebugger(inspected, ranges);
    } catch (error) {
      await inspected[Symbol.asyncDispose]();
      throw error;
    }
  }

  async stopped(): Promise<Stop> {
    const { thread, paused } = await this.inspected.paused();
    const [frame] = paused.callFrames;
    assert.ok(frame !== undefined);
    const { scriptId, columnNumber: offset = 0 } = frame.location;
    const here = this.#ranges.find(({ start, end }) => offset >= start && offset < end);
    return {
      file: here?.file,
      line: here?.line,
      locals: async () => {
        const scope = frame.scopeChain.find(({ type }) => type === 'local');
        const { result } = await thread.ask<Runtime.GetPropertiesReturnType>('Runtime.getProperties', {
          objectId: scope?.object.objectId,
          ownProperties: true,
        });
        return result.map(({ name, value }) => `${name} ${value?.description ?? ''}`);
      },
      evaluate: async (expression) => {
        const { callFrameId } = frame;
        const { result } = await thread.ask<Debugger.EvaluateOnCallFrameReturnType>(
          'Debugger.evaluateOnCallFrame',
          { callFrameId, expression, returnByValue: true },
        );
        return result.value as unknown;
      },
      stepOver: async () => {
        const skipList = this.#ranges
          .filter(({ file, line }) => file === here?.file && line === here.line)
          .map(({ start, end }) => ({
            scriptId,
            start: { lineNumber: 0, columnNumber: start },
            end: { lineNumber: 0, columnNumber: end },
          }));
        await thread.ask('Debugger.stepOver', { skipList });
        return await this.stopped();
      },
      resume: () => thread.ask('Debugger.resume'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.inspected[Symbol.asyncDispose]();
  }
}

/** The text that a pointer and a length are of. */
function textAt(pointer: string, length: string): string {
  return `String.fromCharCode(...new Uint8Array(memories[0].buffer, ${pointer}, ${length}))`;
}

const missing = await missingForTestPlugin();

void test('Rust: break on a line, read what the variables hold, step to the next line', async (t) => {
  if (missing !== undefined) {
    t.skip(missing);
    return;
  }
  const artifact = await buildTestPlugin('debug');
  const told = ['echo one', 'print hello!', 'count now'];
  const recording = await recordingOf(
    t,
    artifact,
    told.map((text) => ({ text })),
  );
  const source = join(root, 'test', 'fixtures', 'rust-plugin', 'src', 'lib.rs');
  // The match compares the text with one arm after the other.
  const [made = 0, obey = 0, ...arms] = await Promise.all(
    ['fn new(', 'fn obey(', '"log" =>', '"count" =>'].map((text) => lineOf(source, text)),
  );

  await using lines = await LineDebugger.start(recording, artifact, source, [made, obey]);
  const constructed = await lines.stopped();
  assert.deepEqual([constructed.file, constructed.line], [source, made]);
  await constructed.resume();
  // The first event comes to neither.
  for (const text of told.slice(1)) {
    let stop = await lines.stopped();
    assert.deepEqual([stop.file, stop.line], [source, obey]);
    // `obey(&self, command, argument)`: the result, self, and a pointer and a length for each text.
    assert.deepEqual(
      (await stop.locals()).slice(0, 6),
      Array.from({ length: 6 }, (_, index) => `$var${index} i32`),
    );
    const texts = [2, 4].map((at) => textAt(`locals[${at}].value`, `locals[${at + 1}].value`));
    assert.deepEqual(await stop.evaluate(`[${texts.join(', ')}]`), text.split(' '));
    for (const arm of arms) {
      stop = await stop.stepOver();
      assert.deepEqual([stop.file, stop.line], [source, arm]);
    }
    await stop.resume();
  }
  assert.equal(await lines.inspected.ended(), 0, lines.inspected.stdout + lines.inspected.stderr);
  assert.match(lines.inspected.stdout, /same, 3 events/);
});

void test('C: break on a line, read what the variables hold, step to the next line', async (t) => {
  const tools = (await toolchains.c.tools(undefined)).filter(({ found }) => !found);
  if (tools.length > 0) {
    t.skip(`C: ${tools.map(({ name }) => name).join(', ')} not found`);
    return;
  }
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'gain', parent });
  const built = await hotplug('build', folder, '--json');
  assert.equal(built.code, 0, built.stdout + built.stderr);
  const artifact = (JSON.parse(built.stdout) as { artifact: { path: string } }).artifact.path;
  const samples = [[0.5], [0.5, 0.25], [0.5, 0.25, 0.125]];
  const recording = await recordingOf(
    t,
    artifact,
    samples.map((some) => ({ audio: { sampleRate: 48_000, channels: 1, samples: some } })),
  );
  const source = join(folder, 'src', 'plugin.c');
  const [begin = 0, ...next] = await Promise.all(
    ['if (packet->tag ==', 'float factor ='].map((text) => lineOf(source, text)),
  );

  await using lines = await LineDebugger.start(recording, artifact, source, [begin]);
  for (const some of samples) {
    let stop = await lines.stopped();
    assert.deepEqual([stop.file, stop.line], [source, begin]);
    // `process(self, input_pin, packet, err)`: all of them pointers, to structs of 32-bit words.
    assert.deepEqual((await stop.locals()).slice(0, 4), ['$var0 i32', '$var1 i32', '$var2 i32', '$var3 i32']);
    const word = (local: number, index: number): string =>
      `new Uint32Array(memories[0].buffer, locals[${local}].value)[${index}]`;
    assert.equal(await stop.evaluate(textAt(word(1, 0), word(1, 1))), 'in');
    // Tag, sample rate, channels, and the samples.
    assert.deepEqual(await stop.evaluate(`[${[1, 4].map((index) => word(2, index)).join(', ')}]`), [
      48_000,
      some.length,
    ]);
    for (const line of next) {
      stop = await stop.stepOver();
      assert.deepEqual([stop.file, stop.line], [source, line]);
    }
    await stop.resume();
  }
  assert.equal(await lines.inspected.ended(), 0, lines.inspected.stdout + lines.inspected.stderr);
  assert.match(lines.inspected.stdout, /same, 3 events/);
});

void test('what has no lines is refused with what to do', async (t) => {
  if (missing !== undefined) {
    t.skip(missing);
    return;
  }
  const small = await buildTestPlugin('small');
  const recording = await recordingOf(t, small, [{ text: 'echo one' }]);
  const stripped = await hotplug('replay', recording, '--against', small, '--source-level');
  assert.equal(stripped.code, 2, stripped.stdout + stripped.stderr);
  assert.match(stripped.stderr, /test_plugin\.wasm has no debug information/);
  assert.match(stripped.stderr, /what to do: Build it for development .*Cargo\.toml/);
});

void test('a plugin in JavaScript is refused with why', async (t) => {
  await buildInterpreters();
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  const recording = join(folder, 'recordings', 'gain.hotplug.mcap');
  const refused = await hotplug('replay', recording, '--source-level');
  assert.equal(refused.code, 2, refused.stdout + refused.stderr);
  assert.match(refused.stderr, /is run by an interpreter that is itself a component/);
});
