import process from 'node:process';
import type { Tool } from './toolchain.ts';

/** Components of Python and QuickJS have constants that older ones refuse. */
const whole = 22;
/** What Hotplug itself is written for. */
const oldest = 20;

/** The Node that runs Hotplug's command line and the plugins in it. */
export function nodeTool(version: string = process.version, path: string = process.execPath): Tool {
  const major = Number(/\d+/.exec(version)?.[0]);
  return {
    name: 'Node',
    found: major >= whole,
    path,
    version,
    neededBy: "Hotplug's command line, which runs plugins in it",
    range: `${whole} or later; ${oldest} for plugins in Rust, Go and C`,
    ...(major >= whole
      ? {}
      : {
          problem:
            major >= oldest
              ? `Node ${version} of ${path} cannot run plugins in Python and JavaScript.`
              : `Node ${version} of ${path} is too old.`,
        }),
    optional: major >= oldest,
    install: [
      {
        on: 'debian',
        command:
          'curl -fsSL https://deb.nodesource.com/setup_24.x | sudo -E bash - && sudo apt-get install -y nodejs',
      },
      { on: 'macos', command: 'brew install node' },
      { on: 'windows', command: 'winget install --exact --id OpenJS.NodeJS.LTS' },
    ],
  };
}
