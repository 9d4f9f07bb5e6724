import { test } from 'node:test';
import { languageIds, languages } from '../../extension/project/languages.ts';
import { missing } from './walk.ts';
import { walkHolomush } from './holomush.ts';

for (const language of languageIds) {
  const title = `A HoloMUSH plugin in ${languages[language].title}: New Plugin, words in the console, a change heard`;
  test(title, { skip: await missing(language) }, (t) => walkHolomush(t, language));
}
