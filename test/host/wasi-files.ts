/** The component of test/fixtures/custom/wasi-files in this thread, with folders that it is granted. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ContractAdapter } from '../../extension/host/adapter.ts';
import { encodeAnswers, type NamedAnswer } from '../../extension/host/answers.ts';
import { Boundary } from '../../extension/host/boundary.ts';
import { importScript, instantiate } from '../../extension/host/load.ts';
import { cacheFolderOf } from '../../extension/host/cache-folder.ts';
import { prepareComponent } from '../../extension/host/prepare.ts';
import { createRing, RingReader } from '../../extension/host/ring.ts';
import { wasiImports } from '../../extension/host/wasi/preview2.ts';
import type { GrantedPath } from '../../extension/project/project.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';

/** What the plugin exports. */
interface Exports {
  run(command: string): string;
  sum(path: string, piece: number): [bigint, bigint];
}

/** An instance in this thread, and what was recorded of it. */
export interface Loaded {
  readonly exports: Exports;
  /** Everything that was recorded until now. */
  readonly read: () => readonly NamedAnswer[];
}

/** An instance of it; a replay where something recorded is given. */
export async function loadFiles(
  path: string,
  granted: readonly GrantedPath[],
  recorded?: readonly NamedAnswer[],
): Promise<Loaded> {
  const { script, modules } = await prepareComponent({
    path,
    cacheFolder: cacheFolderOf(join(root, '.cache', 'transpiled')),
    memoryBytes: 64 << 20,
  });
  const ring = createRing(1 << 24);
  const boundary = new Boundary(
    ring,
    recorded && { unrecorded: 'stop', start: encodeAnswers(recorded), checkpoints: false },
  );
  const adapter: ContractAdapter = {
    imports: () => wasiImports(boundary, () => granted),
    callOf: (event) => event,
    deliver: () => ({ ok: true }),
    control: () => ({ ok: true }),
    trapText: (_call, message) => message,
  };
  const dev = { source: undefined, report: () => undefined };
  const { exports } = instantiate(await importScript(script), modules, adapter, boundary, dev);
  const reader = new RingReader(ring);
  const names = new Map<number, string>();
  const records: NamedAnswer[] = [];
  const read = (): readonly NamedAnswer[] => {
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      const bytes = frame.payload.slice();
      if (frame.kind === RecordKind.hostCall)
        records.push({ name: names.get(frame.name) ?? '', key: '', bytes });
      else names.set(frame.name, new TextDecoder().decode(bytes));
      reader.release();
    }
    return records;
  };
  return { exports: exports as unknown as Exports, read };
}

/** A folder without links in its path, that goes with the test. */
export async function temporary(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hotplug-wasi-')));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
