import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { cache, root } from '../../scripts/paths.ts';
import { ensureWorkbench } from '../../scripts/workbench.ts';

/** What of the workbench's own tokenizer is used here. */
interface TextMate {
  readonly INITIAL: unknown;
  parseRawGrammar(text: string, file: string): unknown;
  readonly Registry: new (options: unknown) => {
    loadGrammar(scope: string): Promise<{
      tokenizeLine(
        line: string,
        state: unknown,
      ): {
        readonly tokens: readonly { startIndex: number; endIndex: number; scopes: readonly string[] }[];
        readonly ruleStack: unknown;
      };
    } | null>;
  };
}
interface Oniguruma {
  loadWASM(bytes: Uint8Array): Promise<void>;
  readonly OnigScanner: new (patterns: readonly string[]) => unknown;
  readonly OnigString: new (text: string) => unknown;
}

const scope = 'source.wit.hotplug';

/** Every token of a text with its innermost scope, without `.wit`. */
async function tokens(text: string): Promise<readonly (readonly [string, string])[]> {
  await ensureWorkbench();
  const modules = join(cache, 'workbench', 'node_modules', 'code-server', 'lib', 'vscode', 'package.json');
  const fromWorkbench = createRequire(modules);
  const textMate = fromWorkbench('vscode-textmate') as TextMate;
  const oniguruma = fromWorkbench('vscode-oniguruma') as Oniguruma;
  await oniguruma.loadWASM(await readFile(fromWorkbench.resolve('vscode-oniguruma/release/onig.wasm')));
  const file = join(root, 'syntaxes', 'wit.tmLanguage.json');
  const registry = new textMate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns: readonly string[]) => new oniguruma.OnigScanner(patterns),
      createOnigString: (line: string) => new oniguruma.OnigString(line),
    }),
    loadGrammar: async () => textMate.parseRawGrammar(await readFile(file, 'utf8'), file),
  });
  const grammar = await registry.loadGrammar(scope);
  assert.ok(grammar !== null);
  const found: [string, string][] = [];
  let state = textMate.INITIAL;
  for (const line of text.split('\n')) {
    const { tokens: here, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of here) {
      const word = line.slice(startIndex, endIndex).trim();
      const name = scopes.at(-1) ?? '';
      if (word !== '' && !name.startsWith('punctuation') && name !== scope)
        found.push([word, name.replace(/\.wit$/, '')]);
    }
  }
  return found;
}

test('the words of a WIT file are told apart', async () => {
  const text = `package acme:words@0.1.0-rc.1;
/// Docs
@since(version = 0.2.0)
interface types {
  use wasi:io/streams@0.2.3.{input-stream as input};
  enum level { %list, low }
  variant problem { empty, too-long(list<u32>), }
  record stats { words: u32, type: option<string> } /* and
  /* more */ import */
  resource bucket {
    constructor(name: string);
    %from: static func(with: borrow<bucket>) -> result<_, problem>;
  }
}
world plugin {
  include other;
  import wasi:cli/stdout@0.2.0;
  import log: interface { say: async func(text: string); }
  export count-all: func() -> stats; // done
}`;
  assert.deepEqual(await tokens(text), [
    ['package', 'keyword.declaration'],
    ['acme:words', 'entity.name.namespace'],
    ['0.1.0-rc.1', 'constant.numeric.version'],
    ['/// Docs', 'comment.line.documentation'],
    ['since', 'entity.name.decorator'],
    ['version', 'variable.parameter'],
    ['0.2.0', 'constant.numeric.version'],
    ['interface', 'storage.type'],
    ['types', 'entity.name.type'],
    ['use', 'keyword.control'],
    ['wasi:io', 'entity.name.namespace'],
    ['streams', 'entity.name.type'],
    ['0.2.3', 'constant.numeric.version'],
    ['input-stream', 'entity.name.type'],
    ['as', 'keyword.control'],
    ['input', 'entity.name.type'],
    ['enum', 'storage.type'],
    ['level', 'entity.name.type'],
    ['%list', 'variable.other.enummember'],
    ['low', 'variable.other.enummember'],
    ['variant', 'storage.type'],
    ['problem', 'entity.name.type'],
    ['empty', 'variable.other.enummember'],
    ['too-long', 'variable.other.enummember'],
    ['list', 'support.type'],
    ['u32', 'support.type'],
    ['record', 'storage.type'],
    ['stats', 'entity.name.type'],
    ['words', 'variable.other.member'],
    ['u32', 'support.type'],
    ['type', 'variable.other.member'],
    ['option', 'support.type'],
    ['string', 'support.type'],
    ['/*', 'comment.block'],
    ['and', 'comment.block'],
    ['/*', 'comment.block'],
    ['more', 'comment.block'],
    ['*/', 'comment.block'],
    ['import', 'comment.block'],
    ['*/', 'comment.block'],
    ['resource', 'storage.type'],
    ['bucket', 'entity.name.type'],
    ['constructor', 'entity.name.function'],
    ['name', 'variable.other.member'],
    ['string', 'support.type'],
    ['%from', 'entity.name.function'],
    ['static', 'storage.modifier'],
    ['func', 'keyword.declaration.function'],
    ['with', 'variable.other.member'],
    ['borrow', 'support.type'],
    ['bucket', 'entity.name.type'],
    ['->', 'keyword.operator.arrow'],
    ['result', 'support.type'],
    ['problem', 'entity.name.type'],
    ['world', 'storage.type'],
    ['plugin', 'entity.name.type'],
    ['include', 'keyword.control'],
    ['other', 'entity.name.type'],
    ['import', 'keyword.control'],
    ['wasi:cli', 'entity.name.namespace'],
    ['stdout', 'entity.name.type'],
    ['0.2.0', 'constant.numeric.version'],
    ['import', 'keyword.control'],
    ['log', 'entity.name.type'],
    ['interface', 'storage.type'],
    ['say', 'entity.name.function'],
    ['async', 'storage.modifier'],
    ['func', 'keyword.declaration.function'],
    ['text', 'variable.other.member'],
    ['string', 'support.type'],
    ['export', 'keyword.control'],
    ['count-all', 'entity.name.function'],
    ['func', 'keyword.declaration.function'],
    ['->', 'keyword.operator.arrow'],
    ['stats', 'entity.name.type'],
    ['// done', 'comment.line.double-slash'],
  ]);
});
