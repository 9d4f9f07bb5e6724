/** The name that somebody meant. */

/** The known name that is at most a few letters away from a text; undefined where none is. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const lower = text.toLowerCase().slice(0, MOST);
  let best: string | undefined;
  let least = Math.floor(lower.length / 3) + 1;
  for (const name of known) {
    const distance = name.startsWith(lower) && lower.length > 1 ? 1 : distanceOf(lower, name.toLowerCase());
    if (distance > least || (distance === least && best !== undefined)) continue;
    best = name;
    least = distance;
  }
  return best;
}

/** Longer texts are nobody's typing error. */
const MOST = 40;

/** Letters that have to be changed, left out, put in, or swapped with their neighbour. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? Infinity;
}
