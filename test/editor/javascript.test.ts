import { test } from 'node:test';
import { javascript } from './language.ts';
import { walk } from './walk.ts';

test('a JavaScript plugin, from the palette to an endless loop', (t) => walk(t, javascript, 'javascript'));
