import { test } from 'node:test';
import { missing, walk } from './walk.ts';

test('A Go plugin, from the palette to an endless loop', { skip: await missing('go') }, (t) => walk(t, 'go'));
