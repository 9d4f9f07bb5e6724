import { inspect } from 'node:util';

/** Longest that a condition in a workbench may take to come true, in ms. */
export const patience = 60_000;

/** The same for a condition that a compiler's first build comes before: on a busy machine Rust's takes minutes. */
export const buildPatience = 5 * patience;

/** Asks again until the answer is not undefined or false; fails with what was seen last. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  options: { readonly until?: (value: T) => boolean; readonly timeoutMs?: number } = {},
): Promise<T> {
  const isDone = options.until ?? ((value: T): boolean => value !== undefined && value !== false);
  const deadline = performance.now() + (options.timeoutMs ?? patience);
  for (;;) {
    const value = await ask();
    if (isDone(value)) return value;
    if (performance.now() > deadline) throw new Error(`Still not so: ${what}. Last seen: ${inspect(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
