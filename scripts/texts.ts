/**
 * Collects what panels and editor say from the sources into l10n/bundle.l10n.json, whose keys are the English
 * messages. `--check` writes nothing and fails where that file is not current or a translation does not fit;
 * `--missing` lists what is not translated yet.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { formats } from '../extension/export/formats.ts';
import { complete, PROBLEMS } from '../extension/recording/filter/index.ts';
import { root } from './paths.ts';
import { main } from './progress.ts';

/** Folders whose sources say something to the user. */
const folders = ['webview', 'extension/editor'] as const;
const folder = join(root, 'l10n');
const bundle = 'bundle.l10n.json';

interface Collected {
  readonly texts: readonly string[];
  /** Calls whose message is no literal: `file:line`. */
  readonly problems: readonly string[];
}

/** The messages of a source's calls of `t` and `vscode.l10n.t`. */
export function collect(path: string, source: string): Collected {
  const texts: string[] = [];
  const problems: string[] = [];
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !isTranslation(node.expression)) return;
    const [message] = node.arguments;
    const text = message === undefined ? undefined : literal(message);
    if (text !== undefined) texts.push(text);
    else if (path !== 'webview/text.ts')
      problems.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
  };
  visit(file);
  return { texts, problems };
}

function isTranslation(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === 't';
  if (!ts.isPropertyAccessExpression(called) || called.name.text !== 't') return false;
  const { expression } = called;
  return ts.isPropertyAccessExpression(expression)
    ? expression.name.text === 'l10n'
    : ts.isIdentifier(expression) && expression.text === 'l10n';
}

/** A text that is written down as such, in one piece or several; undefined for everything else. */
function literal(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [literal(node.left), literal(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** What the language of filters says, in its completions and of mistakes: it has no page and speaks English. */
function filterTexts(): string[] {
  const vocabulary = { plugins: ['p'], names: ['n'], types: ['t'] };
  const fields = complete('', 0, vocabulary);
  const completions = fields.flatMap(({ insert, detail }) => [
    detail,
    ...complete(insert, insert.length, vocabulary).map((value) => value.detail),
  ]);
  return [...completions, ...Object.values(PROBLEMS)];
}

/** What formats of exports are called. */
const titles = Object.values(formats).map(({ title }) => title);

/** All messages, each once, sorted; and where something is no literal. */
async function collectAll(): Promise<Collected> {
  const texts = new Set([...filterTexts(), ...titles].filter((text) => text !== ''));
  const problems: string[] = [];
  for (const from of folders) {
    const entries = await readdir(join(root, from), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = join(entry.parentPath, entry.name);
      const name = relative(root, path).replaceAll('\\', '/');
      const found = collect(name, await readFile(path, 'utf8'));
      for (const text of found.texts) texts.add(text);
      problems.push(...found.problems);
    }
  }
  return { texts: [...texts].sort(), problems };
}

/** What is wrong with a translation: messages that are not said any more, and other placeholders. */
export function wrongIn(
  translation: Readonly<Record<string, unknown>>,
  texts: readonly string[],
): readonly string[] {
  const known = new Set(texts);
  return Object.entries(translation).flatMap(([message, text]) => {
    if (!known.has(message)) return [`nothing says any more: ${message}`];
    if (typeof text !== 'string' || text === '') return [`there is no text for: ${message}`];
    return placeholders(text) === placeholders(message) ? [] : [`other placeholders than in: ${message}`];
  });
}

function placeholders(text: string): string {
  return (text.match(/\{\d+\}/g) ?? []).sort().join(' ');
}

async function readJson(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

await main(import.meta, async (args) => {
  const { texts, problems } = await collectAll();
  for (const problem of problems) console.log(`${problem}: the message is no literal, so it is not found`);
  const expected = `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), undefined, 2)}\n`;
  const file = join(folder, bundle);
  let failed = problems.length;
  if (!args.includes('--check')) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, expected);
  } else if (JSON.stringify(await readJson(file)) !== JSON.stringify(JSON.parse(expected))) {
    console.log(`l10n/${bundle} is not what the sources say. Run: node scripts/texts.ts`);
    failed += 1;
  }
  for (const name of await readdir(folder)) {
    if (name === bundle || !/^bundle\.l10n\..+\.json$/.test(name)) continue;
    const translation = await readJson(join(folder, name));
    const wrong = wrongIn(translation, texts);
    for (const line of wrong) console.log(`l10n/${name}: ${line}`);
    failed += wrong.length;
    const missing = texts.filter((text) => !Object.hasOwn(translation, text));
    // What is missing stays English, which is no mistake.
    if (missing.length > 0) console.log(`l10n/${name}: ${missing.length} of ${texts.length} are in English`);
    if (args.includes('--missing')) for (const text of missing) console.log(JSON.stringify(text));
  }
  return failed === 0 ? 0 : 1;
});
