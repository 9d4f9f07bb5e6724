import { python } from '../../extension/scaffold/world/python.ts';
import { python as toolchain } from '../../extension/toolchains/python.ts';
import { after } from 'node:test';
import { testWorldProjects } from './world-projects.ts';
import { testWorlds, type TestWorld } from './worlds.ts';

const every = testWorlds.find(({ world }) => world === 'every');

/** Every type, without what componentize-py cannot build. */
const possible: TestWorld = {
  title: 'every type that componentize-py knows',
  world: 'every',
  async wit() {
    return ((await every?.wit()) ?? []).map(({ path, text }) => ({
      path,
      text: text
        .replace(/^ *resource bare;$/m, '')
        .replace(/^ *bare-of: .*;$/m, '')
        .replaceAll(/^ *(?:import|export) \w+: interface \{[^]*?^ {2}\}$/gm, ''),
    }));
  },
};

after(() => toolchain.dispose?.());

testWorldProjects('python', python, {
  refused: {
    every:
      /componentize-py leaves out the functions of an interface that is written in the world itself: inline/,
  },
  more: [possible],
});
