import { join } from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/paths.ts';
import { testProposals } from './custom-proposals.ts';

// The bindings generator is built once for all of them.
process.env['CARGO_TARGET_DIR'] = join(root, '.cache', 'rust-worlds');

await testProposals({ language: 'rust', from: 'lib.rs', to: join('src', 'lib.rs') });
