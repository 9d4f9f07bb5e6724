/**
 * Position of a made record's row as the table counts (`aria-rowindex`): samples of memory have no row, and the
 * titles are the first one.
 */
export function rowOf(record: number): number {
  const event = Math.floor(record / 4);
  const before = Math.floor(event / 200) * 2 + Math.min(event % 200, 2);
  return record - before - (record % 4 > 1 && event % 200 < 2 ? 1 : 0) + 2;
}
