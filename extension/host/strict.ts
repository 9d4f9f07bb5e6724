/**
 * Makes jco's script as strict as the canonical ABI, and no stricter: the engine of the real hosts
 * decides what a plugin may do. test/host/wasmtime-rules.test.ts shows every rule in both.
 */

/** A place in the script, and what stands there instead. */
interface Change {
  readonly find: RegExp;
  readonly replace: string;
}

/** Within the script, what watches the instance: `abi.ts`. */
const ABI = 'instantiateCore.abi';

const changes: readonly Change[] = [
  // Text that is not UTF-8 traps, and a byte order mark is a character like any other.
  {
    find: /new TextDecoder\(\)/g,
    replace: "new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })",
  },
  {
    find: /new TextDecoder\('utf-16'\)/g,
    replace: "new TextDecoder('utf-16', { fatal: true, ignoreBOM: true })",
  },
  // A list that reaches beyond the end of memory traps; `slice` would cut it short.
  {
    find: /(memory\d+)\.buffer\.slice\((ptr\d+), \2 \+ (len\d+) \* (\d+)\)/g,
    replace: `${ABI}.list($1, $2, $3, $4)`,
  },
  // So does a number that is read or written at an address that it may not have.
  { find: /dv = new DataView\(mem\.buffer\)/g, replace: `dv = ${ABI}.view(mem)` },
  // An empty text is allocated like any other.
  {
    find: /if \(s\.length === 0\) \{ return \{ ptr: 1, len: 0 \}; \}/g,
    replace: 'if (s.length === 0) { return { ptr: realloc(0, 0, 1, 0), len: 0 }; }',
  },
  // A handle is one that the guest has.
  { find: /function rscTableRemove\(table, handle\) \{/, replace: `$&\n    ${ABI}.handle(table, handle);` },
  {
    find: /(handleTable\d+)\[\((handle\d+) << 1\) \+ 1\] & ~T_FLAG/g,
    replace: `${ABI}.handle($1, $2) & ~T_FLAG`,
  },
  // A resource that is dropped is the one that it is called on: in a list the variables are those of the last.
  {
    find: /(symbolDispose, \{ writable: true, value: function \(\) \{\s*finalizationRegistry\d+\.unregister\()(rsc\d+)(\);\s*const handleEntry = rscTableRemove\(handleTable\d+, )handle\d+(\);\s*)\2(\[symbolDispose\] = emptyFunc;\s*)\2(\[symbolRscHandle\] = undefined;)/g,
    replace: '$1this$3this[symbolRscHandle]$4this$5this$6',
  },
  // A small integer is the low bits of its word, whatever is above them.
  {
    find: /function clampGuest\(i, min, max\) \{/,
    replace: '$&\n  return min === 0 ? i & max : (i << (max === 127 ? 24 : 16)) >> (max === 127 ? 24 : 16);',
  },
  // So are flags; and every number but 0 is true.
  { find: /throw new TypeError\('flags have extraneous bits set'\);/g, replace: '' },
  { find: /function throwInvalidBool\(\) \{/, replace: '$&\n  return true;' },
];

const ALLOCATOR = /^(\s*)(realloc\d+) = (exports\d+)(?:\.(\w+)|\['([^']+)'\]);$/gm;
const POST_RETURN = /^(\s*)(postReturn\d+) = (exports\d+)(?:\.(\w+)|\['([^']+)'\]);$/gm;

/** The script with the rules in it. Throws an Error where it is not of the form that jco gives it. */
export function strictScript(script: string): string {
  const memories = countOf(/^\s*let memory\d+;$/gm, script);
  // With several memories it is not known which one an allocator belongs to.
  const memory = memories === 1 ? `() => memory0` : 'undefined';
  let strict = script;
  for (const { find, replace } of changes) strict = strict.replace(find, replace);
  strict = watched(strict, ALLOCATOR, /^\s*let realloc\d+;$/gm, `allocator`, `, ${memory}`);
  return watched(strict, POST_RETURN, /^\s*let postReturn\d+;$/gm, 'postReturn', '');
}

/** Hands a function of the guest's over to what watches the instance, where the script takes it. */
function watched(script: string, find: RegExp, declared: RegExp, method: string, more: string): string {
  const expected = countOf(declared, script);
  let found = 0;
  const changed = script.replace(
    find,
    (
      _,
      indent: string,
      variable: string,
      exports: string,
      plain: string | undefined,
      quoted: string | undefined,
    ) => {
      found++;
      const name = JSON.stringify(plain ?? quoted);
      return `${indent}${variable} = ${ABI}.${method}(${exports}[${name}], ${name}${more});`;
    },
  );
  if (found !== expected)
    throw new Error(
      `jco's script has ${expected} functions for ${method}, and ${found} were found where they are taken`,
    );
  return changed;
}

function countOf(pattern: RegExp, text: string): number {
  return [...text.matchAll(pattern)].length;
}
