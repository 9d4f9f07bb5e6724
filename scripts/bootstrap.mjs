// Runs a script of this folder on the Node version that the project pins, after installing what
// is missing, so that `npm start` and `npm test` work on a fresh clone with any Node >= 20.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const pinned = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [script, ...args] = process.argv.slice(2);

/** @param {string} command @param {string[]} argv */
function run(command, argv) {
  const path = [join(modules, '.bin'), dirname(command), process.env['PATH']].join(delimiter);
  const result = spawnSync(command, argv, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Node 22.18 is the first that runs TypeScript as it is; the project pins a newer one. */
function runsTypeScript() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

if (!existsSync(join(modules, 'typescript')) || !(existsSync(pinned) || runsTypeScript())) {
  console.log('Installing dependencies (once, about a minute) ...');
  const npm = process.env['npm_execpath'];
  if (npm) run(process.execPath, [npm, 'ci']);
  else run('npm', ['ci']);
}
const node = existsSync(pinned) ? pinned : process.execPath;
if (node === process.execPath && !runsTypeScript()) {
  console.error(
    `Hotplug needs Node 22.18 or later and this is ${process.versions.node}; npm was to install its own. ` +
      'Run `npm rebuild node`, or install a newer Node.',
  );
  process.exit(1);
}
run(node, [join(root, 'scripts', `${script}.ts`), ...args]);
