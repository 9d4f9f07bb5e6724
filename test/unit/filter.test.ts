import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  FIELDS,
  fixedValues,
  isAmount,
  KINDS,
  LEVELS,
  STATUSES,
} from '../../extension/recording/filter/fields.ts';
import type { Pattern } from '../../extension/recording/filter/filter.ts';
import {
  complete,
  parse,
  PROBLEMS,
  printFilter,
  quoted,
  valueText,
} from '../../extension/recording/filter/index.ts';
import { nearest } from '../../extension/recording/filter/nearest.ts';
import { holds, matches, matchesName } from '../../extension/recording/filter/pattern.ts';
import { rangeTest, unitsOf } from '../../extension/recording/filter/units.ts';

/** Texts that have much of the language in them. */
const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...FIELDS.flatMap(({ name, aliases }) => [name, ...aliases]),
        ...[...KINDS, ...STATUSES, ...LEVELS].map(({ value }) => value),
        ...[
          ':',
          ':',
          '-',
          '"',
          ',',
          '*',
          ' ',
          ' ',
          '..',
          '>',
          '<',
          '=',
          '\\',
          '\n',
          '1',
          '2.5',
          '1e3',
          'ms',
          'kib',
        ],
        ...['µs', 'é', '\u{1F600}', 'gain', '\u2028', '\ud800'],
      ),
    )
    .map((parts) => parts.join('')),
);

describe('the filter language', () => {
  it('takes any text, and puts problems within it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { start, end, message } of parse(text).problems) {
          assert.ok(start >= 0 && start < end && end <= text.length, `${start} to ${end}`);
          assert.ok(message.length > 0 && message.length < 400);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has a canonical text that means the same and is its own', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const filter = parse(text);
        const printed = printFilter(filter);
        assert.deepEqual(parse(printed), { terms: filter.terms, problems: [] });
        assert.equal(printFilter(parse(printed)), printed);
      }),
      { numRuns: 2000 },
    );
  });

  for (const [text, canonical] of [
    ['', ''],
    ['  a   b ', 'a b'],
    ['plugin:gain kind:call fn:send-output', 'plugin:gain kind:call fn:send-output'],
    ['NAME:x PIN:y took:>1', 'fn:x fn:y duration:>1ms'],
    ['kind:HOSTCALL,host-call,event', 'kind:hostCall,event'],
    ['level:warning status:failed', 'level:warn status:error'],
    ['duration:2..5ms', 'duration:2ms..5ms'],
    ['duration:2µs..5', 'duration:2us..5ms'],
    ['duration:..5ms duration:2ms..', 'duration:<=5ms duration:>=2ms'],
    ['size:1,>2KiB', 'size:1b,>2kib'],
    ['time:"1.5 s"', 'time:1.5s'],
    ['event:17,20..', 'event:17,>=20'],
    ['"two words" -"a:b" "x"', '"two words" -"a:b" x'],
    ['a**b "a*b"*', 'a*b "a*b"*'],
    [String.raw`"say \"hi\" \\ \n"`, String.raw`"say \"hi\" \\ \\n"`],
    ['a,b fn:a,b fn:"a,b"', 'a,b fn:a,b fn:"a,b"'],
    ['3" plugin:""', '"3\\"" plugin:""'],
    ['--x', '-"-x"'],
    ['fn:streamkit:plugin/host@0.1.0#log', 'fn:streamkit:plugin/host@0.1.0#log'],
  ] as const) {
    it(`reads ${JSON.stringify(text)} as ${JSON.stringify(canonical)}`, () => {
      const filter = parse(text);
      assert.deepEqual(filter.problems, []);
      assert.equal(printFilter(filter), canonical);
    });
  }

  for (const [text, where, says, left] of [
    ['a kidn:call', 'kidn', /There is no field "kidn"\. Write kind:/, 'a'],
    ['zzz:1', 'zzz', /Write one of plugin, kind, fn/, ''],
    ['http://localhost b', 'http', /put it in quotes/, 'b'],
    ['kind:cal,log', 'cal', /There is no kind "cal"\. Write kind:call\./, 'kind:log'],
    ['kind:', ':', /Write one of event, call, hostCall/, ''],
    ['plugin:a,', ',', /Write a value, as in plugin:gain/, 'plugin:a'],
    [
      'duration:fast',
      'fast',
      /"fast" is not a number with one of ns, us, ms, s, min\. Write duration:>2ms/,
      '',
    ],
    ['duration:>2parsec', '>2parsec', /"2parsec" is not a number/, ''],
    ['size:2ms', '2ms', /one of b, kib, mib, gib/, ''],
    ['event:1ms', '1ms', /"1ms" is not a number\. Write event:17/, ''],
    ['event:..', '..', /a number on a side of the dots/, ''],
    ['time:>1e999', '>1e999', /is not a number/, ''],
    ['level:loud', 'loud', /There is no level "loud"\. Write one of trace, debug/, ''],
    ['status:eror', 'eror', /Write status:error\./, ''],
    ['-', '-', /Write behind the - what is not wanted/, ''],
    ['a "b c', '"b c', /Close it with "\./, 'a "b c"'],
  ] as const) {
    it(`says what is wrong with ${text}`, () => {
      const filter = parse(text);
      const [problem] = filter.problems;
      assert.ok(problem !== undefined);
      assert.equal(text.slice(problem.start, problem.end), where);
      assert.match(problem.message, says);
      assert.equal(printFilter(filter), left);
    });
  }

  it('has a code and values for each mistake, of which the English sentence is made', () => {
    const texts = ['"a b', '-', 'zzz:1', 'kidn:call', 'kind:', 'plugin:', 'level:loud', 'status:eror'];
    const amounts = ['event:..', 'event:>', 'size:>', 'event:1ms', 'size:2ms'];
    const problems = [...texts, ...amounts].flatMap((text) => parse(text).problems);
    assert.deepEqual(new Set(problems.map(({ code }) => code)), new Set(Object.keys(PROBLEMS)));
    for (const { code, values, message } of problems) {
      const used = new Set(PROBLEMS[code].match(/\{\d\}/g));
      assert.equal(values.length, used.size, code);
      for (const [index, value] of values.entries())
        assert.ok(used.has(`{${index}}`) && value !== '' && message.includes(value), code);
    }
    const odd = parse('kind:"{0}"').problems[0];
    assert.match(odd?.message ?? '', /There is no kind "\{0\}"/, 'what was typed is no placeholder');
  });

  it('knows what somebody meant', () => {
    const fields = FIELDS.map(({ name }) => name);
    for (const [typed, meant] of [
      ['plugn', 'plugin'],
      ['pulgin', 'plugin'],
      ['dur', 'duration'],
      ['Levle', 'level'],
      ['corelation', 'correlation'],
      ['x', undefined],
      ['localhost', undefined],
    ] as const) {
      assert.equal(nearest(typed, fields), meant, typed);
    }
  });
});

describe('patterns', () => {
  const pattern = (text: string): Pattern => {
    const [term] = parse(`fn:${text}`).terms;
    assert.ok(term?.field === 'fn' && term.any[0] !== undefined);
    return term.any[0];
  };

  it('match a text from end to end, words in it', () => {
    assert.ok(matches(pattern('a*b'))('axxb'));
    assert.ok(!matches(pattern('a*a'))('a'));
    assert.ok(!matches(pattern('a*b'))('axxbc'));
    assert.ok(matches(pattern('a*b*c'))('abc'));
    assert.ok(!matches(pattern('a*bc*c'))('abc'));
    assert.ok(holds(pattern('A*c'))('xxabcxx'));
    assert.ok(!holds(pattern('c*a'))('abc'));
  });

  it('match functions by their last part', () => {
    const name = 'wasi:keyvalue/store@0.2.0#[method]bucket.get';
    for (const text of [name, 'bucket.get', 'get', '*store*get', '"[method]bucket.get"'])
      assert.ok(matchesName(pattern(text))(name), text);
    for (const text of ['bucket', 'store', 'et']) assert.ok(!matchesName(pattern(text))(name), text);
  });

  it('match as a regular expression does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b') }), (glob, text) => {
        fc.pre(glob !== '');
        const source = glob.replaceAll('*', '.*');
        assert.equal(matches(pattern(glob))(text), new RegExp(`^${source}$`).test(text));
        assert.equal(holds(pattern(glob))(text), new RegExp(source).test(text));
      }),
    );
  });
});

describe('numbers', () => {
  const test = (
    field: 'duration' | 'time' | 'size' | 'event',
    text: string,
  ): ((value: number) => boolean) => {
    const [term] = parse(`${field}:${text}`).terms;
    assert.ok(term?.field === field && term.any[0] !== undefined);
    return rangeTest(field, term.any[0]);
  };

  it('are in the units that are written', () => {
    assert.deepEqual([1.999, 2, 2.001].map(test('duration', '>2ms')), [false, false, true]);
    assert.deepEqual([1.999, 2, 2.001].map(test('duration', '<=2000us')), [true, true, false]);
    assert.deepEqual([0.0005, 0.001].map(test('duration', '>=1us')), [false, true]);
    assert.deepEqual([1023, 1024, 2048, 2049].map(test('size', '1kib..2kib')), [false, true, true, false]);
    assert.deepEqual([59_999, 60_001].map(test('time', '>1min')), [false, true]);
  });

  it('by themselves mean what rounds to them', () => {
    assert.deepEqual([1449, 1450, 1549, 1550].map(test('time', '1.5s')), [false, true, true, false]);
    assert.deepEqual([1.4, 1.5, 2.4, 2.5].map(test('duration', '2ms')), [false, true, true, false]);
    assert.deepEqual([16, 17, 18].map(test('event', '17')), [false, true, false]);
    assert.deepEqual([99, 100, 101].map(test('size', '100')), [false, true, false]);
  });
});

describe('completion', () => {
  const vocabulary = {
    plugins: ['gain', 'voice activity'],
    names: ['process', 'streamkit:plugin/host@0.1.0#send-output'],
    types: ['vad.start', 'vad.end'],
  };
  /** What would stand there, `|` being the cursor. */
  const offered = (marked: string): readonly string[] => {
    const cursor = marked.indexOf('|');
    const text = marked.replace('|', '');
    return complete(text, cursor, vocabulary).map(
      ({ insert, start, end }) => text.slice(0, start) + insert + text.slice(end),
    );
  };

  it('offers fields where a word begins', () => {
    const all = FIELDS.map(({ name }) => `${name}:`);
    assert.deepEqual(offered('|'), all);
    assert.deepEqual(
      offered('a  |'),
      all.map((field) => `a  ${field}`),
    );
    assert.deepEqual(
      offered('a -|'),
      all.map((field) => `a -${field}`),
    );
    assert.deepEqual(offered('du| b'), ['duration: b']);
    assert.deepEqual(offered('p|'), ['plugin:', 'fn:', 'payload:']);
    assert.deepEqual(offered('pl|x:gain'), ['plugin:gain']);
  });

  it('offers names that occur for what is typed', () => {
    assert.deepEqual(offered('gai|'), ['plugin:gain']);
    assert.deepEqual(offered('act|'), ['plugin:"voice activity"']);
    assert.deepEqual(offered('-send|'), ['-fn:streamkit:plugin/host@0.1.0#send-output']);
  });

  it('offers the values of a field', () => {
    assert.deepEqual(
      offered('level:|'),
      LEVELS.map(({ value }) => `level:${value}`),
    );
    assert.deepEqual(offered('kind:call,l|'), [
      'kind:call,log',
      'kind:call,lifecycle',
      'kind:call,call',
      'kind:call,hostCall',
      'kind:call,telemetry',
    ]);
    assert.deepEqual(offered('plugin:v| x'), ['plugin:"voice activity" x']);
    assert.deepEqual(offered('type:vad|'), ['type:vad.start', 'type:vad.end']);
    assert.deepEqual(offered('fn:"send|'), ['fn:streamkit:plugin/host@0.1.0#send-output']);
    assert.deepEqual(offered('nothing:|'), []);
    assert.ok(offered('duration:|').includes('duration:>1ms'));
  });

  it('offers only what the language reads without a problem', () => {
    for (const { name } of FIELDS) {
      for (const text of offered(`${name}:|`)) assert.deepEqual(parse(text).problems, [], text);
      assert.ok(!isAmount(name) || offered(`${name}:|`).length > 0);
      assert.equal(offered(`${name}:|`).length === 0 && fixedValues(name) !== undefined, false);
    }
  });

  it('takes any text and any place, and stays within the text', () => {
    fc.assert(
      fc.property(texts, fc.integer(), (text, cursor) => {
        for (const { label, detail, start, end } of complete(text, cursor, vocabulary)) {
          assert.ok(start >= 0 && start <= end && end <= text.length);
          assert.ok(label !== '' && detail !== '');
        }
      }),
    );
  });

  it('writes any name so that it is read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        for (const text of [`plugin:${valueText(name)}`, `plugin:${quoted(name)}`]) {
          const { terms, problems } = parse(text);
          assert.deepEqual(problems, []);
          assert.deepEqual(terms, [{ negated: false, field: 'plugin', any: [{ parts: [name] }] }]);
        }
      }),
    );
  });
});

describe('docs/filters.md', () => {
  const text = readFileSync(new URL('../../docs/filters.md', import.meta.url), 'utf8');

  it('has every field, kind, status, level and unit', () => {
    const names = [
      ...FIELDS.map(({ name }) => `${name}:`),
      ...FIELDS.flatMap(({ aliases }) => aliases).filter((alias) => text.includes(`\`${alias}:\``)),
      ...[...KINDS, ...STATUSES, ...LEVELS].map(({ value }) => value),
      ...unitsOf('time'),
      ...unitsOf('size'),
    ];
    for (const name of names) assert.ok(text.includes(`\`${name}`), name);
  });

  it('has examples without problems', () => {
    const examples = [...text.matchAll(/`((?:-?[a-z]+:)[^`]+)`/g)].map(([, example = '']) => example);
    assert.ok(examples.length > 30);
    for (const example of examples) {
      if (example === 'kidn:call') continue;
      if (/^[a-z]+:[a-z/]+[@#]/.test(example) || example.startsWith('wasi:')) continue;
      assert.deepEqual(parse(example).problems, [], example);
    }
  });
});
