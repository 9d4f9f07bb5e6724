import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { node, root } from '../../scripts/paths.ts';
import { run } from '../../scripts/spawn.ts';

test('npm start -- --headless shows the whole loop and ends well', async () => {
  const { code, output } = await run(node, [join(root, 'scripts', 'start.ts'), '--headless'], {
    quiet: true,
  });
  assert.equal(code, 0, output);
  assert.match(output, /reloaded in \d+ ms/);
  assert.match(output, /The samples changed: peak 0\.\d+ before, 0\.\d+ after/);
});

test('npm start knows no other option', async () => {
  const { code, output } = await run(node, [join(root, 'scripts', 'start.ts'), '--headles'], { quiet: true });
  assert.equal(code, 1);
  assert.match(output, /no option --headles/);
});
