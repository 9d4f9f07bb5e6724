/** The matrix of contracts and languages: each cell is a new project that is really built, run, reloaded, broken and replayed. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { languageIds, languages } from '../../extension/project/languages.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { cache, root } from '../../scripts/paths.ts';
import type { Step } from '../matrix/row.ts';
import { rows } from '../matrix/rows.ts';
import { matrixTable, type Results } from '../matrix/table.ts';
import { tryCell } from '../matrix/try.ts';
import { missingForWasmtime } from './wasmtime.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

// The dependencies of Rust plugins take a minute to build; the test plugin has the same ones.
process.env['CARGO_TARGET_DIR'] = join(root, 'test', 'fixtures', 'rust-plugin', 'target');

const results: Results = new Map(rows.map((row) => [row, {}]));
const [only] = process.env['HOTPLUG_MATRIX']?.split(',') ?? [];
let skipped = false;

for (const row of rows) {
  for (const language of languageIds) {
    const cell = row.cells[language];
    const tried: Partial<Record<Step, true | string>> = {};
    const left = typeof cell === 'object' && cell.noRelease !== undefined ? { left: cell.noRelease } : {};
    Object.assign(results.get(row) ?? {}, {
      [language]: typeof cell === 'string' ? cell : Object.assign(tried, left),
    });
    if (typeof cell === 'string' || (only !== undefined && only !== language)) continue;
    void test(`${row.title} in ${languages[language].title}`, async (t) => {
      const missing = missingTools(await toolchains[language].tools(undefined));
      const reason =
        missing.length > 0
          ? `${missing.map(({ name }) => name).join(', ')} not found`
          : await missingForWasmtime();
      if (reason !== undefined) {
        skipped = true;
        t.skip(reason);
        return;
      }
      let failed = false;
      await tryCell(row, language, cell, async (name, run) => {
        if (failed) return;
        await t.test(name, async () => {
          failed = true;
          await run();
          failed = false;
          tried[name] = true;
        });
      });
    });
  }
}

void test('the README has the matrix as it came out', async (t) => {
  const table = matrixTable(results);
  console.log(table);
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'matrix.md'), `${table}\n`);
  if (skipped || only !== undefined) {
    t.skip('not every cell was tried: a toolchain is missing');
    return;
  }
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const shown = /<!-- matrix -->\n([^]*?)\n<!-- \/matrix -->/.exec(readme)?.[1];
  assert.equal(shown, table, 'copy .cache/matrix.md into README.md, between the two comments');
});
