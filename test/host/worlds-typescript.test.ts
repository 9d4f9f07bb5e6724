import { join } from 'node:path';
import process from 'node:process';
import { after } from 'node:test';
import { typescript } from '../../extension/scaffold/world/typescript.ts';
import { typescript as toolchain } from '../../extension/toolchains/javascript.ts';
import { root } from '../../scripts/paths.ts';
import { testWorldProjects } from './world-projects.ts';

// The types of what is written are checked.
process.env['PATH'] = `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;

after(() => toolchain.dispose?.());

testWorldProjects('typescript', typescript, {
  refused: { imports: /The world imports exports no function/ },
  // What componentize-qjs does wrong with handles.
  limits: {
    provider: [],
    everything: ['[static]counter.merge', 'take'],
    every: ['[method]item.look', 'listed', 'pairs', 'held'],
  },
});
