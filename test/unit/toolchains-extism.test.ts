/** Plugins of Extism hosts as projects: which folders have one, of which host, and where their export is. */
import assert from 'node:assert/strict';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LanguageId } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { lookAtWit } from '../../extension/project/wit-step.ts';
import { findDefinition } from '../../extension/toolchains/definition.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { moduleTarget } from '../../extension/toolchains/rust-manifest.ts';
import { root } from '../../scripts/paths.ts';
import { folderWith } from './toolchains-fixture.ts';

const templates = join(root, 'templates', 'holomush');
const compiled: readonly (readonly [LanguageId, reason: string, source: string])[] = [
  ['c', "src/extism.h with Extism's functions", 'src/plugin.c'],
  ['rust', 'Cargo.toml with extism-pdk', 'src/lib.rs'],
  ['go', 'go.mod with github.com/extism/go-pdk', 'main.go'],
];
const handleEvent = { interface: '', name: 'handle_event' };

for (const [language, reason, source] of compiled) {
  void test(`${language}: the template is known without its hotplug.json, and its export is found`, async (t) => {
    const folder = await folderWith(t, {});
    await cp(join(templates, language), folder, { recursive: true });
    await rm(join(folder, 'hotplug.json'));
    const project = await recognise(folder);
    assert.deepEqual(
      [project?.language, project?.contract, project?.recognisedBy],
      [language, 'holomush', reason],
    );
    const text = await readFile(join(folder, ...source.split('/')), 'utf8');
    const found = findDefinition(text, toolchains[language].definition(handleEvent));
    assert.ok(found !== undefined);
    assert.match(text.slice(found.start, found.end), /handle_?[eE]vent[^]*\}$/);
  });
}

const others: readonly {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: readonly [LanguageId | undefined, contract: string | undefined];
}[] = [
  {
    name: 'a crate with another export',
    files: {
      'Cargo.toml': '[dependencies]\nextism-pdk = "1"\n',
      'src/lib.rs': '#[plugin_fn]\npub fn greet(name: String) -> FnResult<String> { Ok(name) }\n',
    },
    expected: ['rust', 'extism'],
  },
  {
    name: 'a Go module with its requirements in a block',
    files: {
      'go.mod': 'module greet\n\nrequire (\n\tgithub.com/extism/go-pdk v1.1.3\n)\n',
      'main.go': 'package main\n\n//go:wasmexport greet\nfunc greet() int32 { return 0 }\n',
    },
    expected: ['go', 'extism'],
  },
  {
    name: "C with Extism's own header",
    files: {
      'plugin.c': '#include "extism-pdk.h"\nEXTISM_EXPORTED_FUNCTION(handle_event) { return 0; }\n',
    },
    expected: ['c', 'holomush'],
  },
  {
    name: 'a Go program that hosts plugins',
    files: { 'go.mod': 'module host\n\nrequire github.com/extism/go-sdk v1.7.1\n', 'main.go': '' },
    expected: [undefined, undefined],
  },
  {
    name: 'a crate that hosts plugins',
    files: {
      'Cargo.toml': '[dependencies]\nextism = "1"\n',
      'src/main.rs': '"extism:host/env" handle_event',
    },
    expected: [undefined, undefined],
  },
  {
    name: 'C that hosts plugins',
    files: {
      'host.c': '#include <extism.h>\nint main(void) { return extism_plugin_call(0, "handle_event"); }\n',
    },
    expected: [undefined, undefined],
  },
];

for (const { name, files, expected } of others) {
  void test(`recognition: ${name}`, async (t) => {
    const project = await recognise(await folderWith(t, files));
    assert.deepEqual([project?.language, project?.contract], expected);
  });
}

void test('a wit/ beside a core module is of something else: there are no bindings and no step', async (t) => {
  const folder = await folderWith(t, {
    'hotplug.json': '{"contract":"extism","language":"go"}',
    'go.mod': 'module greet\n',
    'wit/mistake.wit': 'package of:nothing;\nworld {',
  });
  const project = await recognise(folder);
  assert.ok(project !== undefined);
  for (const language of ['c', 'rust', 'go'] as const) {
    assert.deepEqual(await toolchains[language].bindings?.(project), [], language);
    const written: string[] = [];
    const step = await lookAtWit(project, toolchains[language], (text) => written.push(text));
    assert.deepEqual([step, written], [undefined, []], language);
  }
});

void test("C's exports by Extism's own macro, and Go's by their directive's name or any spelling of it", () => {
  const found = (language: LanguageId, text: string): string | undefined => {
    const one = findDefinition(text, toolchains[language].definition(handleEvent));
    return one === undefined ? undefined : text.slice(one.start, one.end);
  };
  const macro = 'EXTISM_EXPORTED_FUNCTION(handle_event) { return 0; }';
  assert.equal(found('c', `EXTISM_EXPORTED_FUNCTION(other) { return 1; }\n${macro}\n`), macro);
  assert.equal(found('c', 'int32_t handle_event(void);\n'), undefined);
  for (const name of ['handle_event', 'handleEvent', 'HandleEvent']) {
    const text = `func ${name}() int32 { return 0 }`;
    assert.equal(found('go', `//go:wasmexport handle_event\n${text}\n`), text);
  }
});

void test("a crate's own target counts where it is one of core modules", async (t) => {
  const configured = async (text: string): Promise<string> =>
    moduleTarget(await folderWith(t, { '.cargo/config.toml': text }));
  assert.equal(await moduleTarget(undefined), 'wasm32-wasip1');
  assert.equal(await moduleTarget(await folderWith(t, {})), 'wasm32-wasip1');
  assert.equal(await configured('[build]\ntarget = "wasm32-unknown-unknown"\n'), 'wasm32-unknown-unknown');
  assert.equal(await configured('[build]\ntarget = ["x86_64-unknown-linux-gnu"]\n'), 'wasm32-wasip1');
  assert.equal(await configured('[build]\ntarget = "wasm32-wasip2"\n'), 'wasm32-wasip1');
  assert.equal(await configured('[[['), 'wasm32-wasip1');
});
