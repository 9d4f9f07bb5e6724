import type { TestContext } from 'node:test';

/** Runs steps as tests of their own; one that fails ends the walk, because the next ones build on it. */
export function stepsOf(t: TestContext): (title: string, run: () => Promise<void>) => Promise<void> {
  return async (title, run) => {
    const passed: string[] = [];
    await t.test(title, async () => {
      await run();
      passed.push(title);
    });
    if (passed.length === 0) throw new Error(`The steps after "${title}" were not tried.`);
  };
}
