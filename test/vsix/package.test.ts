import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageExtension } from '../../scripts/package.ts';
import { walk } from '../editor/walk.ts';

test('the packaged extension does the JavaScript loop in a clean workbench', async (t) => {
  const { file, contents } = await packageExtension();
  const unwanted = contents.filter((path) =>
    /node_modules|\.map$|^(extension|scripts|test|webview)\/|\.ts$/.test(path),
  );
  assert.deepEqual(
    unwanted.filter((path) => !path.endsWith('.d.ts')),
    [],
  );
  await walk(t, 'javascript', { vsix: file, shots: 'vsix' });
});
