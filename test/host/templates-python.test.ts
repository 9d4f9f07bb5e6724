import { testTemplate } from './template.ts';

testTemplate({
  language: 'python',
  source: 'src/node.py',
  mistake: { find: 'frame = packet.value', replace: 'frame = packet.value)' },
});
