import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/paths.ts';
import { collect, wrongIn } from '../../scripts/texts.ts';

test('messages are found in the sources, and what is no literal is said', () => {
  const source = [
    `const a = t('Zoom in');`,
    `const b = cond ? t("It's {0}", 1) : vscode.l10n.t('one ' + 'text');`,
    'const c = l10n.t(`plain`);',
    `const d = t(message);`,
    `const e = other.t('not ours'); await it('no');`,
    `// t('nor this')`,
  ].join('\n');
  const { texts, problems } = collect('webview/x.ts', source);
  assert.deepEqual(texts.toSorted(), ["It's {0}", 'Zoom in', 'one text', 'plain']);
  assert.deepEqual(problems, ['webview/x.ts:4']);
});

test('a translation has only messages that are said, with their placeholders', () => {
  const texts = ['Zoom in', '{0} of {1}'];
  assert.deepEqual(wrongIn({ 'Zoom in': 'Vergrößern', '{0} of {1}': '{1}: {0}' }, texts), []);
  assert.equal(wrongIn({ 'Zoom out': 'Verkleinern' }, texts).length, 1);
  assert.equal(wrongIn({ '{0} of {1}': '{0} von {2}' }, texts).length, 1);
  assert.equal(wrongIn({ 'Zoom in': '' }, texts).length, 1);
});

test('what the manifest says in German is what it says, with the same commands behind it', () => {
  const read = (name: string): Record<string, string> =>
    JSON.parse(readFileSync(join(root, name), 'utf8')) as Record<string, string>;
  const english = read('package.nls.json');
  const german = read('package.nls.de.json');
  const commands = (text: string | undefined): readonly string[] => text?.match(/\(command:[^)]+\)/g) ?? [];
  for (const [key, text] of Object.entries(german)) {
    assert.ok(Object.hasOwn(english, key), key);
    assert.deepEqual(commands(text), commands(english[key]), key);
  }
});
