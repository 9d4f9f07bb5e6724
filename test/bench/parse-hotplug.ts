/** A parser in a host process, and what its recording says of each run. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ALLOCATOR } from '../../extension/host/allocator.ts';
import { readAnswer } from '../../extension/contracts/chipmunk/result.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { CallStatus, decodeCall, RecordKind } from '../../extension/recording/record.ts';
import type { HostedParser, HostedRun } from './parse-host.ts';

/** What was recorded of one run. */
export interface RecordedRun {
  readonly rows: number;
  readonly consumed: number;
  readonly calls: number;
  /** All calls together. */
  readonly callSeconds: number;
}

/** A host process; each run begins with a fresh instance and the first byte. */
export class ParserHost implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(parser: HostedParser): Promise<ParserHost> {
    const script = join(import.meta.dirname, 'parse-host.ts');
    const host = new ParserHost(
      fork(script, [JSON.stringify(parser)], { stdio: 'inherit', env: { ...process.env, ...ALLOCATOR } }),
    );
    await host.#answer();
    return host;
  }

  async run(): Promise<HostedRun> {
    this.#child.send('run');
    return (await this.#answer()) as HostedRun;
  }

  async #answer(): Promise<unknown> {
    const ended = new AbortController();
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal: ended.signal }).then(([message]: unknown[]) => message),
        once(this.#child, 'exit', { signal: ended.signal }).then(() => {
          throw new Error('the host process has ended');
        }),
      ]);
    } finally {
      ended.abort();
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.send('end');
    await once(this.#child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** Reads what was recorded of runs. Throws where a call did not end well, or an answer is an error. */
export async function recordedRuns(
  file: string,
  runs: readonly Pick<HostedRun, 'from' | 'to'>[],
): Promise<readonly RecordedRun[]> {
  using recording = await openRecording(file);
  return runs.map(({ from, to }) => {
    let [rows, consumed, calls, callMs] = [0, 0, 0, 0];
    for (let index = from; index < to; index++) {
      const { kind, name, payload } = recording.at(index);
      if (kind !== RecordKind.call || name !== 'parse') continue;
      const { status, text, durationMs, result } = decodeCall(payload);
      if (status === CallStatus.trap || result === undefined) throw new Error(`parse failed: ${text}`);
      const answer = readAnswer(result);
      if (answer?.case === 'ok') {
        rows += answer.rows;
        consumed += answer.consumed;
      } else if (answer?.case !== 'incomplete') throw new Error(`parse gave ${answer?.case ?? 'nothing'}`);
      calls++;
      callMs += durationMs;
    }
    return { rows, consumed, calls, callSeconds: callMs / 1000 };
  });
}
