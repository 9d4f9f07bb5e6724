/**
 * How a development interpreter gets the plugin that it runs: the host answers `hotplug:dev/source` for
 * every contract. The WIT is in `wit/dev`.
 */
import { basename } from 'node:path';
import type { Artifact } from '../project/project.ts';
import type { ComponentInfo } from './component.ts';
import type { Contract, Finding } from './contract.ts';

const PACKAGE = 'hotplug:dev';
/** The interface as components import it. */
const INTERFACE = `${PACKAGE}/source@0.1.0`;

/** What the interpreter of one instance gets. */
export interface DevSource {
  /** The plugin's source; undefined where the component is no interpreter. */
  readonly source: string | undefined;
  /** Receives the stack of an exception that plugin code threw. */
  readonly report: (stack: string) => void;
}

/** The import object, keyed by the interface's name without version. */
export function devSourceImports({
  source,
  report,
}: DevSource): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return { [`${PACKAGE}/source`]: { read: () => source ?? '', report } };
}

/**
 * What a contract finds wrong with a component before it is run. An interpreter is judged by what it has
 * beside its source; a component that is to be a plugin by itself may not ask for one.
 */
export function checkComponent(
  contract: Contract,
  component: ComponentInfo,
  kind: Artifact['kind'],
): readonly Finding[] {
  const asks = component.imports.includes(INTERFACE);
  const imports = component.imports.filter((name) => !name.startsWith(`${PACKAGE}/`));
  const findings = contract.check({ ...component, imports });
  if (kind === 'source') return asks ? findings : [noInterpreter(component), ...findings];
  return imports.length < component.imports.length ? [interpreter(component), ...findings] : findings;
}

function interpreter({ path }: ComponentInfo): Finding {
  return {
    severity: 'error',
    message: `${path} is a development interpreter: it imports ${INTERFACE} to get a plugin's source, and no real host has that.`,
    advice: 'Build the plugin for release, which makes a component of its own: `hotplug build --release`.',
  };
}

function noInterpreter({ path }: ComponentInfo): Finding {
  return {
    severity: 'error',
    message: `${path} cannot run a plugin's source: it does not import ${INTERFACE}.`,
    advice: `Delete ${basename(path)} and build again, so that the interpreter is made anew.`,
  };
}
