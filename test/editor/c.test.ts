import { test } from 'node:test';
import { missing, walk } from './walk.ts';

test('A C plugin, from the palette to an endless loop', { skip: await missing('c') }, (t) => walk(t, 'c'));
