import { messageOf, UserError } from '../../errors.ts';
import { joinSentences } from '../sentences.ts';
import type { HostApi, RecordingId } from '../../host/protocol.ts';
import type { FromPanel, ToPanel } from '../../../webview/protocol.ts';
import { t } from '../../../webview/text.ts';

export type PanelRequest = Extract<FromPanel, { type: 'request' }>;
export type PanelResponse = Extract<ToPanel, { type: 'response' }>;

/**
 * Asks the host what a panel wants to know of a recording, which may have to be opened first. Questions of another
 * recording are answered only by {@link answerOfCompared}.
 */
export async function answer(
  host: Pick<HostApi, 'request'>,
  recording: RecordingId | Promise<RecordingId>,
  request: PanelRequest,
): Promise<PanelResponse> {
  if (otherOf(request) !== undefined) return await answerOfCompared(host, undefined, request);
  return await respond(host, recording, request);
}

/** The recording that a panel asks about in place of the one that it shows. */
export function otherOf({ params }: PanelRequest): string | undefined {
  return 'of' in params ? params.of : undefined;
}

/**
 * Asks the host about the recording that the one in view is `compared` with, if that is the one that the panel asks
 * about: it is refused any other.
 */
export async function answerOfCompared(
  host: Pick<HostApi, 'request'>,
  compared: RecordingId | undefined,
  request: PanelRequest,
): Promise<PanelResponse> {
  const other = otherOf(request);
  if (other === undefined || other !== compared) {
    const message = t('That recording is not compared with this one any more.');
    return { type: 'response', id: request.id, ok: false, message };
  }
  const { of: _, ...params } = request.params as { readonly of: string };
  // Without `of` it is a request of the same name about the other one.
  return await respond(host, other, { ...request, params } as unknown as PanelRequest);
}

async function respond(
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
  // The recording is the editor's to say, whatever else a panel sends.
  return host.request(request.name, { ...request.params, recording });
}
