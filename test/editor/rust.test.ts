import { test } from 'node:test';
import { rust } from './language.ts';
import { missing, walk } from './walk.ts';

test('a Rust plugin, from the palette to an endless loop', { skip: await missing('rust') }, (t) =>
  walk(t, rust, 'rust'),
);
