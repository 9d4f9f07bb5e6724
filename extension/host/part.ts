/** A part of the host that is put together elsewhere, because it builds on the host: replays and debug sessions. */
import type { LiveRecording } from '../recording/live.ts';
import type { Contract } from './contract.ts';
import type { OpenedRecordings } from './opened.ts';
import type { HostedPlugin } from './plugin.ts';
import type { HostEventName, HostEvents, HostRequestName, HostRequests, PluginId } from './protocol.ts';
import type { Workshop } from './workshop.ts';

export type Handler<K extends HostRequestName> = (
  params: HostRequests[K]['params'],
) => Promise<HostRequests[K]['result']>;

/** Requests that such a part answers. */
export type PartRequest =
  | 'replay'
  | 'cancelReplay'
  | 'rerecord'
  | 'saveLife'
  | 'replayText'
  | 'replayAfterReload'
  | 'debug'
  | 'compare';

/** What the host gives to its parts. */
export interface HostServices {
  readonly contracts: Readonly<Record<string, Contract>>;
  readonly workshop: Workshop;
  /** Where transpiled components of this version are kept. */
  readonly cacheFolder: string;
  readonly opened: OpenedRecordings;
  /** The live recording as it is now: a full one is followed by another. */
  readonly recording: () => LiveRecording;
  /** Throws a UserError where it is not hosted. */
  readonly plugin: (id: PluginId) => HostedPlugin;
  readonly emit: <K extends HostEventName>(name: K, data: HostEvents[K]) => void;
}

export interface HostPart {
  readonly handlers: { readonly [K in PartRequest]: Handler<K> };
  /** A plugin's new build took over from the one before. */
  reloaded(plugin: HostedPlugin): void;
  dispose(): Promise<void>;
}

export type MakePart = (services: HostServices) => HostPart;
