/** The byte source in every language: the bytes of its files and nothing else, however many are asked for. */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeReadResult } from '../../extension/contracts/chipmunk/read.ts';
import { languageIds } from '../../extension/project/languages.ts';
import { built, madeOf, resultsOf, runStream, started } from './chipmunk-template.ts';
import { Hosted } from './hosted.ts';

for (const language of languageIds) {
  for (const mode of ['development', 'release'] as const) {
    void test(`${language}, ${mode}: the bytes of both files`, async (t) => {
      const project = await madeOf(t, 'chipmunk-bytesource', language);
      if (project === undefined) return;
      const artifact = await built(project, mode);
      const files = ['first.log', 'second.log'].map((name) => join(project.folder, 'samples', name));
      const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(file))));

      for (const length of [1, 50, 65_536]) {
        await using hosted = await Hosted.create();
        assert.equal(await started(hosted, project, artifact), 'running');
        await runStream(hosted, { kind: 'reads', length });
        const read = resultsOf(hosted, 'read').map((result) => {
          const answer = decodeReadResult(result);
          assert.ok(answer?.case === 'ok', JSON.stringify(answer));
          assert.ok(answer.bytes.length <= length);
          return answer.bytes;
        });
        assert.equal(read.at(-1)?.length, 0, 'the end is said');
        assert.deepEqual(Buffer.concat(read), bytes);
      }

      await using without = await Hosted.create();
      assert.match(await started(without, project, artifact, { 'input-path': [] }), /no file was chosen/);
      await rm(files[1] ?? '');
      await using missing = await Hosted.create();
      assert.match(await started(missing, project, artifact), /second\.log cannot be read/);
    });
  }
}
