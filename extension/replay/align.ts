/** Lays two sequences side by side. */

export interface Pair<T> {
  readonly expected: T | undefined;
  readonly actual: T | undefined;
}

/** Sequences up to this product of lengths are aligned exactly; longer ones in order. */
const MOST_CELLS = 1_000_000;

/**
 * Pairs the elements of two sequences in order, as a text diff does: equal ones first; between those,
 * elements of the same key in their order; what is left over stands alone.
 */
export function align<T>(
  expected: readonly T[],
  actual: readonly T[],
  equal: (one: T, other: T) => boolean,
  keyOf: (one: T) => string,
): readonly Pair<T>[] {
  let start = 0;
  while (start < expected.length && start < actual.length && equalAt(expected, actual, start, start, equal))
    start++;
  let ends = 0;
  while (
    ends < expected.length - start &&
    ends < actual.length - start &&
    equalAt(expected, actual, expected.length - 1 - ends, actual.length - 1 - ends, equal)
  )
    ends++;
  const pairs: Pair<T>[] = zip(expected.slice(0, start), actual.slice(0, start));
  const left = expected.slice(start, expected.length - ends);
  const right = actual.slice(start, actual.length - ends);
  let [from, to] = [0, 0];
  for (const [one, other] of commonOf(left, right, equal)) {
    pairs.push(...pairByKey(left.slice(from, one), right.slice(to, other), keyOf));
    pairs.push({ expected: left[one], actual: right[other] });
    [from, to] = [one + 1, other + 1];
  }
  pairs.push(...pairByKey(left.slice(from), right.slice(to), keyOf));
  pairs.push(...zip(expected.slice(expected.length - ends), actual.slice(actual.length - ends)));
  return pairs;
}

function equalAt<T>(
  expected: readonly T[],
  actual: readonly T[],
  at: number,
  otherAt: number,
  equal: (one: T, other: T) => boolean,
): boolean {
  const one = expected[at];
  const other = actual[otherAt];
  return one !== undefined && other !== undefined && equal(one, other);
}

function zip<T>(expected: readonly T[], actual: readonly T[]): Pair<T>[] {
  return expected.map((one, index) => ({ expected: one, actual: actual[index] }));
}

/** Positions of a longest common subsequence. */
function commonOf<T>(
  left: readonly T[],
  right: readonly T[],
  equal: (one: T, other: T) => boolean,
): readonly (readonly [number, number])[] {
  if (left.length === 0 || right.length === 0 || left.length * right.length > MOST_CELLS) return [];
  const width = right.length + 1;
  // lengths[i * width + j]: of the longest common subsequence of left from i and right from j.
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * width + j] = equalAt(left, right, i, j, equal)
        ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const common: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (equalAt(left, right, i, j, equal)) {
      common.push([i, j]);
      i++;
      j++;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return common;
}

function pairByKey<T>(
  left: readonly T[],
  right: readonly T[],
  keyOf: (one: T) => string,
): readonly Pair<T>[] {
  const pairs: Pair<T>[] = [];
  let next = 0;
  for (const one of left) {
    const at = right.findIndex((other, index) => index >= next && keyOf(other) === keyOf(one));
    if (at < 0) {
      pairs.push({ expected: one, actual: undefined });
      continue;
    }
    for (const other of right.slice(next, at)) pairs.push({ expected: undefined, actual: other });
    pairs.push({ expected: one, actual: right[at] });
    next = at + 1;
  }
  return [...pairs, ...right.slice(next).map((actual) => ({ expected: undefined, actual }))];
}
