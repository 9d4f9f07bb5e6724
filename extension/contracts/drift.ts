/**
 * What a component was built with beside the contract's WIT as it is. Nobody else notices on this side:
 * a component with a stale type (a `packet` without `custom`) transpiles and runs; the real host refuses it.
 */
import { readFileSync } from 'node:fs';
import { assetPath } from '../assets.ts';
import type { ComponentInfo } from '../host/component.ts';
import type { Finding } from '../host/contract.ts';
import { changeText, compareInterfaces, type WitChange } from '../wit/compare.ts';
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

/** The same as findings, for the contract with this id. */
export function checkTypes({ path, wit }: ComponentInfo, contract: string): readonly Finding[] {
  return driftOf(wit, contractWit(contract)).map((change) =>
    change.breaking
      ? {
          severity: 'error',
          message: `${path} was built from stale WIT: ${changeText(change)}.`,
          advice:
            'Regenerate the bindings from the WIT of this version and build again; the real host refuses the component as it is.',
        }
      : {
          severity: 'warning',
          message: `${path} was built from other WIT: ${changeText(change)}.`,
          advice:
            'The host takes it. Regenerate the bindings from the WIT of this version, so that names mean the same.',
        },
  );
}

const known = new Map<string, WitWorld>();

/** A contract's own interfaces, made from wit/ when Hotplug is built. */
export function contractWit(contract: string): WitWorld {
  const kept = known.get(contract);
  if (kept !== undefined) return kept;
  const text = readFileSync(assetPath('dist', 'prepared', `${contract}.wit.json`), 'utf8');
  const world = JSON.parse(text) as WitWorld;
  known.set(contract, world);
  return world;
}
