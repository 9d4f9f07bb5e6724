import { test } from 'node:test';
import { walk } from './walk.ts';

test('A TypeScript plugin, from the palette to an endless loop', (t) => walk(t, 'typescript'));
