import { test } from 'node:test';
import { walk } from './walk.ts';

test('A JavaScript plugin, from the palette to an endless loop', (t) => walk(t, 'javascript'));
