import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wishOf, withoutGrants } from '../../extension/editor/grantText.ts';
import type { ProjectConfig } from '../../extension/project/project.ts';
import { project } from './editor-status.ts';

const data = { host: '/home/me/data', guest: '/data', readOnly: true };
const shared = { host: '/home/me/shared', guest: '/shared', readOnly: false };

function text(config: ProjectConfig): string | undefined {
  return wishOf(project({ config }))?.text;
}

test('what a plugin wants is said in words', () => {
  assert.equal(text({}), undefined);
  assert.equal(text({ allowedHosts: [], allowedPaths: [] }), undefined);
  assert.equal(text({ allowedHosts: ['api.example.org'] }), 'reach api.example.org');
  assert.equal(text({ allowedHosts: ['a.test', '*.b.test', '*'] }), 'reach a.test, *.b.test and every host');
  assert.equal(
    text({ allowedHosts: ['a.test'], allowedPaths: [data, shared] }),
    'reach a.test, and read files in /home/me/data, and read and change files in /home/me/shared',
  );
});

test('what is allowed is allowed for this project, these hosts and these folders', () => {
  const config = { allowedHosts: ['a.test'], allowedPaths: [data] };
  const id = wishOf(project({ config }))?.id;
  assert.equal(wishOf(project({ config: { ...config, name: 'other', deadlineMs: 1 } }))?.id, id);
  const others = [
    project({ config, folder: '/home/me/other' }),
    project({ config: { ...config, allowedHosts: ['a.test', 'b.test'] } }),
    project({ config: { ...config, allowedPaths: [{ ...data, readOnly: false }] } }),
    project({ config: { ...config, allowedPaths: [{ ...data, host: '/' }] } }),
    project({ config: { allowedHosts: ['a.test'] } }),
  ].map((one) => wishOf(one)?.id);
  assert.equal(new Set([id, ...others]).size, 6);
});

test('where it is not allowed the rest of the project stays', () => {
  const config = { allowedHosts: ['a.test'], allowedPaths: [data], params: { a: 'b' }, deadlineMs: 1 };
  assert.deepEqual(withoutGrants(project({ config })).config, { params: { a: 'b' }, deadlineMs: 1 });
});
