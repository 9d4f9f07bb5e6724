import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageExtension } from '../../scripts/package.ts';
import { walk } from '../editor/walk.ts';

test('the packaged extension does the JavaScript loop in a clean workbench', async (t) => {
  const { file, contents } = await packageExtension();
  const unwanted = contents.filter((path) =>
    /node_modules|\.map$|^(extension|scripts|test|webview)\/|\.ts$/.test(path),
  );
  // Types are shipped, and so are the sources that new projects begin with.
  assert.deepEqual(
    unwanted.filter((path) => !/\.d\.ts$|^templates\/[^/]+\/typescript\/src\//.test(path)),
    [],
  );
  await walk(t, 'javascript', { vsix: file, shots: 'vsix' });
});
