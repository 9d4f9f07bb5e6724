/** What Chipmunk refuses of a plugin when it loads it, and of what the plugin says of itself: inspected and hosted. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Inspector, type Inspection } from '../../extension/host/inspect.ts';
import type { PluginStatus } from '../../extension/host/protocol.ts';
import { cache } from '../../scripts/paths.ts';
import { buildPlugins, chipmunkTest, Plugged, scripted, type PluginKind, type Script } from './chipmunk.ts';
import { Hosted } from './hosted.ts';

buildPlugins();

let inspector: Inspector;
let hosted: Hosted;
before(async () => {
  inspector = new Inspector(join(cache, 'transpiled'));
  hosted = await Hosted.create();
});
after(async () => {
  await inspector.dispose();
  await hosted[Symbol.asyncDispose]();
});

const REFUSED = 'Plugins Host Error: Validating the plugin while loading failed. ';
let files = 0;

async function write(bytes: Uint8Array): Promise<string> {
  const path = join(hosted.folder, `plugin-${++files}.wasm`);
  await writeFile(path, bytes);
  return path;
}

/** Errors and warnings that an inspection found, without the file's path. */
async function inspected(bytes: Uint8Array): Promise<Inspection & { readonly texts: readonly string[] }> {
  const path = await write(bytes);
  const found = await inspector.inspect(path);
  return {
    ...found,
    texts: found.findings.map(
      ({ severity, message }) => `${severity}: ${message.replace(`${path}: `, '').replace(path, 'it')}`,
    ),
  };
}

/** What a host that is to run it says. */
async function refused(
  bytes: Uint8Array,
  kind: PluginKind,
): Promise<PluginStatus & { readonly texts: readonly string[] }> {
  const path = await write(bytes);
  const project = {
    folder: hosted.folder,
    name: `refused-${files}`,
    contract: `chipmunk-${kind}`,
    language: 'rust',
    recognisedBy: 'test',
    config: {},
  } as const;
  await hosted.start({ kind: 'component', path }, { project });
  const status = await hosted.reach('its end', ({ state }) => state === 'failed' || state === 'running');
  await hosted.host.request('remove', { plugin: hosted.id });
  const texts = [status.lastError?.what ?? '', ...status.findings.map(({ message }) => message)];
  return { ...status, texts: texts.map((text) => text.replace(`${path}: `, '').replace(path, 'it')) };
}

/** A component that exports an instance with one function under a name. */
function exporting(name: string, imports = ''): string {
  return `(component ${imports}
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func $f (canon lift (core func $i "f")))
    (instance $n (export "f" (func $f)))
    (export "${name}" (instance $n)))`;
}

const PLAIN = `(component
  (core module $m (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (export "run" (func $f)))`;

/** The component with another name wherever it has this one, which is as long. */
function renamed(kind: PluginKind, from: string, to: string): Uint8Array {
  assert.equal(from.length, to.length);
  const text = Buffer.from(scripted(kind, {})).toString('latin1');
  assert.ok(text.includes(from));
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

const loading: readonly (readonly [
  name: string,
  make: () => Promise<Uint8Array>,
  kind: PluginKind,
  message: string,
])[] = [
  [
    'no exports',
    () => parse('(component)'),
    'parser',
    "Plugin binary metadata doesn't have exports information",
  ],
  [
    'a function that is exported by itself',
    () => parse(PLAIN),
    'parser',
    "Plugin package schema doesn't match `wit` file definitions (its first export is run)",
  ],
  [
    'an interface without a version',
    () => parse(exporting('chipmunk:parser/parser')),
    'parser',
    "Plugin package schema doesn't match `wit` file definitions (its first export is chipmunk:parser/parser)",
  ],
  [
    'another interface of the package',
    () => parse(exporting('chipmunk:parser/other@0.1.0')),
    'parser',
    "Unknown plugin interface name 'chipmunk:parser/other'",
  ],
  [
    'an interface of another package',
    () => parse(exporting('acme:x/y@0.1.0')),
    'bytesource',
    "Unknown plugin interface name 'acme:x/y'",
  ],
  [
    'a version that is no three numbers',
    () => parse(exporting('chipmunk:parser/parser@0.1.0-rc.1')),
    'parser',
    'Plugin version parsing failed: 0.1.0-rc.1',
  ],
  [
    'a version of more than 16 bits',
    () => parse(exporting('chipmunk:parser/parser@0.1.70000')),
    'parser',
    'Plugin version parsing failed: 0.1.70000',
  ],
  [
    'a parser of another version',
    () => Promise.resolve(renamed('parser', 'chipmunk:parser/parser@0.1.0', 'chipmunk:parser/parser@0.2.0')),
    'parser',
    'Plugin version 0.2.0 is not supported',
  ],
  [
    'a byte source of another version',
    () =>
      Promise.resolve(
        renamed(
          'bytesource',
          'chipmunk:bytesource/byte-source@0.1.0',
          'chipmunk:bytesource/byte-source@1.0.0',
        ),
      ),
    'bytesource',
    'Plugin version 1.0.0 is not supported',
  ],
  [
    'a byte source for a parser',
    () => Promise.resolve(scripted('bytesource', {})),
    'parser',
    'Invalid plugin type Byte-Source',
  ],
  [
    'a parser for a byte source',
    () => Promise.resolve(scripted('parser', {})),
    'bytesource',
    'Invalid plugin type Parser',
  ],
];

for (const [name, make, kind, message] of loading) {
  chipmunkTest(`refused while it loads: ${name}`, async () => {
    const bytes = await make();
    const { texts, state } = await refused(bytes, kind);
    assert.equal(state, 'failed');
    assert.ok(texts.includes(`${REFUSED}${message}`), texts.join('\n'));
    // By itself a component of the other kind is fine, and one of another package is for somebody else.
    const found = await inspected(bytes);
    const isOurs = found.info.exports[0]?.startsWith('chipmunk:') === true && !message.startsWith('Invalid');
    if (isOurs) assert.ok(found.texts.includes(`error: ${REFUSED}${message}`), found.texts.join('\n'));
    else assert.ok(!found.texts.some((text) => text.includes('Plugins Host Error')), found.texts.join('\n'));
  });
}

chipmunkTest('imports that nothing provides and functions that are missing are errors', async () => {
  const http = '(import "wasi:http/types@0.2.0" (instance))';
  const bytes = await parse(exporting('chipmunk:parser/parser@0.1.0', http));
  for (const { texts, findings } of [await inspected(bytes), await refused(bytes, 'parser')]) {
    const all = texts.join('\n');
    assert.match(all, /it imports wasi:http\/types@0\.2\.0, which nothing provides: Chipmunk gives plugins/);
    assert.match(all, /chipmunk:parser\/parser@0\.1\.0#parse is missing/);
    assert.ok(
      findings.some(({ advice }) => advice === 'Remove what needs HTTP; a Chipmunk plugin has no network.'),
    );
  }
});

const infos = (message: string): string => `Validating plugin infos failed. Error: ${message}`;
const limits: readonly (readonly [script: Script, message: string, kind?: PluginKind])[] = [
  [{ schemas: 'many 101' }, infos('there are 101 configuration items, and 100 are allowed')],
  [{ schemas: 'many 101' }, infos('there are 101 configuration items, and 100 are allowed'), 'bytesource'],
  [{ schemas: 'twice' }, infos("Configuration ID 'same' is duplicated")],
  // Bytes count, not letters.
  [
    { schemas: 'long-id 513' },
    infos(`the ID of the configuration '${'ä'.repeat(40)}' has 1026 bytes, and 1024 are allowed`),
  ],
  [
    { schemas: 'long-title 2049' },
    infos("the title of the configuration 'flag' has 2049 bytes, and 2048 are allowed"),
  ],
  [
    { schemas: 'long-description 10241' },
    infos("the description of the configuration 'flag' has 10241 bytes, and 10240 are allowed"),
  ],
  [{ render: 'columns 101' }, infos('there are 101 columns, and 100 are allowed')],
  [{ render: 'long-caption 2049' }, infos('the caption of column 1 has 2049 bytes, and 2048 are allowed')],
  [
    { render: 'long-description 10241' },
    infos('the description of column 1 has 10241 bytes, and 10240 are allowed'),
  ],
];

for (const [script, message, kind = 'parser'] of limits) {
  chipmunkTest(`refused for what it says of itself: ${kind} ${JSON.stringify(script)}`, async () => {
    const bytes = scripted(kind, script);
    const found = await inspected(bytes);
    assert.deepEqual(found.texts, [`error: ${message}`]);
    const { state, texts } = await refused(bytes, kind);
    assert.equal(state, 'failed');
    assert.ok(
      texts.some((text) => text.includes(message)),
      texts.join('\n'),
    );
  });
}

chipmunkTest('what is just allowed is taken, and oddities are said', async () => {
  for (const script of [
    { schemas: 'many 100' },
    { schemas: 'long-id 512' },
    { schemas: 'long-title 2048' },
    { schemas: 'long-description 10240' },
    { schemas: 'none' },
    { render: 'columns 100' },
    { render: 'long-caption 2048' },
    { render: 'long-description 10240' },
  ])
    assert.deepEqual((await inspected(scripted('parser', script))).texts, [], JSON.stringify(script));
  assert.deepEqual((await inspected(scripted('parser', { schemas: 'odd-default' }))).texts, [
    'warning: The default "c" of the configuration "mode" is none of its options, so that Chipmunk takes "a".',
  ]);
  assert.deepEqual((await inspected(scripted('parser', { render: 'swapped' }))).texts, [
    "warning: The columns' least width 100 is above their greatest 10; Chipmunk swaps them.",
  ]);
});

chipmunkTest('what a correct plugin says is known of both kinds', async () => {
  const parser = await inspected(scripted('parser', { version: '3.2.1', render: 'columns 2' }));
  assert.deepEqual([parser.contract, parser.texts], ['chipmunk-parser', []]);
  const raw = parser.metadata?.raw as {
    version: object;
    columns: { columns: readonly object[] };
    schemas: readonly { id: string }[];
  };
  assert.deepEqual(raw.version, { major: 3, minor: 2, patch: 1 });
  assert.equal(raw.columns.columns.length, 2);
  assert.deepEqual(
    raw.schemas.map(({ id }) => id),
    ['flag', 'whole', 'ratio', 'steps', 'folders', 'inputs', 'mode'],
  );
  const source = await inspected(scripted('bytesource', { version: '0.0.9' }));
  assert.deepEqual([source.contract, source.texts], ['chipmunk-bytesource', []]);
  assert.deepEqual((source.metadata?.raw as { version: object }).version, { major: 0, minor: 0, patch: 9 });
});

const exports: readonly (readonly [kind: PluginKind, key: string])[] = [
  ['parser', 'version'],
  ['parser', 'schemas'],
  ['parser', 'render'],
  ['parser', 'init'],
  ['bytesource', 'version'],
  ['bytesource', 'schemas'],
  ['bytesource', 'init'],
];

for (const [kind, key] of exports) {
  chipmunkTest(`${kind}: a trap and an endless loop in ${key} end with one line`, async () => {
    const call = key === 'init' ? /constructor|init|start/ : /metadata|get-|start/;
    for (const [does, reason] of [
      ['trap', /trap by the script/],
      ['loop', /did not return within 500 ms|no answer within 500 ms/],
    ] as const) {
      await using plugged = await Plugged.start({ kind, script: { [key]: does }, deadlineMs: 500 });
      const { state, lastError } = await plugged.started();
      assert.equal(state, 'failed');
      assert.match(lastError?.what ?? '', reason);
      assert.match(`${lastError?.call} ${lastError?.what}`, call);
    }
  });
}

for (const kind of ['parser', 'bytesource'] as const) {
  chipmunkTest(`${kind}: each error of init, as the real host words it`, async () => {
    for (const [variant, title] of [
      ['config', 'Configuration Error'],
      ['io', 'IO Error'],
      ['unsupported', 'Unsupported Error'],
      ['other', 'Error'],
    ]) {
      const { state, stateText, lastError } = await refused(
        scripted(kind, { init: `${variant} the reason` }),
        kind,
      );
      assert.equal(state, 'failed');
      assert.ok(
        lastError?.what.endsWith(`the plugin does not start: init gave ${variant}("the reason")`),
        lastError?.what,
      );
      assert.ok(stateText.includes(`Error reported from the plugin. ${title}: the reason`), stateText);
    }
  });
}

chipmunkTest('a configuration that does not fit the schema is refused before init', async () => {
  for (const [params, message] of [
    [
      { nothing: 1 },
      /The plugin has no configuration "nothing"; it has flag, whole, ratio, steps, folders, inputs, mode\./,
    ],
    [{ flag: 1 }, /The configuration "flag" is 1, and it has to be true or false/],
    [{ whole: 2 ** 31 }, /"whole" is 2147483648, and it has to be a whole number of 32 bits/],
    [{ ratio: 1e39 }, /"ratio" is 1e\+39, and it has to be a number/],
    [{ steps: [] }, /"steps" is \[\], and it has to be a text/],
    [{ folders: 'x' }, /"folders" is "x", and it has to be a list of paths/],
    [{ inputs: [''] }, /"inputs" is \[""\], and it has to be a list of paths/],
    [{ mode: 'c' }, /"mode" is "c", and it has to be one of "a", "b"/],
  ] as const) {
    await using plugged = await Plugged.start({ script: {}, params });
    const { state, lastError } = await plugged.started();
    assert.equal(state, 'failed');
    assert.match(lastError?.what ?? '', message);
    const texts = plugged.hosted.records('hostCall').map(({ name }) => name);
    assert.ok(!texts.includes('log'), 'init was called');
  }
});
