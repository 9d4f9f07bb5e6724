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

export const rust: Language = {
  title: 'Rust',
  source: 'src/lib.rs',
  gainLine: 'let factor =',
  quieter: '        let factor = 0.25 * 10f32.powf(self.gain_db.get() / 20.0);',
  broken: '        let factor = ((0.25f32;',
  endless: '        let factor = 0.25f32; while factor > 0.0 { self.packets.set(0); }',
};

export const c: Language = {
  title: 'C',
  source: 'src/plugin.c',
  gainLine: 'float factor =',
  quieter: '        float factor = 0.25f * powf(10.0f, (float)self->params.gain_db / 20.0f);',
  broken: '        float factor = ((0.25f;',
  endless: '        volatile float factor = 0.25f; while (factor > 0) self->packets = 0;',
};
