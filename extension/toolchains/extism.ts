/** Contracts of Extism hosts, whose plugins are core modules. */

/** Contracts whose plugins speak the Extism ABI; HoloMUSH's is one of them with events of its own. */
const moduleContracts: ReadonlySet<string> = new Set(['extism', 'holomush']);

/** Whether a contract's plugins are core modules, with neither WIT nor bindings, and not components. */
export function isModuleContract(contract: string): boolean {
  return moduleContracts.has(contract);
}
