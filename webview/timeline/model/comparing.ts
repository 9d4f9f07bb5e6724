/** Which plugin is compared with its run before, or with another recording. */
import type { Choice } from './choice.ts';
import type { Contents } from './contents.ts';
import type { Lanes } from './lanes.ts';
import { isMirrored } from './mirror.ts';

/** What the plugin follows from. */
interface Near {
  readonly contents: Contents;
  readonly lanes: Lanes;
  readonly choice: Choice;
}

/** The one that is chosen, if it has a run before; else the first that has one. */
export function comparablePlugin(near: Near): string | undefined {
  const { reloaded } = near.contents;
  const plugin = nearPlugin(near);
  return plugin !== undefined && reloaded.includes(plugin) ? plugin : reloaded[0];
}

/** The one that is chosen, if any is; else one that was called. */
export function anyPlugin(near: Near): string | undefined {
  const { contents, lanes } = near;
  const calls = lanes.grouping === 'plugin' ? contents.lanes.find(({ kind }) => kind === 'calls') : undefined;
  return nearPlugin(near) ?? contents.reloaded[0] ?? calls?.group;
}

/** The plugin that is chosen, or whose lane is. */
function nearPlugin({ contents, lanes, choice: { selection } }: Near): string | undefined {
  const { lane, grouping } = lanes;
  if (selection?.detail !== undefined && selection.other?.isSame !== false) return selection.detail.plugin;
  return lane === undefined || isMirrored(lane) || grouping !== 'plugin'
    ? undefined
    : contents.laneOf(lane)?.group;
}
