import { testTemplate } from './template.ts';

testTemplate({
  language: 'typescript',
  source: 'src/plugin.ts',
  mistake: {
    find: 'const factor = 10 ** (this.gainDb / 20);',
    replace: 'const factor = = 10 ** (this.gainDb / 20);',
  },
});
