/** The contract whose plugins make rows. */
const ROWS_CONTRACT = 'chipmunk-parser';

export function makesRows({ contract }: { readonly contract: string }): boolean {
  return contract === ROWS_CONTRACT;
}
