import type { RecordingRequestName, RecordingRequests } from '../protocol.ts';

/** The part of a client that asks: see `webview/client.ts`. */
export interface Asks {
  ask<K extends RecordingRequestName>(
    name: K,
    params: RecordingRequests[K]['params'],
    channel?: string,
  ): Promise<RecordingRequests[K]['result'] | undefined>;
}
