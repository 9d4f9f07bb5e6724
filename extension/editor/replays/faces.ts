/** How verdicts on replays look in the status bar and above a handler. */
import { verdictIcon } from '../treeModel.ts';
import type { Verdict } from '../../replay/verdict.ts';
import { t } from '../../../webview/text.ts';

export interface NamedVerdict {
  readonly name: string;
  readonly verdict: Verdict;
}

export interface StatusFace {
  readonly text: string;
  /** A line each. */
  readonly tooltip: readonly string[];
  readonly spoken: string;
}

/** The status-bar item for the verdicts on all plugins; undefined hides it. */
export function replayStatus(all: readonly NamedVerdict[]): StatusFace | undefined {
  const [only] = all;
  if (only === undefined) return undefined;
  const what = all.length === 1 ? `${only.name}: ${only.verdict.text}` : together(all);
  const icon = verdictIcon[worst(all)];
  return {
    text: `$(${icon}) ${what}`,
    spoken: t('Replay of the last run, {0}', what),
    tooltip: all.flatMap(({ name, verdict }) => [
      t('Replay of the last run of {0} against the new build: {1}', name, verdict.text),
      ...verdict.details,
    ]),
  };
}

function together(all: readonly NamedVerdict[]): string {
  const differ = all.filter(({ verdict }) => verdict.kind === 'different');
  const [first] = differ;
  if (first !== undefined)
    return differ.length === 1
      ? `${first.name}: ${first.verdict.text}`
      : t('{0} of {1} plugins differ', differ.length, all.length);
  switch (worst(all)) {
    case 'same':
      return sameText(all.filter(({ verdict }) => verdict.kind === 'same').length);
    case 'running':
      return t('replaying');
    case 'failed':
      return t('a replay failed');
    case 'none':
    case 'different':
      return t('nothing to replay');
  }
}

function sameText(count: number): string {
  return count === 1 ? t('1 plugin: same') : t('{0} plugins: same', count);
}

/** What the icon tells of where there are several. */
function worst(all: readonly NamedVerdict[]): Verdict['kind'] {
  const kinds = all.map(({ verdict }) => verdict.kind);
  return (['different', 'failed', 'running', 'same'] as const).find((kind) => kinds.includes(kind)) ?? 'none';
}

/** A lens leaves out a plain space behind its icon. */
const GAP = '\u{a0}';

/** The text of the lens above the handler. */
export function lensTitle({ kind, text }: Verdict): string {
  switch (kind) {
    case 'running':
      return `$(sync~spin)${GAP}${t('Replaying …')}`;
    case 'different':
      return `$(diff)${GAP}${t('Replay: {0} — show', text)}`;
    case 'same':
      return `$(check)${GAP}${t('Replay: {0}', text)}`;
    case 'none':
    case 'failed':
      return `$(${verdictIcon[kind]})${GAP}${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  }
}
