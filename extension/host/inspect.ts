/** Reads a component without following a project, and asks it what it is: for `hotplug inspect`. */
import { homedir } from 'node:os';
import { contracts } from '../contracts/index.ts';
import { messageOf, UserError } from '../errors.ts';
import type { ComponentInfo } from './component.ts';
import type { Contract, Finding, PluginMetadata } from './contract.ts';
import { checkComponent } from './dev-source.ts';
import { defaultCacheFolder } from './host.ts';
import { Instance, startFailure } from './instance.ts';
import { cacheFolderOf, type PreparedComponent } from './prepare.ts';
import { noComponent } from '../wasm/sections.ts';
import { Workshop } from './workshop.ts';

export interface Inspection {
  readonly info: ComponentInfo;
  readonly findings: readonly Finding[];
  readonly metadata?: PluginMetadata;
  readonly contract?: string;
}

/** Inspects the component of this file. Throws a UserError where it is none, or cannot be read. */
export async function inspectComponent(
  path: string,
  cacheFolder = defaultCacheFolder(homedir()),
): Promise<Inspection> {
  const workshop = new Workshop();
  try {
    const contract = contracts['streamkit'];
    const memoryBytes = contract?.limits.memoryBytes ?? 0;
    const { kernel } = Object.values(contracts).find((one) => one.kernel !== undefined) ?? {};
    const prepared = await workshop.prepare({
      path,
      cacheFolder: cacheFolderOf(cacheFolder),
      memoryBytes,
      kernel: kernel?.file,
    });
    const { info } = prepared;
    // It is no plugin of those that are core modules.
    if (info.core?.imports.some(({ module }) => module === kernel?.module) === false) throw noComponent(path);
    const best = await contractFor(info);
    if (best === undefined) return { info, findings: [] };
    const findings = checkComponent(best, info, 'component');
    if (findings.some(({ severity }) => severity === 'error')) return { info, findings };
    return { info, contract: best.id, ...(await askMetadata(workshop, prepared, best, findings)) };
  } finally {
    await workshop.dispose();
  }
}

/**
 * The contract whose package the component exports something of; else the one that takes every world, for
 * this one. Of a core module, the contract whose handlers it has; else the one that takes every module.
 */
async function contractFor({ path, exports, core }: ComponentInfo): Promise<Contract | undefined> {
  const all = Object.values(contracts).filter(
    ({ kernel }) => (kernel === undefined) === (core === undefined),
  );
  if (core !== undefined) {
    const handles = ({ handlers }: Contract): boolean =>
      handlers.length > 0 && handlers.every((one) => exports.includes(one.function.name));
    return all.find(handles) ?? all.find(({ handlers }) => handlers.length === 0);
  }
  const named = all.find(({ wit }) => {
    const name = wit?.package.split('@')[0];
    return name !== undefined && exports.some((one) => one.startsWith(`${name}/`));
  });
  if (named !== undefined) return named;
  const any = all.find((contract) => contract.forProject !== undefined);
  return (await any?.forProject?.(undefined, { kind: 'component', path })) ?? any;
}

async function askMetadata(
  workshop: Workshop,
  prepared: PreparedComponent,
  contract: Contract,
  findings: readonly Finding[],
): Promise<{ metadata?: PluginMetadata; findings: readonly Finding[] }> {
  const instance = new Instance(await workshop.takeWorker(), {
    record: ignore,
    drained: ignore,
    failed: ignore,
    lost: ignore,
  });
  const deadline = setTimeout(() => {
    instance.giveUp(startFailure('metadata', `no answer within ${contract.limits.deadlineMs} ms`));
  }, contract.limits.deadlineMs);
  try {
    const outcome = await instance.prepare({
      script: prepared.script,
      modules: prepared.modules,
      contract: contract.id,
      binding: contract.binding,
      node: 'inspected',
      params: undefined,
      source: undefined,
    });
    if (!('metadata' in outcome)) {
      const advice = 'Correct the call that failed, and build again.';
      return {
        findings: [
          ...findings,
          { severity: 'error', message: `The plugin fails in ${outcome.call}: ${outcome.message}.`, advice },
        ],
      };
    }
    const checked = contract.checkMetadata(outcome.metadata, undefined);
    return { metadata: checked.metadata, findings: [...findings, ...checked.findings] };
  } catch (error) {
    const advice = error instanceof UserError ? error.advice : 'Correct the metadata, and build again.';
    return { findings: [...findings, { severity: 'error', message: messageOf(error), advice }] };
  } finally {
    clearTimeout(deadline);
    await instance.terminate();
  }
}

function ignore(): void {
  // An inspection records nothing.
}
