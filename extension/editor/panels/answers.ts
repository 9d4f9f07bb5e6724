import { messageOf, UserError } from '../../errors.ts';
import { joinSentences } from '../sentences.ts';
import type { HostApi, RecordingId } from '../../host/protocol.ts';
import type { FromPanel, ToPanel } from '../../../webview/protocol.ts';

export type PanelRequest = Extract<FromPanel, { type: 'request' }>;
export type PanelResponse = Extract<ToPanel, { type: 'response' }>;

/** Asks the host what a panel wants to know of a recording, which may have to be opened first. */
export async function answer(
  host: Pick<HostApi, 'request'>,
  recording: RecordingId | Promise<RecordingId>,
  request: PanelRequest,
): Promise<PanelResponse> {
  const { id } = request;
  try {
    return { type: 'response', id, ok: true, result: await ask(host, await recording, request) };
  } catch (error) {
    const message =
      error instanceof UserError ? joinSentences(error.message, error.advice) : messageOf(error);
    return { type: 'response', id, ok: false, message };
  }
}

function ask(
  host: Pick<HostApi, 'request'>,
  recording: RecordingId,
  request: PanelRequest,
): Promise<unknown> {
  // Each is a request of the host about this recording; TypeScript does not see that name and params belong together.
  return host.request(request.name, { recording, ...request.params } as never);
}
