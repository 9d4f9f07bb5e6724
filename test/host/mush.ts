/** HoloMUSH's bus with plugins of one build on it, as the tests of it use them. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { EventJson } from '../../extension/host/contract.ts';
import type { BusEntry, BusReason, HostEvents } from '../../extension/host/protocol.ts';
import type { ProjectConfig } from '../../extension/project/project.ts';
import { decodeCall, RecordKind, type RawRecord } from '../../extension/recording/record.ts';
import { extismPlugin } from './extism-plugin.ts';
import { Hosted } from './hosted.ts';

export const say = (text: string, stream = 'location:room1'): EventJson => ({
  stream,
  type: 'say',
  actor_id: 'ann',
  payload: { message: text },
});

/** A bus with plugins of the same build, told apart by their configuration. */
export class Mush implements AsyncDisposable {
  readonly hosted: Hosted;
  readonly logs: HostEvents['log'][] = [];
  readonly #path: string;
  readonly #ids = new Map<string, string>();

  private constructor(hosted: Hosted, path: string) {
    this.hosted = hosted;
    this.#path = path;
    hosted.host.on('log', (line) => this.logs.push(line));
  }

  /** Undefined after skipping the test because a tool is missing. */
  static async open(t: TestContext): Promise<Mush | undefined> {
    const path = await extismPlugin(t);
    return path === undefined ? undefined : new Mush(await Hosted.create(), path);
  }

  async add(
    name: string,
    mode: string,
    config: ProjectConfig = {},
    deadlineMs?: number,
    path = this.#path,
  ): Promise<void> {
    const project = {
      folder: this.hosted.folder,
      name,
      contract: 'holomush',
      language: 'c',
      recognisedBy: 'test',
      config: { subscriptions: ['location:*'], params: { mode }, ...config },
    } as const;
    const { id } = await this.hosted.host.request('start', {
      project,
      artifact: { kind: 'module', path },
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
    this.#ids.set(name, id);
  }

  id(name: string): string {
    return this.#ids.get(name) ?? '';
  }

  async publish(...events: readonly EventJson[]): Promise<readonly BusEntry[]> {
    return (await this.hosted.host.request('publish', { contract: 'holomush', events })).events;
  }

  async entries(): Promise<readonly BusEntry[]> {
    return (await this.hosted.host.request('busEntries', { contract: 'holomush' })).events;
  }

  async reasons(event: string): Promise<readonly BusReason[]> {
    return await this.hosted.host.request('busReasons', { contract: 'holomush', event });
  }

  /** Records of one plugin. */
  of(name: string, kind: keyof typeof RecordKind): readonly RawRecord[] {
    const plugin = this.hosted.host.recording.info.plugins.findIndex((one) => one.name === name);
    return this.hosted.records(kind).filter((record) => record.plugin === plugin);
  }

  /** Waits until so many calls of a plugin came back. */
  async calls(name: string, count: number): Promise<readonly ReturnType<typeof decodeCall>[]> {
    const look = (): readonly RawRecord[] => this.of(name, 'call').filter(({ event }) => event > 0);
    const end = performance.now() + 30_000;
    while (look().length < count) {
      assert.ok(performance.now() < end, `${name} was called ${look().length} times, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return look().map(({ payload }) => decodeCall(payload));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}
