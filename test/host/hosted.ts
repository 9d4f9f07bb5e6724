/** A host with one plugin, as the host tests use it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSend, type Packet } from '../../extension/contracts/streamkit/packet.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { Host } from '../../extension/host/host.ts';
import { createLocalHost, type LocalHostOptions } from '../../extension/host/local.ts';
import type { PluginStatus, StartPlugin } from '../../extension/host/protocol.ts';
import type { Artifact, ProjectConfig } from '../../extension/project/project.ts';
import { RecordKind, type Lifecycle, type RawRecord } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';

/** Waits until `look` gives something; fails after half a minute, or `patience` in ms, with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  patience = 30_000,
): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class Hosted implements AsyncDisposable {
  readonly host: Host;
  readonly folder: string;
  #id = '';

  private constructor(host: Host, folder: string) {
    this.host = host;
    this.folder = folder;
  }

  /** Makes a host in a folder of its own; transpiled components are shared between tests. */
  static async create(recording?: string, more: LocalHostOptions = {}): Promise<Hosted> {
    const folder = await mkdtemp(join(tmpdir(), 'hotplug-host-'));
    await mkdir(join(root, '.cache', 'transpiled'), { recursive: true });
    const cacheFolder = join(root, '.cache', 'transpiled');
    const host = await createLocalHost({ cacheFolder, recording, ...more });
    return new Hosted(host, folder);
  }

  /** Starts a component, or follows the folder's builds where none is given. */
  async start(
    artifact?: Artifact,
    more: Partial<StartPlugin> = {},
    config: ProjectConfig = {},
  ): Promise<PluginStatus> {
    const project = {
      folder: this.folder,
      name: 'tested',
      contract: 'streamkit',
      language: 'rust',
      recognisedBy: 'test',
      config,
    } as const;
    const status = await this.host.request('start', {
      project,
      ...(artifact === undefined ? {} : { artifact }),
      ...more,
    });
    this.#id = status.id;
    return status;
  }

  get id(): string {
    return this.#id;
  }

  async status(): Promise<PluginStatus> {
    const found = (await this.host.request('list', undefined)).find(({ id }) => id === this.#id);
    if (found === undefined) throw new Error('the plugin is gone');
    return found;
  }

  /** Waits until the status is as wanted, at most `patience` ms. */
  async reach(
    what: string,
    wanted: (status: PluginStatus) => boolean | Promise<boolean>,
    patience?: number,
  ): Promise<PluginStatus> {
    const look = async (): Promise<PluginStatus | undefined> => {
      const status = await this.status();
      return (await wanted(status)) ? status : undefined;
    };
    return await eventually(what, look, patience);
  }

  async send(...packets: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const events: EventJson[] = packets.map((packet) => ({ pin: 'in', packet }));
    await this.host.request('send', { plugin: this.#id, events });
  }

  /** Sends text packets and waits until all events are answered. */
  async tell(...texts: readonly string[]): Promise<void> {
    await this.send(...texts.map((text) => ({ text })));
    await this.settled();
  }

  /** Waits until every event so far was answered and its answer recorded, or the plugin failed. */
  async settled(): Promise<void> {
    await this.reach('the last answer', (status) => {
      if (status.state === 'failed') return true;
      return status.waiting === 0 && (status.events === 0 || this.#answered(status.events));
    });
  }

  #answered(event: number): boolean {
    const { recording } = this.host;
    for (let index = recording.count - 1; index >= 0; index--) {
      const record = recording.at(index);
      if (record.kind === RecordKind.call && record.event === event) return true;
    }
    return false;
  }

  /** Every packet that the plugin sent and the host took, in order. */
  sent(): readonly {
    readonly pin: string;
    readonly packet: Packet | undefined;
    readonly error: string | undefined;
  }[] {
    return this.records('hostCall')
      .filter(({ name }) => name === 'send-output')
      .flatMap(({ payload }) => {
        const sent = decodeSend(payload);
        return sent === undefined ? [] : [{ pin: sent.pin, packet: sent.packet, error: sent.error }];
      });
  }

  /** The texts that the plugin sent. */
  texts(): readonly string[] {
    return this.sent().flatMap(({ packet }) => (packet?.tag === 'text' ? [packet.text] : []));
  }

  records(kind: keyof typeof RecordKind): readonly RawRecord[] {
    const { recording } = this.host;
    return Array.from({ length: recording.count }, (_, index) => recording.at(index)).flatMap((record) =>
      record.kind === RecordKind[kind] ? [{ ...record, payload: record.payload.slice() }] : [],
    );
  }

  lifecycle(): readonly Lifecycle[] {
    return this.records('lifecycle').map(
      ({ payload }) => JSON.parse(new TextDecoder().decode(payload)) as Lifecycle,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.dispose();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
