/** What every language's template for worlds must do: build as it is, and answer every call. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { LanguageId } from '../../extension/project/project.ts';
import type { WorldTemplate } from '../../extension/scaffold/world/template.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { witOfComponent } from '../../extension/wit/tool.ts';
import { callAll, testWorlds, writeWorld } from './worlds.ts';

export function testWorldProjects(language: LanguageId, template: WorldTemplate): void {
  const toolchain = toolchains[language];
  for (const one of testWorlds) {
    void test(`${language}: a project for ${one.title} builds as it is, and every export answers`, async (t) => {
      const tools = await toolchain.tools(undefined);
      const missing = tools.filter(({ found, optional }) => !found && optional !== true);
      if (missing.length > 0) {
        t.skip(`${language}: ${missing.map(({ name }) => name).join(', ')} not found`);
        return;
      }
      const { project, world } = await writeWorld(t, language, template, one);
      await toolchain.bindings?.(project);
      let output = '';
      const result = await toolchain.build({
        project,
        mode: 'release',
        signal: new AbortController().signal,
        write: (text) => {
          output += text;
        },
      });
      if (!result.ok) assert.fail(`${result.failure ?? ''}\n${output}`);
      assert.deepEqual(result.diagnostics, [], output);
      const component = await readFile(result.artifact.path);
      const { exports } = await witOfComponent(component);
      const shape = ({ name, functions }: (typeof exports.interfaces)[number]): unknown => [
        name,
        functions.length,
      ];
      assert.deepEqual(exports.interfaces.map(shape).sort(), world.exports.interfaces.map(shape).sort());
      assert.equal(exports.functions.length, world.exports.functions.length);

      const answers = await callAll(t, component);
      assert.ok(answers.length >= exports.functions.length);
      // What only the host could give is said to be missing.
      const traps = answers.filter(({ trap }) => trap !== undefined);
      assert.deepEqual(
        traps.map(({ name }) => name),
        one.world === 'every' ? ['relic-of'] : [],
        JSON.stringify(traps.map(({ name, trap }) => [name, String(trap)])),
      );
    });
  }
}
