import { languageIds, languages } from '../../extension/project/languages.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { steps, type Row, type Step } from './row.ts';

/** What came of a cell: `true`, or why not, for each step that was tried; or why there is no such cell. */
export type Tried =
  | (Readonly<Partial<Record<Step, true | string>>> & {
      /** Why there is no release build, and so nothing to run elsewhere. */
      readonly left?: string;
    })
  | string;
export type Results = ReadonlyMap<Row, Readonly<Partial<Record<LanguageId, Tried>>>>;

/** The matrix as Markdown: a line a contract, a column a language, and the reasons below. */
export function matrixTable(results: Results): string {
  const notes: string[] = [];
  const textOf = (tried: Tried | undefined): string => {
    const noted = (reason: string): string => {
      if (!notes.includes(reason)) notes.push(reason);
      return `[${notes.indexOf(reason) + 1}]`;
    };
    const reason = reasonOf(tried);
    if (reason !== undefined) return `– ${noted(reason)}`;
    const left = typeof tried === 'object' ? tried.left : undefined;
    return left === undefined ? '✓' : `✓ ${noted(left)}`;
  };
  const lines = [
    ['', ...languageIds.map((language) => languages[language].title)],
    ['---', ...languageIds.map(() => ':---:')],
    ...[...results].map(([row, cells]) => [row.title, ...languageIds.map((id) => textOf(cells[id]))]),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const explained = notes.map((note, index) => `[${index + 1}] ${note}  `);
  return [...lines, '', `✓ is all of: ${steps.join(', ')}.`, ...explained].join('\n');
}

/** Why a cell is not green; undefined where it is. */
function reasonOf(tried: Tried | undefined): string | undefined {
  if (tried === undefined) return 'not tried';
  if (typeof tried === 'string') return tried;
  const bad = steps.filter(
    (step) => tried[step] !== true && (step !== 'in wasmtime' || tried.left === undefined),
  );
  return bad.length === 0
    ? undefined
    : bad.map((step) => `${step}: ${tried[step] ?? 'not tried'}`).join('; ');
}
