import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelHtml } from '../../webview/html.ts';
import { t, useTexts } from '../../webview/text.ts';

test('a message is filled with its arguments, once', () => {
  assert.equal(t('{0} of {1}', 12, 345), '12 of 345');
  assert.equal(t('{1}, {0}', 'first', 'second'), 'second, first');
  assert.equal(t('{0}', '{1}', 'no'), '{1}');
  assert.equal(t('{0} and {1}', 'one'), 'one and {1}');
  assert.equal(t('{0}', '$&'), '$&');
});

test('where there is no page the texts are given', () => {
  useTexts({ '{0} of {1}': '{1}: {0}' });
  assert.equal(t('{0} of {1}', 12, 345), '345: 12');
  assert.equal(t('another'), 'another');
  useTexts(undefined);
  assert.equal(t('{0} of {1}', 12, 345), '12 of 345');
});

test('translations stand in the page as data that nothing can break out of', () => {
  const texts = { 'Zoom in': '</script><script>alert(1)</script><!--' };
  const html = panelHtml({
    panel: 'timeline',
    script: 'timeline.js',
    style: 'timeline.css',
    cspSource: 'none',
    nonce: 'abc',
    title: 'Timeline',
    language: 'de"',
    texts,
  });
  assert.match(html, /<html lang="de&quot;">/);
  assert.equal(html.split('<script').length, 3);
  const data = /<script type="application\/json" id="texts">(.*?)<\/script>/s.exec(html)?.[1];
  assert.deepEqual(JSON.parse(data ?? ''), texts);
});
