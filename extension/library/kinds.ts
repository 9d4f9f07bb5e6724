/** The two kinds of Chipmunk's plugins. */

export type PluginKind = 'parser' | 'bytesource';

interface KindRules {
  readonly title: string;
  /** Folder below the plugins' folder. */
  readonly folder: string;
  readonly contract: string;
  /** The interface that a plugin exports, without its version. */
  readonly exported: string;
  /** What Chipmunk calls it in its messages. */
  readonly upstream: string;
}

export const kinds: Readonly<Record<PluginKind, KindRules>> = {
  parser: {
    title: 'parser',
    folder: 'parsers',
    contract: 'chipmunk-parser',
    exported: 'chipmunk:parser/parser',
    upstream: 'Parser',
  },
  bytesource: {
    title: 'byte source',
    folder: 'bytesources',
    contract: 'chipmunk-bytesource',
    exported: 'chipmunk:bytesource/byte-source',
    upstream: 'Byte-Source',
  },
};

export const pluginKinds: readonly PluginKind[] = ['parser', 'bytesource'];

/** The kind that projects of a contract are of; undefined for other hosts' contracts. */
export function kindOfContract(contract: string): PluginKind | undefined {
  return pluginKinds.find((kind) => kinds[kind].contract === contract);
}
