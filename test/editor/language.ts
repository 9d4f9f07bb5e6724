/** A language as the editor tests need it: which lines of its template they change, and to what. */
import { languages } from '../../extension/project/languages.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { streamkit } from '../matrix/streamkit.ts';

export interface Language {
  /** As the wizard offers it. */
  readonly title: string;
  /** Relative to the project. */
  readonly source: string;
  /** What the line that scales the samples contains, and lines to put in its place. */
  readonly gainLine: string;
  readonly quieter: string;
  readonly broken: string;
  readonly endless: string;
}

/** Lines that no build takes, and lines that never end. */
const lines: Readonly<Record<LanguageId, Pick<Language, 'broken' | 'endless'>>> = {
  javascript: {
    broken: '    const factor = ((0.25;',
    endless: '    const factor = 0.25; while (factor > 0) this.packets += 1;',
  },
  typescript: {
    broken: '    const factor = ((0.25;',
    endless: '    const factor = 0.25; while (factor > 0) this.packets += 1;',
  },
  python: {
    broken: '        factor = ((0.25',
    endless: '        while self.gain_db < 100: factor = 0.25',
  },
  rust: {
    broken: '        let factor = ((0.25f32;',
    endless: '        let factor = 0.25f32; while factor > 0.0 { self.packets.set(0); }',
  },
  go: {
    broken: '\tfactor := ((0.25',
    endless: '\tfactor := float32(math.Pow(10, 0)); for factor > 0 { node.packets = 0 }',
  },
  c: {
    broken: '        float factor = ((0.25f;',
    endless: '        volatile float factor = 0.25f; while (factor > 0) self->packets = 0;',
  },
};

/** StreamKit's template in this language. */
export function languageOf(id: LanguageId): Language {
  const cell = streamkit.cells[id];
  if (typeof cell === 'string') throw new Error(`${id}: ${cell}`);
  return {
    title: languages[id].title,
    source: cell.source,
    gainLine: cell.change.containing,
    quieter: cell.change.replacement,
    ...lines[id],
  };
}
