/** The part of the host that gives recordings to other tools: to files, and live to a collector of telemetry. */
import { ownVersion } from '../assets.ts';
import type { Choice } from '../export/choice.ts';
import type { Source } from '../export/encode.ts';
import { filterOf } from '../export/filter.ts';
import { OtlpLive, type OtlpStatus } from '../export/otlp-live.ts';
import type { OtlpEndpoint } from '../export/otlp-post.ts';
import { exportToFile } from '../export/write.ts';
import type { LiveRecording } from '../recording/live.ts';
import type { Recording } from '../recording/record.ts';
import type { Contract } from './contract.ts';
import { describersOf } from './describers.ts';
import type { OpenedRecordings } from './opened.ts';
import type { Handler } from './part.ts';

export type ExportRequest = 'export' | 'sendTelemetry';

export interface ExportsOptions {
  readonly contracts: Readonly<Record<string, Contract>>;
  readonly opened: Pick<OpenedRecordings, 'whole'>;
  /** The live recording as it is now. */
  readonly recording: () => LiveRecording;
  readonly status: (status: OtlpStatus) => void;
}

export class ExportsPart {
  readonly #options: ExportsOptions;
  readonly handlers: { readonly [K in ExportRequest]: Handler<K> };
  #sending: { readonly live: OtlpLive; readonly endpoint: OtlpEndpoint } | undefined;

  constructor(options: ExportsOptions) {
    this.#options = options;
    this.handlers = {
      export: async ({ recording, format, file, filter = '', ...stretch }) => {
        const whole = await options.opened.whole(recording);
        return await exportToFile(format, this.#source(whole, stretch, filter), file);
      },
      sendTelemetry: async ({ endpoint }) => {
        await this.#end();
        if (endpoint !== undefined) this.#send(endpoint, options.recording().count);
        return undefined;
      },
    };
  }

  /** Another recording goes on in place of a full one; what is left of that is still sent. */
  continued(): void {
    const before = this.#sending;
    if (before === undefined) return;
    void before.live.close();
    this.#send(before.endpoint, 0);
  }

  async dispose(): Promise<void> {
    await this.#end();
  }

  async #end(): Promise<void> {
    const sending = this.#sending;
    this.#sending = undefined;
    await sending?.live.close();
  }

  #send(endpoint: OtlpEndpoint, from: number): void {
    const { recording, status } = this.#options;
    const live = new OtlpLive({
      ...this.#source(recording(), {}, ''),
      endpoint,
      from,
      onStatus: (now) => {
        if (this.#sending?.live === live) status(now);
      },
    });
    this.#sending = { live, endpoint };
  }

  #source(recording: Recording, stretch: Pick<Choice, 'from' | 'to'>, filter: string): Source {
    const describers = describersOf(recording, this.#options.contracts);
    const lets = filter.trim() === '' ? {} : { lets: filterOf(recording, describers, filter) };
    return { recording, describers, choice: { ...stretch, ...lets }, version: ownVersion() };
  }
}
