/**
 * What a component was built with beside the contract's WIT as it is. Nobody else notices on this side:
 * a component with a stale type (a `packet` without `custom`) transpiles and runs; the real host refuses it.
 */
import { compareInterfaces, type WitChange } from '../wit/compare.ts';
import type { WitSide, WitWorld } from '../wit/model.ts';
import { onTrack } from '../wit/versions.ts';

/**
 * Every place where the interfaces that both have are not the contract's, said of the component. A
 * component need not import what it does not call.
 */
export function driftOf(component: WitWorld, contract: WitWorld): readonly WitChange[] {
  const found = [
    ...sideDrift(component.exports, contract.exports, 'export'),
    ...sideDrift(component.imports, contract.imports, 'import').filter(({ kind }) => kind !== 'removed'),
  ];
  // A type that is on both sides is met on both.
  return found.filter(({ item }, index) => found.findIndex((one) => one.item === item) === index);
}

function sideDrift(component: WitSide, contract: WitSide, side: WitChange['side']): readonly WitChange[] {
  return contract.interfaces.flatMap((ours) => {
    const theirs = component.interfaces.find(({ name }) => onTrack(name) === onTrack(ours.name));
    return theirs === undefined ? [] : compareInterfaces(ours, theirs, side, 'state');
  });
}
