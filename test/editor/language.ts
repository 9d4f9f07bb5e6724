/** A language as the editor tests need it: which lines of its template they change, and to what. */
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

export const javascript: Language = {
  title: 'JavaScript',
  source: 'src/plugin.js',
  gainLine: 'const factor =',
  quieter: '    const factor = 0.25 * 10 ** (this.gainDb / 20);',
  broken: '    const factor = ((0.25;',
  endless: '    const factor = 0.25; while (factor > 0) this.packets += 1;',
};
