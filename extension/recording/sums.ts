/** Lists that grow, with sums of eight of their entries, of sixty-four and so on: level 0 is the entries themselves. */

export const RADIX_BITS = 3;
/** Nodes of a level that one node of the next level sums up. */
export const RADIX = 1 << RADIX_BITS;

/**
 * Visits the fewest nodes that cover everything, in the order of the entries: what is complete on the highest level,
 * then the rest of the level below, and so on. `levels` are those from sums of {@link RADIX} entries up.
 */
export function roots(
  entries: number,
  levels: readonly { readonly from: { readonly length: number } }[],
  visit: (level: number, node: number) => void,
): void {
  let start = 0;
  for (let level = levels.length; level >= 0; level--) {
    const nodes = level === 0 ? entries : (levels[level - 1]?.from.length ?? 0);
    for (let node = start >>> (level * RADIX_BITS); node < nodes; node++) visit(level, node);
    start = nodes << (level * RADIX_BITS);
  }
}
