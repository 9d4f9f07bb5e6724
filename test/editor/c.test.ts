import { test } from 'node:test';
import { c } from './language.ts';
import { missing, walk } from './walk.ts';

test('a C plugin, from the palette to an endless loop', { skip: await missing('c') }, (t) => walk(t, c, 'c'));
