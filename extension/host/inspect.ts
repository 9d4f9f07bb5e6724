/** Reads components without following a project, and asks them what they are. */
import { homedir } from 'node:os';
import { contracts } from '../contracts/index.ts';
import { messageOf, UserError } from '../errors.ts';
import type { ComponentInfo } from './component.ts';
import type { Contract, Finding, PluginMetadata } from './contract.ts';
import { checkComponent } from './dev-source.ts';
import { cacheFolderOf, defaultCacheFolder } from './cache-folder.ts';
import { Instance, startFailure } from './instance.ts';
import type { PreparedComponent } from './prepare.ts';
import { CallStatus, decodeCall, RecordKind } from '../recording/record.ts';
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
  const inspector = new Inspector(cacheFolder);
  try {
    return await inspector.inspect(path);
  } finally {
    await inspector.dispose();
  }
}

export interface InspectorOptions {
  /**
   * A plugin that said what it is is not started: whether it can be depends on its parameters. What fails
   * before that is found all the same.
   */
  readonly metadataOnly?: boolean;
}

/** Inspects any number of components with the same threads. */
export class Inspector {
  readonly #cacheFolder: string;
  readonly #metadataOnly: boolean;
  #workshop: Workshop | undefined;

  constructor(cacheFolder = defaultCacheFolder(homedir()), { metadataOnly = false }: InspectorOptions = {}) {
    this.#cacheFolder = cacheFolder;
    this.#metadataOnly = metadataOnly;
  }

  /** Inspects the component of this file. Throws a UserError where it is none, or cannot be read. */
  async inspect(path: string): Promise<Inspection> {
    const workshop = (this.#workshop ??= new Workshop());
    const contract = contracts['streamkit'];
    const memoryBytes = contract?.limits.memoryBytes ?? 0;
    const { kernel } = Object.values(contracts).find((one) => one.kernel !== undefined) ?? {};
    const prepared = await workshop.prepare({
      path,
      cacheFolder: cacheFolderOf(this.#cacheFolder),
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
    const asked = await askMetadata(workshop, prepared, best, findings, this.#metadataOnly);
    return { info, contract: best.id, ...asked };
  }

  /** Ends its threads. */
  async dispose(): Promise<void> {
    const workshop = this.#workshop;
    this.#workshop = undefined;
    await workshop?.dispose();
  }
}

/**
 * The contract whose package the component exports something of, where there are two of the first export;
 * else the one that takes every world, for this one. Of a core module, the contract whose handlers it has;
 * else the one that takes every module.
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
  const exporting = (name: string): Contract | undefined =>
    all.find(({ wit }) => wit !== undefined && name.startsWith(`${wit.package.split('@')[0] ?? ''}/`));
  const named = exports.map(exporting).find((contract) => contract !== undefined);
  if (named !== undefined) return named;
  const any = all.find(({ handlers }) => handlers.length === 0);
  return (await any?.forProject?.(undefined, { kind: 'component', path })) ?? any;
}

async function askMetadata(
  workshop: Workshop,
  prepared: PreparedComponent,
  contract: Contract,
  findings: readonly Finding[],
  metadataOnly: boolean,
): Promise<{ metadata?: PluginMetadata; findings: readonly Finding[] }> {
  const said = Promise.withResolvers<{ readonly metadata: unknown }>();
  const instance = new Instance(await workshop.takeWorker(), {
    record: (name, { kind, payload }) => {
      const metadata =
        metadataOnly && kind === RecordKind.call && name === 'metadata' ? metadataIn(payload) : undefined;
      if (metadata !== undefined) said.resolve({ metadata });
    },
    drained: ignore,
    failed: ignore,
    lost: ignore,
  });
  const deadline = setTimeout(() => {
    instance.giveUp(startFailure('metadata', `no answer within ${contract.limits.deadlineMs} ms`));
  }, contract.limits.deadlineMs);
  try {
    const prepare = instance.prepare({
      script: prepared.script,
      modules: prepared.modules,
      contract: contract.id,
      binding: contract.binding,
      node: 'inspected',
      params: undefined,
      source: undefined,
    });
    const outcome = await (metadataOnly ? Promise.race([said.promise, prepare]) : prepare);
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

/** What a call for the metadata gave, as the worker recorded it; undefined where it gave none. */
function metadataIn(payload: Uint8Array): unknown {
  const { status, text } = decodeCall(payload);
  if (status !== CallStatus.ok) return undefined;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined; // Not all of it is in this record: the worker's answer has it.
  }
}

function ignore(): void {
  // An inspection records nothing.
}
