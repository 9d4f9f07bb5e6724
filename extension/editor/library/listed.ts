/** Plugins as the list shows them. */
import type { LibraryPlugin, PluginState } from '../../library/plugin.ts';
import { t } from '../../../webview/text.ts';

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

export function kindTitle(kind: ListedPlugin['kind']): string {
  return kind === 'parser' ? t('Parsers') : t('Byte Sources');
}

export function kindName(kind: ListedPlugin['kind']): string {
  return kind === 'parser' ? t('parser') : t('byte source');
}

const states: Readonly<Record<ListedPlugin['state'], { readonly icon: string; readonly colour?: string }>> = {
  valid: { icon: 'pass', colour: 'testing.iconPassed' },
  invalid: { icon: 'error', colour: 'testing.iconFailed' },
  unsupported: { icon: 'error', colour: 'testing.iconFailed' },
  incompatible: { icon: 'error', colour: 'testing.iconFailed' },
  disabled: { icon: 'circle-slash' },
  unbuilt: { icon: 'circle-outline' },
  unasked: { icon: 'question' },
};

export function stateTitle({ state }: Pick<ListedPlugin, 'state'>): string {
  switch (state) {
    case 'valid':
      return t('valid');
    case 'invalid':
      return t('invalid');
    case 'unsupported':
      return t('unsupported version');
    case 'incompatible':
      return t('incompatible');
    case 'disabled':
      return t('disabled');
    case 'unbuilt':
      return t('not built for release');
    case 'unasked':
      return t('not asked in Restricted Mode');
  }
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
  const { icon, colour } = states[state];
  const what = origin === 'project' ? t('{0} of a project', kindName(kind)) : kindName(kind);
  const isOdd = state === 'valid' && findings.some(({ severity }) => severity !== 'info');
  return {
    label: name,
    description: [
      ...(title === name ? [] : [title]),
      ...(pluginVersion === undefined ? [] : [pluginVersion]),
      ...(origin === 'project' ? [t('project')] : []),
      ...(state === 'valid' ? [] : [stateTitle(plugin)]),
    ].join(' · '),
    icon: isOdd ? 'warning' : icon,
    ...(isOdd ? { colour: 'testing.iconQueued' } : colour === undefined ? {} : { colour }),
    contextValue: `listed.${origin}.${state}`,
    spoken: [`${name}, ${what}, ${stateTitle(plugin)}`, ...(reason === undefined ? [] : [reason])].join(': '),
  };
}

/** A plugin as the command line names it. */
export function nameForCli({ kind, name }: Pick<ListedPlugin, 'kind' | 'name'>): string {
  return `${kind}s/${name}`;
}
