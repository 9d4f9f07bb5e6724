import { bindingsCommand } from './bindings.ts';
import { buildCommand } from './build.ts';
import { commonFlags, table, type Command } from './command.ts';
import { devCommand } from './dev.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { inspectCommand } from './inspect.ts';
import { newCommand } from './new.ts';
import { pluginsCommand } from './plugins.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { testCommand } from './test.ts';
import { viewCommand } from './view.ts';
import { watchCommand } from './watch.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  newCommand,
  buildCommand,
  bindingsCommand,
  watchCommand,
  devCommand,
  runCommand,
  testCommand,
  replayCommand,
  viewCommand,
  exportCommand,
  inspectCommand,
  pluginsCommand,
  doctorCommand,
];

export function overview(): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  const flags = Object.entries(commonFlags).map(([name, text]): [string, string] => [`--${name}`, text]);
  return [
    "Hotplug builds, hosts and reloads plugins that run inside somebody else's program.",
    '',
    'Usage: hotplug <command> [options]',
    '',
    table(rows),
    '',
    'Every command has:',
    table(flags),
    '',
    'Exit codes: 0 fine, 1 the plugin or its build failed, 2 wrong use or bad input.',
    '',
  ].join('\n');
}
