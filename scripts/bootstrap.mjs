// Runs a script of this folder on the Node version that the project pins, after installing what
// is missing, so that `npm start` and `npm test` work on a fresh clone with any Node >= 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const pinned = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [script, ...args] = process.argv.slice(2);

/**
 * Runs a program to its end, passing on the signals that would end us, and resolves with its exit code.
 *
 * @param {string} command @param {string[]} argv @returns {Promise<number>}
 */
function run(command, argv) {
  const path = [join(modules, '.bin'), dirname(command), process.env['PATH']].join(delimiter);
  const child = spawn(command, argv, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

/** Node 22.18 is the first that runs TypeScript as it is; the project pins a newer one. */
function runsTypeScript() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

if (!existsSync(join(modules, 'typescript')) || !(existsSync(pinned) || runsTypeScript())) {
  // `npm ci` refuses a lock file that leaves out a platform whose binary a registry does not have.
  console.log('Installing dependencies (once, about a minute) ...');
  const npm = process.env['npm_execpath'];
  const code = await (npm ? run(process.execPath, [npm, 'install']) : run('npm', ['install']));
  if (code !== 0) process.exit(code);
}
const node = existsSync(pinned) ? pinned : process.execPath;
if (node === process.execPath && !runsTypeScript()) {
  console.error(
    `Hotplug needs Node 22.18 or later and this is ${process.versions.node}; npm was to install its own. ` +
      'Run `npm rebuild node`, or install a newer Node.',
  );
  process.exit(1);
}
process.exitCode = await run(node, [join(root, 'scripts', `${script}.ts`), ...args]);
