/** The host in this process: for the command line, the tests and the host process itself. */
import { homedir } from 'node:os';
import { contracts } from '../contracts/index.ts';
import { createReplays } from '../replay/service.ts';
import { openInput } from '../inputs/feed.ts';
import { openRun } from '../inputs/run.ts';
import { noteRun } from '../library/runs.ts';
import { defaultCacheFolder } from './cache-folder.ts';
import { Host } from './host.ts';
import { toolVersions } from './versions.ts';

export interface LocalHostOptions {
  /** File of the live recording, written as long as the host runs; `recordingFolder` counts where absent. */
  readonly recording?: string | undefined;
  /** Folder of live recordings; a temporary one where absent. */
  readonly recordingFolder?: string | undefined;
  /** Bytes of recordings that are kept in that folder; 1 GiB where absent. With Infinity the recording stays one file. */
  readonly recordingBudget?: number | undefined;
  /** Where transpiled components are kept; `~/.cache/hotplug` where absent. */
  readonly cacheFolder?: string | undefined;
}

/** Makes a host that runs its plugins in worker threads of this process. */
export function createLocalHost(options: LocalHostOptions = {}): Promise<Host> {
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder(homedir());
  let noted = Promise.resolve();
  const host = new Host({
    recording: options.recording,
    recordingFolder: options.recordingFolder,
    recordingBudget: options.recordingBudget,
    cacheFolder,
    contracts,
    replays: createReplays,
    openInput,
    openRun,
    // One after the other, for each rewrites the file. The figures are for the list of plugins and nothing else.
    runEnded: (binary, figures) =>
      (noted = noted.then(() => noteRun(cacheFolder, binary, figures)).catch(() => undefined)),
    tools: toolVersions(),
  });
  return Promise.resolve(host);
}
