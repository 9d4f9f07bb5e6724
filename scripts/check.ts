import { join } from 'node:path';
import { node, root } from './paths.ts';
import { main, step } from './progress.ts';
import { run } from './spawn.ts';

interface Check {
  readonly title: string;
  /** Path of the program from node_modules, then its arguments. */
  readonly argv: readonly [string, ...string[]];
}

const checks: readonly Check[] = [
  { title: 'Types', argv: ['typescript/bin/tsc', '--noEmit'] },
  { title: 'Types of the panels', argv: ['typescript/bin/tsc', '-p', 'webview', '--noEmit'] },
  {
    title: 'Types of the test pages',
    argv: ['typescript/bin/tsc', '-p', 'test/webview/page', '--noEmit'],
  },
  {
    title: 'Lint',
    argv: ['eslint/bin/eslint.js', '--max-warnings=0', '--cache', '--cache-location', '.cache/eslint/', '.'],
  },
  {
    title: 'Format',
    argv: [
      'prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.cache/prettier',
      '.',
    ],
  },
  { title: 'Texts that are translated', argv: ['../scripts/texts.ts', '--check'] },
  { title: 'Unused files, exports and dependencies', argv: ['knip/bin/knip.js', '--no-progress'] },
];

/** Runs every check to its end, so that one run shows everything; resolves with how many failed. */
export async function check(): Promise<number> {
  let failed = 0;
  for (const { title, argv } of checks) {
    const [program, ...rest] = argv;
    await step(title, async () => {
      const { code, output } = await run(node, [join(root, 'node_modules', program), ...rest], {
        quiet: true,
      });
      if (code === 0) return;
      failed += 1;
      console.log(output.trimEnd());
    });
  }
  return failed;
}

await main(import.meta, async () => {
  const failed = await check();
  console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`);
  return failed === 0 ? 0 : 1;
});
