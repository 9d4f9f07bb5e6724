import { test } from 'node:test';
import { missing, walk } from './walk.ts';

test('A Python plugin, from the palette to an endless loop', { skip: await missing('python') }, (t) =>
  walk(t, 'python'),
);
