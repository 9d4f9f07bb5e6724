#!/usr/bin/env node
// Starts the built command line on a Node that can run it: this one, or the one that the
// repository pins where this one is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const cli = join(root, 'dist', 'cli.js');
const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const newEnough = major > 22 || (major === 22 && minor >= 15);

if (!existsSync(cli)) {
  console.error(
    `error: ${cli} is not there: Hotplug has not been built\n  what to do: run \`npm run build\` in ${root}.`,
  );
  process.exitCode = 2;
} else if (newEnough) {
  await import(pathToFileURL(cli).href);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The child ends in good order and says how; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child itself.
      if (signal !== 'SIGINT') child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(
      `error: ${pinned} cannot be run: ${error.message}\n  what to do: run \`npm install\` in ${root}.`,
    );
    process.exitCode = 2;
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  console.error(
    `error: Hotplug needs Node 22.15 or newer; this is ${process.version}\n  what to do: install a newer Node, or run \`npm install\` in ${root}, which brings one.`,
  );
  process.exitCode = 2;
}
