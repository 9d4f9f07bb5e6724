import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { demangle } from '../../extension/wasm/demangle.ts';

/** From the v0 specification, rustc-demangle's tests and modules that rustc built. */
const KNOWN: readonly (readonly [symbol: string, name: string])[] = [
  ['_RNvC6_123foo3bar', '123foo::bar'],
  [
    '_RNvNtNtNtNtCshXfaRvt2tfW_3std3sys3pal4wasi7helpers14abort_internal',
    'std::sys::pal::wasi::helpers::abort_internal',
  ],
  ['_RNCNvNtCshXfaRvt2tfW_3std9panicking13panic_handler0B5_', 'std::panicking::panic_handler::{closure#0}'],
  [
    '_RINvNtNtCshXfaRvt2tfW_3std3sys9backtrace26___rust_end_short_backtraceNCNvNtB6_9panicking13panic_handler0zEB6_',
    'std::sys::backtrace::__rust_end_short_backtrace::<std::panicking::panic_handler::{closure#0}, !>',
  ],
  [
    '_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y',
    'utf8_idents::საჭმელად_გემრიელი_სადილი',
  ],
  [
    '_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_4iter8iterator8Iterator9rpositionNCNgNpB9_6memchr7memrchrs_0E0Bb_',
    '<core::slice::Iter<u8> as core::iter::iterator::Iterator>::rposition::<core::slice::memchr::memrchr::{closure#1}>::{closure#0}',
  ],
  ['_RMC0INtC8arrayvec8ArrayVechKj7b_E', '<arrayvec::ArrayVec<u8, 123>>'],
  ['_RNvXCsbiLu0aOWXQq_4trapINtB2_5TableKj4_ENtB2_4Gain5applyB2_', '<trap::Table<4> as trap::Gain>::apply'],
  [
    '_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std',
    'alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>',
  ],
  ['_RIC3fooKRe616263_E', 'foo::<"abc">'],
  ['_RIC3fooFG_RL0_hEuE', "foo::<for<'a> fn(&'a u8)>"],
  ['_RIC3fooTheEE', 'foo::<(u8, str)>'],
  ['_RNvC3foo3bar.llvm.123', 'foo::bar'],
  ['_ZN4trap4fail17ha57ad01092361f50E', 'trap::fail'],
  [
    '_ZN51_$LT$trap..Table$LT$_$GT$$u20$as$u20$trap..Gain$GT$5apply17h8d4cc3f6f518f953E',
    '<trap::Table<_> as trap::Gain>::apply',
  ],
];

test('Rust symbols read as their paths', () => {
  for (const [symbol, name] of KNOWN) assert.equal(demangle(symbol), name);
});

test('other names stay as they are', () => {
  for (const name of [
    '',
    'run',
    '_ZN3foo3barEv',
    '_R',
    '_RNv',
    '_RNvC3fo',
    '_ZN',
    '_ZN4trap',
    '__wasm_call_ctors',
    'Rust',
    '_RB_',
  ]) {
    assert.equal(demangle(name), name);
  }
});

test('a symbol that repeats itself without end is given up', () => {
  const nested = `_RIC1a${'TB4_'.repeat(60)}${'E'.repeat(61)}`;
  assert.equal(demangle(nested), nested);
  const deep = `_RIC1a${'S'.repeat(100_000)}uE`;
  assert.equal(demangle(deep), deep);
});

test('no name makes it throw', () => {
  const grammar = fc.string({
    unit: fc.constantFrom(...'_BCDEFGIKLMNOPQRSTUVWXYZabcehlpsuy0123456789$.'.split('')),
    maxLength: 60,
  });
  fc.assert(
    fc.property(grammar, (tail) => assert.equal(typeof demangle(`_R${tail}`), 'string')),
    { numRuns: 5000 },
  );
  fc.assert(
    fc.property(grammar, (tail) => assert.equal(typeof demangle(`_ZN${tail}17h0123456789abcdefE`), 'string')),
    { numRuns: 2000 },
  );
  const broken = fc.tuple(
    fc.constantFrom(...KNOWN.map(([symbol]) => symbol)),
    fc.nat(),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(broken, ([symbol, at, text]) => {
      const cut = at % symbol.length;
      assert.equal(typeof demangle(symbol.slice(0, cut) + text + symbol.slice(cut + 1)), 'string');
    }),
    { numRuns: 5000 },
  );
});
