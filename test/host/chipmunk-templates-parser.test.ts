/** The line parser in every language: the same rows of the same bytes, wherever the host cuts them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { languageIds } from '../../extension/project/languages.ts';
import { built, itemsOf, madeOf, resultsOf, rowsIn, runStream, started } from './chipmunk-template.ts';
import { Hosted } from './hosted.ts';

const numbers = Array.from({ length: 100 }, (_, index) => index + 1)
  .join(' ')
  .slice(0, 120);

/** Of samples/app.log with the template's own configuration. */
const expected = [
  ['2026-11-21T10:00:00.000Z', 'INFO', 'net', '', 'listening on port 8080'],
  ['2026-11-21T10:00:00.250Z', 'DEBUG', 'store', '', 'cache opened, 3 entries'],
  ['2026-11-21T10:00:01.003Z', 'WARN', 'store', 'disk', 'disk almost full'],
  ['', '', '', '', 'no fields here'],
  [
    '2026-11-21T10:00:02.500Z',
    'ERROR',
    'auth?',
    'failed, timeout',
    'login of "Zoë" failed: timeout after 30 s',
  ],
  ['2026-11-21T10:00:02.501Z', 'INFO', 'ui', '', 'caf\ufffd is not UTF-8'],
  ['', 'binary', '', '', '10 bytes: 00 01 02 03 04 10 11 12 20 13'],
  ['2026-11-21T10:00:03.000Z', 'INFO', 'ui', '', `${numbers}…`],
  ['2026-11-21T10:00:04.000Z', 'INFO', 'ui', '', 'the last line has no newline'],
];

/** Streams that end in every way, and the messages that they have. */
const streams: readonly (readonly [string, readonly string[]])[] = [
  ['one\r\n\ntwo\u00eb\nlast', ['one', '', 'two\u00eb', 'last']],
  ['one\ntwo\r\n', ['one', 'two']],
  ['one\nx', ['one', 'x']],
  ['a single line', ['a single line']],
];

for (const language of languageIds) {
  for (const mode of ['development', 'release'] as const) {
    void test(`${language}, ${mode}: rows of the sample, and of every cut`, async (t) => {
      const project = await madeOf(t, 'chipmunk-parser', language);
      if (project === undefined) return;
      const artifact = await built(project, mode);

      const file = join(project.folder, 'samples', 'app.log');
      for (const rules of ['strict', 'like-host'] as const) {
        await using hosted = await Hosted.create();
        assert.equal(await started(hosted, project, artifact), 'running');
        await runStream(hosted, { kind: 'bytes', file, rules });
        const items = resultsOf(hosted, 'parse').flatMap((result) => {
          const found = itemsOf(result);
          return typeof found === 'string' ? [] : found;
        });
        assert.deepEqual(rowsIn(items), expected, rules);
      }

      await using other = await Hosted.create();
      assert.equal(await started(other, project, artifact, { 'keep-empty': true }), 'running');
      for (const [text, messages] of streams) {
        const bytes = new TextEncoder().encode(text);
        for (let cut = 1; cut <= bytes.length; cut++) {
          const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].filter((one) => one.length > 0);
          // A last byte that is passed alone is dropped by the real host, whatever a parser does.
          const isLost = cut === bytes.length - 1 && bytes[cut - 1] === 10;
          for (const rules of isLost ? (['strict'] as const) : (['like-host', 'strict'] as const))
            assert.deepEqual(
              await messagesOf(other, pieces, rules),
              messages,
              `${JSON.stringify(text)} cut at ${cut}, ${rules}`,
            );
        }
      }

      await using wrong = await Hosted.create();
      assert.match(await started(wrong, project, artifact, { separator: '' }), /separator is empty/);
      await using unreadable = await Hosted.create();
      const keywords = [join(project.folder, 'samples', 'missing.txt')];
      assert.match(await started(unreadable, project, artifact, { keywords }), /missing\.txt cannot be read/);
    });
  }
}

/**
 * Parses pieces by the producer's rules: everything unconsumed is passed, more is read before each call, and where
 * there is no more after `incomplete`, the real host drops a byte before it calls again.
 */
async function messagesOf(
  hosted: Hosted,
  pieces: readonly Uint8Array[],
  rules: 'like-host' | 'strict',
): Promise<readonly string[]> {
  const messages: string[] = [];
  const waiting = [...pieces];
  let buffer = Buffer.alloc(0);
  let isAsked = false;
  for (;;) {
    const more = waiting.shift();
    if (more !== undefined) buffer = Buffer.concat([buffer, more]);
    else if (isAsked && rules === 'like-host') buffer = buffer.subarray(1);
    if (buffer.length === 0) return messages;
    const before = resultsOf(hosted, 'parse').length;
    await hosted.host.request('send', { plugin: hosted.id, events: [{ hex: buffer.toString('hex') }] });
    await hosted.settled();
    const [result] = resultsOf(hosted, 'parse', before);
    assert.ok(result !== undefined);
    const items = itemsOf(result);
    if (items === 'incomplete') {
      assert.ok(!isAsked || more !== undefined, 'the parser asks again where there is no more');
      isAsked = true;
      continue;
    }
    if (typeof items === 'string') assert.fail(items);
    isAsked = false;
    const consumed = items.reduce((sum, item) => sum + Number(item.consumed), 0);
    assert.ok(consumed > 0 && consumed <= buffer.length, `${consumed} of ${buffer.length} bytes consumed`);
    for (const row of rowsIn(items)) messages.push(row.at(-1) ?? '');
    buffer = buffer.subarray(consumed);
  }
}
