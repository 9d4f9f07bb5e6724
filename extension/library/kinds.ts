/** The two kinds of Chipmunk's plugins. */
import { BYTE_SOURCE, PARSER, type Kind } from '../contracts/chipmunk/check.ts';

export type PluginKind = 'parser' | 'bytesource';

interface KindRules {
  readonly title: string;
  /** Folder below the plugins' folder. */
  readonly folder: string;
  readonly upstream: Kind;
}

export const kinds: Readonly<Record<PluginKind, KindRules>> = {
  parser: {
    title: 'parser',
    folder: 'parsers',
    upstream: PARSER,
  },
  bytesource: {
    title: 'byte source',
    folder: 'bytesources',
    upstream: BYTE_SOURCE,
  },
};

export const pluginKinds: readonly PluginKind[] = ['parser', 'bytesource'];

/** The kind that projects of a contract are of; undefined for other hosts' contracts. */
export function kindOfContract(contract: string): PluginKind | undefined {
  return pluginKinds.find((kind) => kinds[kind].upstream.contract === contract);
}
