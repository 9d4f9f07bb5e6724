/** Plugins as the list shows them. */
import type { LibraryPlugin, PluginState } from '../../library/plugin.ts';

/** `unasked`: nothing of it was run, in Restricted Mode. */
export type ListedPlugin = Omit<LibraryPlugin, 'state'> & { readonly state: PluginState | 'unasked' };

/** The plugins of one kind, or one of them. */
export type LibraryNode =
  | { readonly type: 'kind'; readonly kind: ListedPlugin['kind']; readonly plugins: readonly ListedPlugin[] }
  | { readonly type: 'listed'; readonly plugin: ListedPlugin };

export interface ListedFace {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly colour?: string;
  readonly contextValue: string;
  readonly spoken: string;
}

export const kindTitles: Readonly<Record<ListedPlugin['kind'], string>> = {
  parser: 'Parsers',
  bytesource: 'Byte Sources',
};

export const kindNames: Readonly<Record<ListedPlugin['kind'], string>> = {
  parser: 'parser',
  bytesource: 'byte source',
};

const states: Readonly<
  Record<ListedPlugin['state'], { readonly title: string; readonly icon: string; readonly colour?: string }>
> = {
  valid: { title: 'valid', icon: 'pass', colour: 'testing.iconPassed' },
  invalid: { title: 'invalid', icon: 'error', colour: 'testing.iconFailed' },
  unsupported: { title: 'unsupported version', icon: 'error', colour: 'testing.iconFailed' },
  incompatible: { title: 'incompatible', icon: 'error', colour: 'testing.iconFailed' },
  disabled: { title: 'disabled', icon: 'circle-slash' },
  unbuilt: { title: 'not built for release', icon: 'circle-outline' },
  unasked: { title: 'not asked in Restricted Mode', icon: 'question' },
};

export function stateTitle({ state }: Pick<ListedPlugin, 'state'>): string {
  return states[state].title;
}

/** The nodes of the list: kinds that have plugins. */
export function kindNodes(plugins: readonly ListedPlugin[]): readonly LibraryNode[] {
  return (['parser', 'bytesource'] as const).flatMap((kind): readonly LibraryNode[] => {
    const of = plugins.filter((plugin) => plugin.kind === kind);
    return of.length === 0 ? [] : [{ type: 'kind', kind, plugins: of }];
  });
}

export function listedFace(plugin: ListedPlugin): ListedFace {
  const { name, title, kind, origin, state, pluginVersion, reason, findings } = plugin;
  const { icon, colour, title: stateWords } = states[state];
  const isOdd = state === 'valid' && findings.some(({ severity }) => severity !== 'info');
  return {
    label: name,
    description: [
      ...(title === name ? [] : [title]),
      ...(pluginVersion === undefined ? [] : [pluginVersion]),
      ...(origin === 'project' ? ['project'] : []),
      ...(state === 'valid' ? [] : [stateWords]),
    ].join(' · '),
    icon: isOdd ? 'warning' : icon,
    ...(isOdd ? { colour: 'testing.iconQueued' } : colour === undefined ? {} : { colour }),
    contextValue: `listed.${origin}.${state}`,
    spoken: [
      `${name}, ${kindNames[kind]}${origin === 'project' ? ' of a project' : ''}, ${stateWords}`,
      ...(reason === undefined ? [] : [reason]),
    ].join(': '),
  };
}

/** A plugin as the command line names it. */
export function nameForCli({ kind, name }: Pick<ListedPlugin, 'kind' | 'name'>): string {
  return `${kind}s/${name}`;
}
