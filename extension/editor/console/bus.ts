/** The contract whose plugins stand on a bus that people can put events onto. */
export const BUS_CONTRACT = 'holomush';

/** Whether a plugin is given the events of a bus, so that events are not sent to it alone. */
export function isOnBus({ contract }: { readonly contract: string }): boolean {
  return contract === BUS_CONTRACT;
}
