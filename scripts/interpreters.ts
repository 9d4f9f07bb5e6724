// Builds dist/interpreters/streamkit-javascript.wasm: the component in which the host runs a
// JavaScript plugin during development. It contains QuickJS and asks the host for the plugin's
// source, so that a save costs a bundle and an instantiation, never a new component.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { componentize } from 'componentize-qjs';

const root = join(import.meta.dirname, '..');
const output = join(root, 'dist', 'interpreters');
const witFolder = join(root, '.cache', 'interpreters', 'streamkit');

/** The development world; the source is the body of a function of `$host` that returns the module's exports. */
const devWorld = `
world dev {
    import host;
    import hotplug:dev/source@0.1.0;

    export node;
}
`;

const entry = `
import * as host from 'streamkit:plugin/host@0.1.0';
import { read, report } from 'hotplug:dev/source@0.1.0';

let loaded;

function load() {
  if (loaded === undefined) {
    loaded = new Function('$host', read())(host);
    if (typeof loaded.node?.metadata !== 'function' || typeof loaded.node.NodeInstance !== 'function') {
      throw new Error('the plugin exports no "node" with metadata() and a class NodeInstance');
    }
  }
  return loaded.node;
}

// Errors end as their message (process, updateParams) or as a trap (the rest), exactly as in a
// release build; the stack would be lost in both cases.
function reported(call) {
  try {
    return call();
  } catch (error) {
    report(error instanceof Error ? error.name + ': ' + error.message + '\\n' + error.stack : String(error));
    throw error;
  }
}

class NodeInstance {
  constructor(params) {
    this.plugin = reported(() => new (load().NodeInstance)(params));
  }
  process(pin, packet) {
    return reported(() => this.plugin.process(pin, packet));
  }
  updateParams(params) {
    return reported(() => this.plugin.updateParams(params));
  }
  cleanup() {
    return reported(() => this.plugin.cleanup());
  }
}

export const node = { metadata: () => reported(() => load().metadata()), NodeInstance };
`;

/** Builds what is missing or out of date; gives whether it built anything. */
export async function buildInterpreters(): Promise<boolean> {
  const pluginWit = await readFile(join(root, 'wit', 'streamkit', 'plugin.wit'), 'utf8');
  const devSource = await readFile(join(root, 'wit', 'dev', 'source.wit'), 'utf8');
  const version = await readFile(join(root, 'node_modules', 'componentize-qjs', 'package.json'), 'utf8');
  // Without WASI in the world the transpiled component is a third of the size.
  const interfaces = pluginWit.slice(0, pluginWit.indexOf('world plugin'));
  const hash = createHash('sha256')
    .update(interfaces)
    .update(devWorld)
    .update(devSource)
    .update(entry)
    .update(version)
    .digest('hex');
  const file = join(output, 'streamkit-javascript.wasm');
  const hashFile = `${file}.inputs`;
  if ((await readFile(hashFile, 'utf8').catch(() => '')) === hash) return false;

  await rm(witFolder, { recursive: true, force: true });
  await mkdir(witFolder, { recursive: true });
  await mkdir(output, { recursive: true });
  await writeFile(join(witFolder, 'dev.wit'), interfaces + devWorld);
  await mkdir(join(witFolder, 'deps', 'dev'), { recursive: true });
  await writeFile(join(witFolder, 'deps', 'dev', 'source.wit'), devSource);
  const jsPath = join(root, '.cache', 'interpreters', 'streamkit.js');
  await writeFile(jsPath, entry);
  const { component } = await componentize({
    witPath: witFolder,
    world: 'dev',
    jsSource: entry,
    jsPath,
    sync: true,
  });
  await writeFile(file, component);
  await writeFile(hashFile, hash);
  return true;
}

if (import.meta.main) {
  const started = performance.now();
  const built = await buildInterpreters();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(built ? `interpreters: built in ${seconds} s\n` : 'interpreters: up to date\n');
}
