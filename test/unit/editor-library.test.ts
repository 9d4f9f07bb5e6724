import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailsText } from '../../extension/editor/library/details.ts';
import {
  kindNodes,
  listedFace,
  nameForCli,
  type ListedPlugin,
} from '../../extension/editor/library/listed.ts';

const plugin = (more: Partial<ListedPlugin> = {}): ListedPlugin => ({
  id: '/home/ann/.chipmunk/plugins/parsers/lines',
  name: 'lines',
  kind: 'parser',
  origin: 'store',
  state: 'valid',
  title: 'Lines',
  pluginVersion: '1.2.3',
  apiVersion: '0.1.0',
  schemas: [],
  permissions: [],
  producers: [],
  log: [{ level: 'info', text: 'Plugin has been load, checked and accepted' }],
  findings: [],
  ...more,
});

test('the list has a node for each kind that has plugins', () => {
  const source = plugin({ kind: 'bytesource', name: 'reader' });
  assert.deepEqual(
    kindNodes([source, plugin(), plugin()]).map((node) =>
      node.type === 'kind' ? [node.kind, node.plugins.length] : [],
    ),
    [
      ['parser', 2],
      ['bytesource', 1],
    ],
  );
  assert.deepEqual(kindNodes([]), []);
  assert.equal(nameForCli(source), 'bytesources/reader');
});

test('a plugin shows its title, its version and what is wrong with it', () => {
  const face = listedFace(plugin());
  assert.deepEqual(
    [face.label, face.description, face.icon, face.contextValue],
    ['lines', 'Lines · 1.2.3', 'pass', 'listed.store.valid'],
  );
  const bad = listedFace(plugin({ state: 'unsupported', reason: 'Plugin version 9.0.0 is not supported' }));
  assert.equal(bad.description, 'Lines · 1.2.3 · unsupported version');
  assert.equal(bad.icon, 'error');
  assert.equal(bad.spoken, 'lines, parser, unsupported version: Plugin version 9.0.0 is not supported');
  const own = listedFace(plugin({ origin: 'project', state: 'unbuilt', title: 'lines' }));
  assert.equal(own.description, '1.2.3 · project · not built for release');
  assert.equal(own.contextValue, 'listed.project.unbuilt');
  const odd = plugin({
    findings: [{ severity: 'warning', message: 'metadata.toml is ignored', advice: 'Rename it.' }],
  });
  assert.equal(listedFace(odd).icon, 'warning');
});

test('the details tell everything that is known, and nothing that is not', () => {
  assert.equal(
    detailsText(plugin(), undefined),
    `# Lines

- State: valid
- Kind: parser
- Version: 1.2.3
- Plugin API: 0.1.0
- Folder: /home/ann/.chipmunk/plugins/parsers/lines

## What Chipmunk's own manager would log

- info: Plugin has been load, checked and accepted
`,
  );
  const full = detailsText(
    plugin({
      description: 'Splits lines.',
      reason: 'It is broken.',
      binary: { path: '/p/lines.wasm', bytes: 2048, hash: 'ab12', modifiedAt: 0 },
      schemas: [
        { id: 'mark', title: 'Mark', description: 'Between cells.', inputType: { tag: 'text', val: '\t' } },
        { id: 'level', title: '', inputType: { tag: 'dropdown', val: [['low', 'high'], 'low'] } },
        { id: 'files', title: 'files', inputType: { tag: 'files', val: ['txt', 'log'] } },
      ],
      columns: {
        columns: [
          { caption: 'Time', description: 'When', width: 50 },
          { caption: 'Text', description: '', width: -1 },
        ],
        minWidth: 30,
        maxWidth: 600,
      },
      permissions: [
        { name: 'log', given: 'Writes messages with a level.', imports: ['chipmunk:shared/logging@0.1.0'] },
      ],
      lastRun: { at: 0, calls: 3, bytes: 2048, rows: 12, durationMs: 4 },
      findings: [{ severity: 'warning', message: 'metadata.toml is ignored.', advice: 'Rename it.' }],
    }),
    '# Read me\n\n<script>alert(1)</script>\n',
  );
  for (const line of [
    'Splits lines.',
    '- Reason: It is broken.',
    '- Size: 2.0 KiB (2048 bytes)',
    '- SHA-256: ab12',
    '- warning: metadata.toml is ignored. Rename it.',
    '- mark (Mark): text, default "\\t" — Between cells.',
    '- level: one of low, high; default low',
    '- files: files (txt, log)',
    '- Time — When, 50 pixels',
    '- Text',
    '- 2 columns, 30 to 600 pixels wide',
    '- log: Writes messages with a level. (chipmunk:shared/logging@0.1.0)',
    '- Rows: 12',
    '- Took: 4.0 ms, 500.0 KiB a second',
    '## README.md',
    '<script>alert(1)</script>',
  ])
    assert.ok(full.split('\n').includes(line), line);
});
