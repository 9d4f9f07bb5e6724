import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/paths.ts';
import { testTemplate } from './template.ts';

const fixture = join(root, 'test', 'fixtures', 'rust-plugin');

// Dependencies take a minute to build; the test plugin has the same ones.
process.env['CARGO_TARGET_DIR'] = join(fixture, 'target');

testTemplate({
  language: 'rust',
  source: 'src/lib.rs',
  mistake: { find: 'let factor = 10f32', replace: 'let factor: i32 = 10f32' },
  prepare: (folder) => copyFile(join(fixture, 'Cargo.lock'), join(folder, 'Cargo.lock')),
});
