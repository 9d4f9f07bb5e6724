/** The contract of the user's own WIT, which has no host of its own: people call its exports. */
const OWN_WIT = 'custom';

/** Whether the exports of a plugin are there to be called by people. */
export function isCallable({ contract }: { readonly contract: string }): boolean {
  return contract === OWN_WIT;
}
