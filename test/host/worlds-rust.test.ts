import { join } from 'node:path';
import process from 'node:process';
import { rust } from '../../extension/scaffold/world/rust.ts';
import { root } from '../../scripts/paths.ts';
import { testWorldProjects } from './world-projects.ts';

// The bindings generator is built once for all of them.
process.env['CARGO_TARGET_DIR'] = join(root, '.cache', 'rust-worlds');

testWorldProjects('rust', rust);
