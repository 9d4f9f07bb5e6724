/** A branch of a debug session beside what was recorded. */
import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';
import { DEBUG_TYPE } from '../names.ts';

const SCHEME = 'hotplug-branch';
const SIDES = ['expected', 'actual'] as const;
type Side = (typeof SIDES)[number];
type Texts = Readonly<Record<Side, string>>;

/** Texts of the comparisons that are shown, by their number. */
const shown = new Map<string, Texts>();
const MOST = 16;
let next = 1;

/** Opens the events in which the branch differs from the recording, side by side. */
export async function compareBranch(): Promise<void> {
  const session = debugging();
  const texts: unknown = await ask(session, 'hotplug/branchText');
  if (!isTexts(texts))
    throw new UserError(vscode.l10n.t('The branch has no text'), vscode.l10n.t('Step once and try again.'));
  if (texts.expected === texts.actual) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'The branch does the same as the recording so far. Continue it to see whether it goes another way.',
      ),
    );
    return;
  }
  const number = String(next++);
  shown.set(number, texts);
  const [oldest] = shown.keys();
  if (shown.size > MOST && oldest !== undefined) shown.delete(oldest);
  const uri = (side: Side): vscode.Uri =>
    vscode.Uri.from({
      scheme: SCHEME,
      path: `/${session.name.replaceAll(/[\\/]/g, ' ')} ${side === 'expected' ? 'recording' : 'branch'}`,
      query: `${number}-${side}`,
    });
  const title = vscode.l10n.t('{0}: recording ↔ branch', session.name);
  await vscode.commands.executeCommand('vscode.diff', uri('expected'), uri('actual'), title, {
    preview: true,
  });
}

/** Leaves the branch for what it branched off. */
export async function discardBranch(): Promise<void> {
  await ask(debugging(), 'hotplug/discardBranch');
}

/** Serves the texts. */
export function registerBranchDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: ({ query }) => {
      const [number = '', wanted] = query.split('-');
      const side = SIDES.find((one) => one === wanted);
      const texts = shown.get(number);
      if (texts === undefined || side === undefined)
        return vscode.l10n.t('This comparison is not kept any more. Compare the branch again.');
      return texts[side];
    },
  });
}

/** The debug session that the user looks at. Throws a UserError where it is none of ours. */
function debugging(): vscode.DebugSession {
  const session = vscode.debug.activeDebugSession;
  if (session?.type === DEBUG_TYPE) return session;
  throw new UserError(
    vscode.l10n.t('No recording is being debugged'),
    vscode.l10n.t('Start with "Hotplug: Debug Recording…".'),
  );
}

async function ask(session: vscode.DebugSession, request: string): Promise<unknown> {
  try {
    return await session.customRequest(request);
  } catch (error) {
    // The session's own sentence says what to do as well.
    throw error instanceof UserError ? error : new UserError(messageOf(error), '', { cause: error });
  }
}

function isTexts(value: unknown): value is Texts {
  if (typeof value !== 'object' || value === null) return false;
  const texts: Partial<Record<Side, unknown>> = value;
  return SIDES.every((side) => typeof texts[side] === 'string');
}
