/** A recording's test of a C plugin: what is not freed is found, though the plugin does what it did. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { TestResult } from '../../extension/cli/tests.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { c } from '../../extension/toolchains/c.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';

const freedPin = '    plugin_string_free(input_pin);\n    return ok;';
const freedPacket = '    exports_streamkit_plugin_node_packet_free(packet);\n';

const variants: readonly {
  readonly title: string;
  readonly find: string;
  readonly replace: string;
  readonly leaks: boolean;
}[] = [
  { title: 'as it is scaffolded', find: freedPin, replace: freedPin, leaks: false },
  { title: 'that forgets the name of the pin', find: freedPin, replace: '    return ok;', leaks: true },
  { title: 'that forgets the packet', find: freedPacket, replace: '', leaks: true },
  {
    title: 'that keeps the last packet and frees it with the next',
    find: freedPacket,
    replace: `    static exports_streamkit_plugin_node_packet_t kept;
    exports_streamkit_plugin_node_packet_free(&kept);
    kept = *packet;
`,
    leaks: false,
  },
  {
    title: 'that makes a large table once',
    find: freedPacket,
    replace: `${freedPacket}    static char *table;
    if (table == NULL) table = calloc(1, 3 << 20);
    table[self->packets] = 1;
`,
    leaks: false,
  },
];

for (const { title, find, replace, leaks } of variants) {
  void test(`a plugin ${title} ${leaks ? 'fails its test' : 'passes its test'}`, async (t) => {
    const missing = (await c.tools(undefined)).filter(({ found }) => !found);
    if (missing.length > 0) {
      t.skip(`c: ${missing.map(({ name }) => name).join(', ')} not found`);
      return;
    }
    const parent = await temporaryFolder(t);
    const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'my-own', parent });
    const source = join(folder, 'src', 'plugin.c');
    const text = await readFile(source, 'utf8');
    assert.ok(text.includes(find));
    await writeFile(source, text.replace(find, replace));
    const { code, stdout, stderr } = await hotplug('test', folder, '--json');
    const { tests } = JSON.parse(stdout) as { readonly tests: readonly TestResult[] };
    const [result] = tests;
    assert.equal(result?.reports[0]?.differenceCount, 0, stderr);
    assert.equal(result.ok, !leaks, stderr);
    assert.equal(code, leaks ? 1 : 0);
    if (!leaks) return;
    assert.ok(result.leak !== undefined && result.leak.bytes >= 128 * 1024);
    assert.match(stderr, /^FAIL gain: memory grew by .* something that the host passes is not freed \(/m);
  });
}
