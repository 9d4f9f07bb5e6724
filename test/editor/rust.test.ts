import { test } from 'node:test';
import { missing, walk } from './walk.ts';

test('A Rust plugin, from the palette to an endless loop', { skip: await missing('rust') }, (t) =>
  walk(t, 'rust'),
);
