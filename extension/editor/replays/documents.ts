/** Both sides of a replay as documents that exist nowhere: what was recorded, and what the new build does. */
import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import type { Replays, ShownReplay } from './replays.ts';
import type { HostApi, ReplayText } from '../../host/protocol.ts';

const SCHEME = 'hotplug-replay';
const GONE = vscode.l10n.t(
  'This replay is not kept any more. Save the source of the plugin to replay its last run, or replay the recording again.',
);

/** What a document shows: one side of one event, or of all that differ. */
interface Shows {
  readonly host: string;
  readonly replay: string;
  readonly event?: number;
  readonly side: keyof ReplayText;
}

/** Opens the recording beside the new build: one event of them, or all that differ. */
export async function openDiff({ replay, host, report }: ShownReplay, event?: number): Promise<void> {
  const uri = (side: keyof ReplayText): vscode.Uri => {
    const shows: Shows = { host, replay, side, ...(event === undefined ? {} : { event }) };
    const name = event === undefined ? report.plugin : `${report.plugin} event ${event}`;
    const path = `/${name.replaceAll(/[\\/]/g, ' ')} ${side === 'expected' ? 'recording' : 'new build'}`;
    return vscode.Uri.from({ scheme: SCHEME, path, query: JSON.stringify(shows) });
  };
  const what = event === undefined ? report.plugin : `${report.plugin}, ${eventTitle(event)}`;
  const title = vscode.l10n.t('{0}: recording ↔ new build', what);
  await vscode.commands.executeCommand('vscode.diff', uri('expected'), uri('actual'), title, {
    preview: true,
  });
}

/** `event 17`, or what there is outside of events. */
export function eventTitle(event: number): string {
  return event === 0 ? vscode.l10n.t('start and end') : vscode.l10n.t('event {0}', event);
}

/** Serves those documents. */
export function registerReplayDocuments(replays: Replays, host: HostApi): vscode.Disposable {
  /** Both sides are asked for at once. */
  const pending = new Map<string, Promise<ReplayText>>();
  const ask = async ({ replay, event }: Shows): Promise<ReplayText> => {
    const key = `${replay} ${event ?? ''}`;
    const known = pending.get(key);
    if (known !== undefined) return known;
    const asked = host.request('replayText', { replay, ...(event === undefined ? {} : { event }) });
    pending.set(key, asked);
    return asked.finally(() => pending.delete(key));
  };
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async (uri) => {
      const shows = showsOf(uri.query);
      if (shows === undefined || !replays.isKept(shows)) return GONE;
      try {
        return (await ask(shows))[shows.side];
      } catch (error) {
        return joinSentences(messageOf(error), adviceFor(error));
      }
    },
  });
}

function showsOf(query: string): Shows | undefined {
  let value: unknown;
  try {
    value = JSON.parse(query);
  } catch {
    return undefined; // Somebody else's address.
  }
  return isShows(value) ? value : undefined;
}

function isShows(value: unknown): value is Shows {
  if (typeof value !== 'object' || value === null) return false;
  const shows: Partial<Record<keyof Shows, unknown>> = value;
  return (
    typeof shows.host === 'string' &&
    typeof shows.replay === 'string' &&
    (shows.event === undefined || Number.isSafeInteger(shows.event)) &&
    (shows.side === 'expected' || shows.side === 'actual')
  );
}
