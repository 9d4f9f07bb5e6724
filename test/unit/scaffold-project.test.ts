import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { languageIds } from '../../extension/project/languages.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { decodeCall } from '../../extension/recording/record.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { scaffold, scaffoldChoices } from '../../extension/scaffold/scaffold.ts';
import { toneWav } from '../../extension/scaffold/tone.ts';
import { temporaryFolder } from './project-fixture.ts';

const choices = (await scaffoldChoices()).flatMap(({ contract, languages }) =>
  languages.map(({ language }) => ({ contract, language })),
);

test('there are templates of each contract in each language', () => {
  assert.deepEqual(
    choices.map(({ contract, language }) => `${contract} ${language}`),
    [
      ...languageIds.map((language) => `streamkit ${language}`),
      ...languageIds.map((language) => `chipmunk-parser ${language}`),
      ...languageIds.map((language) => `chipmunk-bytesource ${language}`),
      ...languageIds.map((language) => `holomush ${language}`),
    ],
  );
});

for (const { contract, language } of choices.filter((choice) => choice.contract === 'holomush')) {
  test(`a new ${contract} ${language} project is complete, has no WIT and is recognised`, async (t) => {
    const parent = await temporaryFolder(t);
    const { folder, files } = await scaffold({ contract, language, name: 'my-echo', parent });
    for (const file of ['hotplug.json', 'README.md', '.gitignore']) assert.ok(files.includes(file), file);
    assert.ok(!files.some((file) => /^wit\/|\.wav$/.test(file)), files.join('\n'));
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8');
      assert.ok(!text.includes('{{name}}') && !text.includes('{{snake}}'), file);
    }
    const project = await recognise(folder);
    assert.deepEqual(
      [project?.contract, project?.language, project?.findings],
      [contract, language, undefined],
    );
    // Known by itself, too, as a project of others would be.
    await rm(join(folder, 'hotplug.json'));
    const own = await recognise(folder);
    assert.deepEqual([own?.contract, own?.language], [contract, language]);
  });
}

for (const { contract, language } of choices.filter((choice) => choice.contract === 'streamkit')) {
  test(`a new ${contract} ${language} project is complete and is recognised`, async (t) => {
    const parent = await temporaryFolder(t);
    const { folder, files } = await scaffold({ contract, language, name: 'my-gain', parent });
    assert.equal(folder, join(parent, 'my-gain'));
    assert.deepEqual(await readdir(parent), ['my-gain']);
    for (const file of [
      'hotplug.json',
      'README.md',
      '.gitignore',
      'wit/plugin.wit',
      'samples/tone.wav',
      'recordings/gain.hotplug.mcap',
    ]) {
      assert.ok(files.includes(file), file);
    }
    assert.ok(
      files.some((file) => file.startsWith('.vscode/')),
      '.vscode',
    );
    assert.deepEqual(files, files.toSorted());
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8');
      assert.ok(!text.includes('{{name}}') && !text.includes('{{snake}}'), file);
      assert.ok(!/(^|\/)(gitignore|vscode)(\/|$)/.test(file), file);
    }
    using recording = await openRecording(join(folder, 'recordings', 'gain.hotplug.mcap'));
    const [life, second] = livesOf(recording);
    assert.deepEqual(
      [recording.info.plugins.map(({ name }) => name), life?.events.length, second],
      [['my-gain'], 7, undefined],
    );
    // Some languages ask for the time before.
    const metadata = life?.start.map((index) => recording.at(index)).find(({ name }) => name === 'metadata');
    assert.ok(metadata !== undefined && decodeCall(metadata.payload).text.includes('"kind":"my-gain"'));
    const project = await recognise(folder);
    assert.deepEqual(
      [project?.contract, project?.language, project?.findings],
      [contract, language, undefined],
    );
  });
}

test('nothing is overwritten, and a refusal leaves nothing behind', async (t) => {
  const parent = await temporaryFolder(t);
  await writeFile(join(parent, 'file'), 'mine');
  await mkdir(join(parent, 'folder'));
  const make = (more: Partial<Parameters<typeof scaffold>[0]>): Promise<unknown> =>
    scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent, ...more });
  await assert.rejects(make({ name: 'file' }), /already exists/);
  await assert.rejects(make({ name: 'folder' }), /already exists/);
  await assert.rejects(make({ name: 'Bad' }), UserError);
  await assert.rejects(make({ name: '../gain' }), UserError);
  await assert.rejects(make({ contract: 'nothing' }), /no template for the contract "nothing"/);
  await assert.rejects(make({ language: 'cobol' }), /no streamkit template for the language "cobol"/);
  await assert.rejects(make({ language: '../c' }), UserError);
  await assert.rejects(make({ parent: join(parent, 'missing') }), /does not exist/);
  await assert.rejects(make({ parent: join(parent, 'file') }), /does not exist/);
  assert.deepEqual((await readdir(parent)).sort(), ['file', 'folder']);
  assert.equal(await readFile(join(parent, 'file'), 'utf8'), 'mine');
});

test('the tone is a WAV file of 440 Hz', () => {
  const wav = Buffer.from(toneWav(0.5));
  assert.equal(wav.length, 44 + 48_000);
  assert.equal(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16), 'RIFFWAVEfmt ');
  assert.equal(wav.readUInt32LE(4), wav.length - 8);
  assert.equal(wav.readUInt32LE(40), 48_000);
  let rising = 0;
  for (let at = 46; at < wav.length; at += 2) {
    if (wav.readInt16LE(at - 2) < 0 && wav.readInt16LE(at) >= 0) rising++;
  }
  assert.ok(Math.abs(rising - 220) <= 1, String(rising));
});

for (const { contract, language } of choices.filter((choice) => choice.contract.startsWith('chipmunk'))) {
  test(`a new ${contract} ${language} project is complete, and has WASI's WIT where it needs it`, async (t) => {
    const parent = await temporaryFolder(t);
    const { folder, files } = await scaffold({ contract, language, name: 'my-log', parent });
    for (const file of [
      'hotplug.json',
      'README.md',
      '.gitignore',
      'wit/world.wit',
      'wit/deps/shared/logging.wit',
    ])
      assert.ok(files.includes(file), file);
    assert.equal(
      files.includes('wit/deps/wasi-filesystem-0.2.0/package.wit'),
      files.includes('wit/plugin.wit'),
    );
    const project = await recognise(folder);
    assert.deepEqual(
      [project?.contract, project?.language, project?.findings],
      [contract, language, undefined],
    );
  });
}
