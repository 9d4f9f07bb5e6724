import type { Locator } from 'playwright-core';
import { eventually } from './eventually.ts';

/** How long one try at an element takes where trying again is right. */
export const short = { timeout: 3000 };

/** How long the effect of something that was done is waited for before it is tried again, in ms. */
const soonMs = 10_000;

/** Whether an action did what it should in its time. */
export async function worked(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch {
    return false;
  }
}

/** Whether something comes true before it is time to try again. */
export async function soon(ask: () => Promise<boolean>, timeoutMs = soonMs): Promise<boolean> {
  return await worked(eventually('soon', ask, { timeoutMs }));
}

/**
 * Clicks until that has had its effect. What is drawn anew under the mouse swallows a click, and so does a menu that
 * opened a moment ago. Only for what may be clicked twice: `effect` can be late.
 */
export async function clickUntil(
  what: string,
  target: Locator,
  effect: () => Promise<boolean>,
): Promise<void> {
  await eventually(what, async () => {
    if (await effect()) return true;
    await worked(target.click(short));
    return await soon(effect);
  });
}
