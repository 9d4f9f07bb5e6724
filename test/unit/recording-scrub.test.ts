import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { Journal } from '../../extension/host/journal.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { scrubber } from '../../extension/recording/scrub.ts';
import { folder, live, plugin } from './recording-fixture.ts';

const posix = process.platform === 'win32' ? 'paths of another system' : false;
const scrub = scrubber('/home/ada/my (gain)', '/home/ada', '/var/tmp');

void test('paths lose what says where this machine keeps them', { skip: posix }, () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/home/ada/my (gain)/src/lib.rs:3:4: expected item', 'src/lib.rs:3:4: expected item'],
    ['no hotplug.json in /home/ada/my (gain).', 'no hotplug.json in ..'],
    ['"/home/ada/my (gain)"', '"."'],
    ['/home/ada/.cargo/registry/src/x.rs, /home/ada', '~/.cargo/registry/src/x.rs, ~'],
    ['file:///home/ada/gain/x.js:1', '~/gain/x.js:1'],
    ['-I/home/ada/include --out=/var/tmp/x', '-I~/include --out=<temp>/x'],
    ['/home/adam/x /mnt/home/ada/x src/home/ada/x', '/home/adam/x /mnt/home/ada/x src/home/ada/x'],
    ['/home/ada/my (gain)s/x', '~/my (gain)s/x'],
    ['/rustc/abc/library/core/src/panicking.rs', '/rustc/abc/library/core/src/panicking.rs'],
    ['', ''],
  ];
  for (const [text, expected] of cases) assert.equal(scrub.text(text), expected);
});

void test('so does every text in a report, and nothing else changes', { skip: posix }, () => {
  const report = { frames: [{ file: '/home/ada/my (gain)/src/lib.rs', line: 3 }], advice: 'x', none: null };
  assert.deepEqual(scrub.value(report), {
    frames: [{ file: 'src/lib.rs', line: 3 }],
    advice: 'x',
    none: null,
  });
});

void test('bytes without such a path stay the bytes they are, UTF-8 or not', { skip: posix }, () => {
  const bytes = Uint8Array.from([0xff, 0xfe, 0x2f, 0x68]);
  assert.equal(scrub.bytes(bytes), bytes);
  const text = Buffer.from('Assertion failed: x (/home/ada/my (gain)/plugin.c: process: 12)\n');
  assert.equal(Buffer.from(scrub.bytes(text)).toString(), 'Assertion failed: x (plugin.c: process: 12)\n');
});

void test('a folder goes by its real name, too, and a root is none', { skip: posix }, (t) => {
  const base = realpathSync(folder(t));
  mkdirSync(join(base, 'real'));
  symlinkSync(join(base, 'real'), join(base, 'link'));
  const linked = scrubber(join(base, 'link'), '/', '/nowhere');
  assert.equal(linked.text(`${base}/real/a.c ${base}/link/a.c /usr/a.c`), 'a.c a.c /usr/a.c');
});

void test('what a plugin writes is recorded without them', { skip: posix }, () => {
  using recording = live();
  const journal = new Journal({
    recording,
    project: {
      folder: '/work/gain',
      name: 'gain',
      contract: 'streamkit',
      language: 'c',
      recognisedBy: 'test',
      config: {},
    },
    contract: streamkit,
    plugin: plugin('gain'),
  });
  journal.append(RecordKind.output, 'stderr', 1, 1, 0, Buffer.from('at /work/gain/src/plugin.c:3\n'));
  assert.equal(Buffer.from(recording.at(0).payload).toString(), 'at src/plugin.c:3\n');
});
