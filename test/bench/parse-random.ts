/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to `below`, which is left out; `below` is at most 2^32. */
  below(below: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Marsaglia's xorshift of 32 bits. The seed is not 0. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 0x1_0000_0000) * limit);
  return { below, pick: (choices) => choices[below(choices.length)] ?? choices[0] };
}
