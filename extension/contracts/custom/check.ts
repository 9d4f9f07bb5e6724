/** Whether a component is one of the project's world, and what is different where it is not. */
import type { ComponentInfo } from '../../host/component.ts';
import type { Finding } from '../../host/contract.ts';
import { changeText, compareInterfaces } from '../../wit/compare.ts';
import type { WitFunction, WitInterface, WitSide, WitWorld } from '../../wit/model.ts';
import { onTrack } from '../../wit/versions.ts';
import { driftOf } from '../drift.ts';
import { functionsOf, hasType, typesOf, type Callable } from './world.ts';

/** What every plugin gets of WASI 0.2, and a development interpreter beside it. */
const PROVIDED = /^(wasi:(cli|clocks|filesystem|io|random|sockets)\/[\w-]+@0\.2\.\d+|hotplug:dev\/.*)$/;

const REBUILD = 'Generate the bindings from wit/ as it is now, and build again.';

export function checkWorld({ path, wit }: ComponentInfo, world: WitWorld): readonly Finding[] {
  const error = (message: string, advice = REBUILD): Finding => ({ severity: 'error', message, advice });
  const missing = namesOf(world.exports).filter((name) => !has(wit.exports, name));
  const changes = [...driftOf(wit, world), ...functionDrift(wit, world)];
  if (namesOf(world.exports).length === 0) {
    return [
      error(
        `${path} is a component for another world: it exports nothing, so that there is nothing to call.`,
        'Open the component of a world that exports functions or interfaces.',
      ),
    ];
  }
  return [
    ...missing.map((name) =>
      error(`${path} does not export ${name}, which the world ${world.name} of ${world.package} has.`),
    ),
    ...namesOf(wit.imports)
      .filter((name) => !PROVIDED.test(name) && !has(world.imports, name))
      .map((name) =>
        error(
          `${path} imports ${name}, which the world ${world.name} of ${world.package} does not have.`,
          'Build it for this world, or add the import to the WIT in wit/.',
        ),
      ),
    ...changes.map((change) =>
      change.breaking
        ? error(`${path} was built from other WIT: ${changeText(change)}.`)
        : ({
            severity: 'warning',
            message: `${path} was built from other WIT: ${changeText(change)}.`,
            advice: 'It runs all the same; build it again, so that names mean the same.',
          } as const),
    ),
    ...[...functionsOf(world.exports), ...functionsOf(wit.imports)]
      .filter(isAsync)
      .map(({ name }) =>
        error(
          `${name} is asynchronous, or has a future or a stream in its types: that is WASI 0.3, and Hotplug hosts WASI 0.2.`,
          'Leave it out of the world, or use lists and the resources of wasi:io instead.',
        ),
      ),
  ];
}

function namesOf({ interfaces, functions }: WitSide): readonly string[] {
  return [...interfaces.map(({ name }) => name), ...functions.map(({ name }) => name)];
}

function has(side: WitSide, name: string): boolean {
  return namesOf(side).some((one) => onTrack(one) === onTrack(name));
}

/** The functions that are in no interface, as those of one. */
function functionDrift(component: WitWorld, world: WitWorld): ReturnType<typeof driftOf> {
  const drift = (
    side: 'import' | 'export',
    theirs: readonly WitFunction[],
    ours: readonly WitFunction[],
  ): ReturnType<typeof driftOf> => {
    const common = ours.filter((one) => theirs.some(({ exportName }) => exportName === one.exportName));
    const same = theirs.filter((one) => common.some(({ exportName }) => exportName === one.exportName));
    return compareInterfaces(asInterface(common), asInterface(same), side, 'state').map((change) => ({
      ...change,
      item: change.item.replace(/^#/, ''),
    }));
  };
  return [
    ...drift('export', component.exports.functions, world.exports.functions),
    ...drift('import', component.imports.functions, world.imports.functions),
  ];
}

function asInterface(functions: readonly WitFunction[]): WitInterface {
  return { name: '', functions, resources: [], types: {} };
}

function isAsync({ function: one }: Callable): boolean {
  if (one.async === true) return true;
  return typesOf(one).some((type) =>
    hasType(type, ({ kind }) => kind === 'future' || kind === 'stream' || kind === 'error-context'),
  );
}
