/** Plugins as the command line shows them. */
import type { SchemaItem } from '../contracts/chipmunk/config.ts';
import { kinds } from '../library/kinds.ts';
import type { LibraryPlugin, LogEntry, PluginState } from '../library/plugin.ts';
import { isBad } from '../library/plugin.ts';
import { table } from './command.ts';
import type { Output } from './output.ts';

const states: Readonly<Record<PluginState, string>> = {
  valid: 'valid',
  invalid: 'invalid',
  unsupported: 'unsupported version',
  incompatible: 'incompatible',
  disabled: 'disabled',
  unbuilt: 'not built',
};

/** One line a plugin, and why it is bad below it. */
export function sayPlugins(plugins: readonly LibraryPlugin[], home: string, output: Output): void {
  if (plugins.length === 0) {
    output.say(`No plugins: ${home} has none in .chipmunk/plugins, and no projects were named.`);
    return;
  }
  const widths = {
    state: Math.max(...plugins.map(({ state }) => states[state].length)),
    kind: Math.max(...plugins.map(({ kind }) => kinds[kind].title.length)),
    name: Math.max(...plugins.map(({ name }) => name.length)),
  };
  for (const plugin of plugins) {
    const { state, kind, name, pluginVersion, title, origin, reason } = plugin;
    const colour = isBad(plugin) ? 'red' : state === 'valid' ? 'green' : 'yellow';
    const said = [
      pluginVersion,
      title === name ? undefined : title,
      origin === 'project' ? 'project' : undefined,
    ].filter((word) => word !== undefined);
    output.say(
      [
        output.style(colour, states[state].padEnd(widths.state)),
        kinds[kind].title.padEnd(widths.kind),
        name.padEnd(widths.name),
        said.join(', '),
      ]
        .join('  ')
        .trimEnd(),
    );
    if (reason !== undefined) output.say(`  ${reason}`);
  }
}

/** Everything that is known of one plugin. */
export function sayPlugin(plugin: LibraryPlugin, output: Output): void {
  const { binary, columns, description, lastRun, readme } = plugin;
  const rows: [string, string][] = [
    ['state', states[plugin.state]],
    ['kind', kinds[plugin.kind].title],
    ['title', plugin.title],
    ...row('description', description),
    ['folder', plugin.id],
    ...row('version', plugin.pluginVersion),
    ...row('plugin API', plugin.apiVersion),
    ...row('size', binary === undefined ? undefined : bytes(binary.bytes)),
    ...row('sha256', binary?.hash),
    ['configuration', plugin.schemas.map(schemaLine).join('\n') || 'none'],
    ...row('columns', columns?.columns.map(({ caption }) => caption).join(', ')),
    ['permissions', plugin.permissions.map(({ name, given }) => `${name}: ${given}`).join('\n') || 'none'],
    ...row('producers', plugin.producers.join('\n') || undefined),
    ...row('readme', readme),
    ...row(
      'last run',
      lastRun === undefined
        ? undefined
        : `${new Date(lastRun.at).toISOString()}: ${lastRun.rows} rows of ${bytes(lastRun.bytes)} in ${lastRun.calls} calls, ${Math.round(lastRun.durationMs)} ms`,
    ),
    ['log', plugin.log.map(logLine).join('\n')],
  ];
  output.say(output.style('bold', plugin.name));
  output.say(
    table(
      rows.flatMap(([name, value]) =>
        value.split('\n').map((line, index): [string, string] => [index === 0 ? name : '', line]),
      ),
    ),
  );
  for (const { severity, message, advice } of plugin.findings) {
    output.say(`${output.style(severity === 'error' ? 'red' : 'yellow', `${severity}:`)} ${message}`);
    output.say(`  what to do: ${advice}`);
  }
}

function row(name: string, value: string | undefined): readonly [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

function schemaLine({ id, title, inputType }: SchemaItem): string {
  const known = title === '' || title === id ? '' : `, ${title}`;
  return `${id}: ${inputType.tag}${known}`;
}

function logLine({ level, text }: LogEntry): string {
  return `${level}: ${text}`;
}

export function bytes(count: number): string {
  if (count < 10_000) return `${count} bytes`;
  return count < 10_000_000 ? `${(count / 1000).toFixed(0)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
