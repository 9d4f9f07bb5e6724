import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareInterfaces, compareWorlds, type WitChange } from '../../extension/wit/compare.ts';
import { witOfComponent } from '../../extension/wit/tool.ts';
import { onTrack } from '../../extension/wit/versions.ts';
import { componentOf, worldOf } from './wit-fixture.ts';

const shop = `package shop:till@1.0.0;

interface money {
    record price { cents: u32, unit: string }
    variant outcome { paid, refused(string) }
    enum kind { cash, card }
    flags marks { seen, kept }
    type key = string;
}

interface store {
    use money.{key, price};
    resource bucket {
        constructor(name: string);
        get: func(key: key) -> option<list<price>>;
        open: static func() -> bucket;
    }
    count: func() -> u64;
    put: func(key: key, value: string);
}

interface pay {
    use money.{price, outcome, kind, marks};
    pay: func(price: price, kind: kind, marks: marks) -> outcome;
}

world till {
    import store;
    import log: func(line: string);
    export pay;
    export close: func();
}
`;
const before = await worldOf(shop);

/** What changes where this text of the WIT becomes another one. */
async function changes(from: string, to: string): Promise<readonly WitChange[]> {
  assert.ok(shop.includes(from), from);
  return compareWorlds(before, await worldOf(shop.replace(from, to)));
}

type Expected = readonly [
  kind: WitChange['kind'],
  side: WitChange['side'],
  item: string,
  breaking: boolean,
  difference: string,
];

async function expectChanges(from: string, to: string, ...expected: readonly Expected[]): Promise<void> {
  assert.deepEqual(
    (await changes(from, to)).map(({ kind, side, item, breaking, difference }) => [
      kind,
      side,
      item,
      breaking,
      difference,
    ]),
    expected,
  );
}

const money = (name: string): string => `shop:till/money@1.0.0#${name}`;
const store = (name: string): string => `shop:till/store@1.0.0#${name}`;
const pay = 'shop:till/pay@1.0.0';

void test('a world is the same as itself, and as that of the component built from it', async () => {
  assert.deepEqual(compareWorlds(before, await worldOf(shop)), []);
  assert.deepEqual(compareWorlds(await witOfComponent(await componentOf(shop, 'till')), before), []);
});

void test('widths of numbers, once for a type that many functions use', async () => {
  await expectChanges('cents: u32', 'cents: u64', [
    'changed',
    'import',
    money('price'),
    true,
    'record price: field cents: u32 became u64',
  ]);
  await expectChanges('count: func() -> u64', 'count: func() -> u32', [
    'changed',
    'import',
    store('count'),
    true,
    'the result: u64 became u32',
  ]);
});

void test('fields and cases that are gone, new or elsewhere', async () => {
  await expectChanges('cents: u32, unit: string', 'cents: u32', [
    'changed',
    'import',
    money('price'),
    true,
    'record price lacks field unit',
  ]);
  await expectChanges('cents: u32, unit: string', 'cents: u32, currency: string', [
    'changed',
    'import',
    money('price'),
    true,
    'record price lacks field unit; record price has the new field currency',
  ]);
  await expectChanges('cents: u32, unit: string', 'unit: string, cents: u32', [
    'changed',
    'import',
    money('price'),
    true,
    'record price has its fields in another order: unit, cents',
  ]);
  await expectChanges('paid, refused(string)', 'paid', [
    'changed',
    'import',
    money('outcome'),
    true,
    'variant outcome lacks case refused',
  ]);
  await expectChanges('refused(string)', 'refused', [
    'changed',
    'import',
    money('outcome'),
    true,
    'variant outcome: case refused: string became nothing',
  ]);
  await expectChanges('cash, card', 'cash, card, cheque', [
    'changed',
    'import',
    money('kind'),
    true,
    'enum kind has the new case cheque',
  ]);
  await expectChanges('seen, kept', 'kept, seen', [
    'changed',
    'import',
    money('marks'),
    true,
    'flags marks has its flags in another order: kept, seen',
  ]);
  await expectChanges('type key = string', 'type key = u64', [
    'changed',
    'import',
    money('key'),
    true,
    'type key: string became u64',
  ]);
  await expectChanges('enum kind { cash, card }', 'variant kind { cash, card(string) }', [
    'changed',
    'import',
    money('kind'),
    true,
    'type kind: enum { cash, card } became variant { cash, card(string) }',
  ]);
});

void test('signatures', async () => {
  await expectChanges('get: func(key: key) -> option<list<price>>', 'get: func(key: u32) -> option<price>', [
    'changed',
    'import',
    store('[method]bucket.get'),
    true,
    'parameter key: key became u32; the result: option<list<price>> became option<price>',
  ]);
  await expectChanges('put: func(key: key, value: string)', 'put: func(key: key)', [
    'changed',
    'import',
    store('put'),
    true,
    'lacks parameter value',
  ]);
  await expectChanges('close: func()', 'close: func(late: bool) -> u8', [
    'changed',
    'export',
    'close',
    true,
    'has the new parameter late; the result: nothing became u8',
  ]);
  await expectChanges('put: func(key: key, value: string)', 'put: func(value: string, key: key)', [
    'changed',
    'import',
    store('put'),
    true,
    'the parameters are in another order: value, key',
  ]);
  await expectChanges('import log: func', 'import log: async func', [
    'changed',
    'import',
    'log',
    true,
    'it: synchronous became async',
  ]);
});

void test('a parameter that is only called otherwise breaks no plugin', async () => {
  await expectChanges('put: func(key: key, value: string)', 'put: func(key: key, text: string)', [
    'changed',
    'import',
    store('put'),
    false,
    'parameter value is called text',
  ]);
});

void test('what is gone breaks, what is new breaks where the plugin has to export it', async () => {
  await expectChanges('    import log: func(line: string);\n', '', [
    'removed',
    'import',
    'log',
    true,
    'is gone',
  ]);
  await expectChanges('import store;', 'import store; import money;');
  await expectChanges('export pay;', 'import now: func() -> u64; export pay;', [
    'added',
    'import',
    'now',
    false,
    'is new',
  ]);
  await expectChanges(
    'export close: func();',
    'export open: func();',
    ['removed', 'export', 'close', true, 'is gone'],
    ['added', 'export', 'open', true, 'is new: the plugin has to export it'],
  );
  await expectChanges('export pay;', '', ['removed', 'export', pay, true, 'is gone']);
  await expectChanges('        open: static func() -> bucket;\n', '', [
    'removed',
    'import',
    store('[static]bucket.open'),
    true,
    'is gone',
  ]);
  const resource = /resource bucket \{[^}]*\}/.exec(shop)?.[0] ?? '';
  await expectChanges(resource, '', ['removed', 'import', store('bucket'), true, 'resource is gone']);
});

void test('another version of a package is the same interface or another one', async () => {
  await expectChanges('shop:till@1.0.0', 'shop:till@1.3.0');
  const other = await changes('shop:till@1.0.0', 'shop:till@2.0.0');
  assert.deepEqual(
    other.filter(({ side }) => side === 'export').map(({ item, difference }) => [item, difference]),
    [
      [pay, 'is gone; shop:till/pay@2.0.0 is there instead'],
      ['shop:till/pay@2.0.0', 'is new: the plugin has to export it'],
    ],
  );
  assert.deepEqual(['a:b/c@1.2.3#d', 'a:b/c@0.2.6', 'a:b/c@0.0.4', 'a:b@0.2.0-rc.1', 'a:b/c'].map(onTrack), [
    'a:b/c@1#d',
    'a:b/c@0.2',
    'a:b/c@0.0.4',
    'a:b@0.2.0-rc.1',
    'a:b/c',
  ]);
});

void test('a type under another name is the same while its structure is', async () => {
  const renamed = shop.replaceAll('outcome', 'answer');
  assert.deepEqual(compareWorlds(before, await worldOf(renamed)), []);
  const other = compareWorlds(before, await worldOf(renamed.replace('refused(string)', 'refused(u8)')));
  assert.deepEqual(
    other.map(({ item, difference }) => [item, difference]),
    [[`${pay}#pay`, 'the result: outcome became answer']],
  );
});

void test('a change says where it is written', async () => {
  const [change] = await changes('cents: u32', 'cents: u64');
  const lines = shop.split('\n');
  assert.equal(change?.place?.file, 'test.wit');
  assert.match(lines[change.place.line - 1] ?? '', /record price/);
  const [put] = await changes('put: func(key: key, value: string)', 'put: func(key: key)');
  assert.match(lines[(put?.place?.line ?? 0) - 1] ?? '', /put: func/);
  // What is gone is said at what it was in.
  const [gone] = await changes('    put: func(key: key, value: string);\n', '');
  assert.match(lines[(gone?.place?.line ?? 0) - 1] ?? '', /interface store/);
  const [log] = await changes('import log: func(line: string);', '');
  assert.match(lines[(log?.place?.line ?? 0) - 1] ?? '', /world till/);
});

void test('interfaces are compared by themselves, and said as a state', async () => {
  const stale = await witOfComponent(
    await componentOf(shop.replace('cents: u32', 'cents: u64').replace('paid, ', ''), 'till'),
  );
  const [ours] = before.exports.interfaces;
  const [theirs] = stale.exports.interfaces;
  assert.ok(ours !== undefined && theirs !== undefined);
  assert.deepEqual(
    compareInterfaces(ours, theirs, 'export', 'state').map(({ item, difference }) => [item, difference]),
    [
      [money('price'), 'record price: field cents is u64 instead of u32'],
      [money('outcome'), 'variant outcome lacks case paid'],
    ],
  );
});
