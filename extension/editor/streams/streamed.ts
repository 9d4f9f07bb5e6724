/** Contracts whose plugins are given a stream of bytes until they are through with it. */
const PARSER_CONTRACT = 'chipmunk-parser';
export const BYTE_SOURCE_CONTRACT = 'chipmunk-bytesource';

interface WithContract {
  readonly contract: string;
}

/** Whether a plugin makes rows of bytes. */
export function isParser({ contract }: WithContract): boolean {
  return contract === PARSER_CONTRACT;
}

/** Whether a plugin's inputs are streams of bytes, its own reads among them, and not events. */
export function isStreamed({ contract }: WithContract): boolean {
  return contract === PARSER_CONTRACT || contract === BYTE_SOURCE_CONTRACT;
}
