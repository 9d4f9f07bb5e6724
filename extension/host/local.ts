/** The host in this process: for the command line, the tests and the host process itself. */
import { homedir } from 'node:os';
import { contracts } from '../contracts/index.ts';
import { openInput } from '../inputs/feed.ts';
import { defaultCacheFolder, Host } from './host.ts';

export interface LocalHostOptions {
  /** File of the live recording; a temporary one where absent. */
  readonly recording?: string | undefined;
  /** Where transpiled components are kept; `~/.cache/hotplug` where absent. */
  readonly cacheFolder?: string | undefined;
}

/** Makes a host that runs its plugins in worker threads of this process. */
export function createLocalHost(options: LocalHostOptions = {}): Promise<Host> {
  const host = new Host({
    recording: options.recording,
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(homedir()),
    contracts,
    openInput,
    tools: { node: process.version, v8: process.versions.v8 },
  });
  return Promise.resolve(host);
}
