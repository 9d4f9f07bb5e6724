import { testTemplate } from './template.ts';

testTemplate({
  language: 'c',
  source: 'src/plugin.c',
  mistake: {
    find: 'plugin_string_t out = borrowed("out");',
    replace: 'plugin_string_t out = nowhere("out");',
  },
});
