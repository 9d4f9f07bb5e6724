/** libextism, the host that Extism's own SDKs are made of, from Python: the same plugins and inputs as in Hotplug. */
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { run } from '../../extension/toolchains/run.ts';
import { cache, root } from '../../scripts/paths.ts';

const tools = process.env['HOTPLUG_TOOLS'] ?? join(cache, 'tools');
export const extismPython = join(
  tools,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);

/** What came of one call. */
export type Called = { readonly output: string } | { readonly error: string };

/** Says why nothing can be run in libextism; undefined where it can. */
export async function missingForExtism(): Promise<string | undefined> {
  const there = await access(extismPython).then(
    () => true,
    () => false,
  );
  const asked = there
    ? await run([extismPython, '-c', 'import extism, extism_sys'], { cwd: root })
    : undefined;
  if (asked?.ended === 'exited' && asked.code === 0) return undefined;
  return `extism for Python not found in ${tools}; scripts/setup.sh --tests installs it`;
}

/** Calls an export of one instance with each input in turn; fails where the plugin cannot be loaded. */
export async function callInExtism(
  plugin: string,
  name: string,
  inputs: readonly string[],
  config: Readonly<Record<string, string>> = {},
): Promise<readonly Called[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-libextism-'));
  try {
    const files = [join(folder, 'inputs.json'), join(folder, 'config.json')] as const;
    await writeFile(files[0], JSON.stringify(inputs));
    await writeFile(files[1], JSON.stringify(config));
    const { ended, code, stdout, stderr } = await run(
      [extismPython, join(root, 'test', 'extism', 'call.py'), plugin, name, ...files],
      // No compiled Python among the sources.
      { cwd: root, env: { PYTHONDONTWRITEBYTECODE: '1' } },
    );
    if (code !== 0) throw new Error(`call.py ended with ${ended} ${code}:\n${stdout}${stderr}`);
    return JSON.parse(stdout) as readonly Called[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
