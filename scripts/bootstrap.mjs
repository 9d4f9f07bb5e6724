// Runs a script of this folder on the Node version that the project pins, after installing what
// is missing, so that `npm start` and `npm test` work on a fresh clone with any Node >= 20.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [script, ...args] = process.argv.slice(2);

/** @param {string} command @param {string[]} argv */
function run(command, argv) {
  const result = spawnSync(command, argv, { cwd: root, stdio: 'inherit', shell: false });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (!existsSync(node) || !existsSync(join(root, 'node_modules', 'typescript'))) {
  console.log('Installing dependencies (once, about a minute) ...');
  const npm = process.env['npm_execpath'];
  if (npm) run(process.execPath, [npm, 'ci']);
  else run('npm', ['ci']);
}
run(node, [join(root, 'scripts', `${script}.ts`), ...args]);
