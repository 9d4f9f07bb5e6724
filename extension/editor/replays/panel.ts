import type { PluginReplay } from './replays.ts';
import type { PanelReplay } from '../../../webview/protocol.ts';

/** A replay as the trace panel says it; nothing where there was nothing to replay. */
export function panelReplay(of: {
  readonly status: { readonly name: string };
  readonly replay: PluginReplay;
}): readonly PanelReplay[] {
  const { verdict, shown } = of.replay;
  const { kind, text, details } = verdict;
  if (kind === 'none') return [];
  return [
    {
      plugin: of.status.name,
      id: shown === undefined ? kind : `${shown.host} ${shown.replay}`,
      kind,
      text,
      details,
    },
  ];
}
