/** What a panel has of the conversation with the editor: types only, so that they can be had without a page. */
import type { FromPanel, PanelAction, RecordingRequestName, RecordingRequests, ToPanel } from './protocol.ts';

export type PanelState = Extract<ToPanel, { type: 'state' }>;
export type Recording = Extract<ToPanel, { type: 'recording' }>;
export type Problem = Extract<ToPanel, { type: 'problem' }>;
export type Notes = Extract<ToPanel, { type: 'notes' }>;
export type Settings = Extract<ToPanel, { type: 'settings' }>;
export type Compared = Extract<ToPanel, { type: 'comparison' }>;

/**
 * A panel's side of the conversation. Each channel has one request under way; a newer one waits
 * for its answer and supersedes the one that waits already, which resolves to `undefined`. So a
 * slow editor is never flooded and never starves the panel. A refused request rejects with the
 * editor's text.
 */
export interface Client {
  ask<K extends RecordingRequestName>(
    name: K,
    params: RecordingRequests[K]['params'],
    channel?: string,
  ): Promise<RecordingRequests[K]['result'] | undefined>;
  post(message: FromPanel): void;
  /** What {@link save} kept when the panel was last open: never recorded data, only filters, selection, zoom. */
  restore(): Readonly<Record<string, unknown>>;
  save(state: Readonly<Record<string, unknown>>): void;
}

export interface Listener {
  readonly state?: (state: PanelState) => void;
  readonly reveal?: (record: number) => void;
  readonly recording?: (recording: Recording) => void;
  readonly problem?: (problem: Problem) => void;
  readonly notes?: (notes: Notes) => void;
  readonly settings?: (settings: Settings) => void;
  /** A command of the editor. */
  readonly do?: (action: PanelAction) => void;
  readonly comparison?: (comparison: Compared) => void;
}

/** The page's side: one for all panels of the page. */
export interface Connection {
  /** Adds a panel; what it keeps is kept under its name. What one panel selects, the others reveal. */
  client(name: string, listener: Listener): Client;
  /** Says that every panel is there; the editor answers with what it has to say. */
  ready(): void;
}
