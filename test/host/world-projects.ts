/** What every language's template for worlds must do: build as it is, and answer every call. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { LanguageId } from '../../extension/project/project.ts';
import type { WorldTemplate } from '../../extension/scaffold/world/template.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { witOfComponent } from '../../extension/wit/tool.ts';
import { callAll, testWorlds, writeWorld, type TestWorld } from './worlds.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

export interface WorldProjects {
  /** What the template says of worlds that the language's tools cannot build, by their names. */
  readonly refused?: Readonly<Record<string, RegExp>>;
  /** Exports of worlds whose calls trap because the language's tools cannot do them, and a build warns of; calls that the test cannot make are not among them. */
  readonly limits?: Readonly<Record<string, readonly string[]>>;
  /** More worlds than all languages are tried with. */
  readonly more?: readonly TestWorld[];
}

export function testWorldProjects(
  language: LanguageId,
  template: WorldTemplate,
  { refused = {}, limits = {}, more = [] }: WorldProjects = {},
): void {
  const toolchain = toolchains[language];
  for (const one of [...testWorlds, ...more]) {
    const refusal = more.includes(one) ? undefined : refused[one.world];
    if (refusal !== undefined) {
      void test(`${language}: a project for ${one.title} is refused with the reason`, async (t) => {
        await assert.rejects(writeWorld(t, language, template, one), refusal);
      });
      continue;
    }
    void test(`${language}: a project for ${one.title} builds as it is, and every export answers`, async (t) => {
      const tools = await toolchain.tools(undefined);
      const missing = missingTools(tools);
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
      const limited = limits[one.world];
      assert.deepEqual(
        result.diagnostics.filter(({ severity }) => limited === undefined || severity !== 'warning'),
        [],
        output,
      );
      for (const name of limited ?? [])
        assert.ok(
          result.diagnostics.some(({ message }) => message.includes(` ${name} `)),
          `${name}\n${output}`,
        );
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
        traps.map(({ name }) => name).sort(),
        [...(limited ?? []), ...(one.world === 'every' ? ['relic-of'] : [])].sort(),
        JSON.stringify(traps.map(({ name, trap }) => [name, String(trap)])),
      );
    });
  }
}
