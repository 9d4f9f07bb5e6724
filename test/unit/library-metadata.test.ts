import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { readTitle, titleOf } from '../../extension/library/metadata-file.ts';
import { nameProblem } from '../../extension/library/names.ts';
import { permissionsOf } from '../../extension/library/permissions.ts';
import { temporaryFolder, writeFiles } from './project-fixture.ts';

const said = (text: string): readonly string[] => {
  const { title, log, findings } = titleOf(text, 'lines', 'lines.toml');
  return [title, ...log.map((one) => `${one.level}: ${one.text}`), ...findings.map(({ message }) => message)];
};

void test('the rules of the metadata file', () => {
  assert.deepEqual(said('title = "Lines"'), ['Lines', 'info: Metadata file found and load']);
  assert.deepEqual(said('\uFEFFtitle = "Lines"'), ['Lines', 'info: Metadata file found and load']);
  assert.deepEqual(said('name = "Lines"'), [
    'lines',
    'error: Parsing metadata file failed with error: missing field `title`',
    'lines.toml has a name, which Chipmunk does not read: the title is what it shows.',
  ]);
  assert.deepEqual(said('title = "Lines"\nname = "x"'), [
    'Lines',
    'info: Metadata file found and load',
    'lines.toml has a name, which Chipmunk does not read: the title is what it shows.',
  ]);
  assert.match(said('title = 1').join(), /`title` is no string/);
  assert.match(said('title = "a"\ndescription = []').join(), /`description` is no string/);
  assert.match(
    said('title = ').join(),
    /^lines,error: Parsing metadata file failed with error: Invalid TOML/,
  );
  assert.equal(said(`title = "${'x'.repeat(2048)}"`)[1], 'info: Metadata file found and load');
  assert.equal(
    said(`title = "${'x'.repeat(2049)}"`)[1],
    'warning: Plugins metadata are invalid. Error: the title has 2049 bytes, and 2048 are allowed',
  );
  assert.match(
    said(`title = "x"\ndescription = "${'ä'.repeat(5121)}"`)[1] ?? '',
    /the description has 10242 bytes, and 10240 are allowed/,
  );
});

void test('every title that can be written can be read', () => {
  const title = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });
  fc.assert(
    fc.property(title, title, (written, description) => {
      const read = titleOf(stringify({ title: written, description }), 'lines', 'lines.toml');
      assert.deepEqual([read.title, read.description], [written, description]);
    }),
  );
});

void test('no text whatever is more than a finding', () => {
  const pieces = fc.constantFrom(
    'title',
    '=',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '\n',
    '.',
    '#',
    '1e9',
    'true',
    '\\u',
    ',',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join('')),
      ),
      (text) => {
        const { title, log } = titleOf(text, 'lines', 'lines.toml');
        assert.equal(log.length, 1);
        if (log[0]?.level !== 'info') assert.equal(title, 'lines');
      },
    ),
    { numRuns: 500 },
  );
});

void test('files: the one that counts, the one that does not, one that is no text', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { 'metadata.toml': 'name = "x"' });
  const ignored = await readTitle(folder, 'lines', new Set(['metadata.toml']));
  assert.deepEqual(ignored.log, [{ level: 'warning', text: 'Metadata file not found' }]);
  assert.match(
    ignored.findings[0]?.message ?? '',
    /metadata\.toml is ignored by Chipmunk, which reads lines\.toml/,
  );
  const gone = await readTitle(folder, 'lines', new Set(['lines.toml']));
  assert.match(gone.log[0]?.text ?? '', /^Parsing metadata file failed with error: ENOENT/);
  await writeFiles(folder, { 'lines.toml': `title = "x"\n#${'x'.repeat(1024 * 1024)}` });
  const large = await readTitle(folder, 'lines', new Set(['lines.toml']));
  assert.match(large.log[0]?.text ?? '', /bytes, and 1048576 are read/);
  const own = await readTitle(folder, 'metadata', new Set(['metadata.toml']));
  assert.deepEqual(own.log[0]?.text, 'Parsing metadata file failed with error: missing field `title`');
});

void test('names', () => {
  for (const name of ['lines', 'Zeilen 2', 'zeilen-ü', 'a.b', 'console', 'x'.repeat(100)])
    assert.equal(nameProblem(name), undefined, name);
  for (const name of [
    '',
    '.',
    '..',
    '.x',
    'a/b',
    'a\\b',
    'a:b',
    'a\0',
    'a\n',
    'a.',
    'a ',
    'con',
    'NUL.txt',
    'Com1',
    'x'.repeat(101),
  ])
    assert.notEqual(nameProblem(name), undefined, JSON.stringify(name));
});

void test('permissions', () => {
  const found = permissionsOf([
    'chipmunk:shared/shared-types@0.1.0',
    'chipmunk:parser/parse-types@0.1.0',
    'wasi:io/streams@0.2.6',
    'wasi:filesystem/types@0.2.6',
    'wasi:filesystem/preopens@0.2.6',
    'wasi:sockets/tcp@0.2.6',
    'wasi:http/types@0.2.0',
    'acme:x/y@1.0.0',
  ]);
  assert.deepEqual(
    found.map(({ name, refused = false, imports }) => [name, refused, imports.length]),
    [
      ['files', false, 2],
      ['network', true, 1],
      ['HTTP', true, 1],
      ['acme:x/y@1.0.0', true, 1],
    ],
  );
});
