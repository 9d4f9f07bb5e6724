/** What came of something that may be tried more than once. */
export interface Tried<Result> {
  /** Of the try that counts, which is the last one. */
  readonly result: Result;
  /** Of the first try, where that failed and a later one did not. */
  readonly flaky: Result | undefined;
}

/** Tries until it does not fail, at most so many times; tells `again` of each failure that is not the last word. */
export async function tryUpTo<Result>(
  tries: number,
  run: () => Promise<Result>,
  failed: (result: Result) => boolean,
  again: (result: Result) => void,
): Promise<Tried<Result>> {
  const first = await run();
  let result = first;
  for (let tried = 1; tried < tries && failed(result); tried++) {
    again(result);
    result = await run();
  }
  return { result, flaky: failed(first) && !failed(result) ? first : undefined };
}
