import { testTemplate } from './template.ts';

testTemplate({
  language: 'javascript',
  source: 'src/plugin.js',
  mistake: { find: 'const { samples } = packet.val;', replace: 'const { samples = packet.val;' },
});
