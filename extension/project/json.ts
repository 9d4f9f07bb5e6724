import { UserError } from '../errors.ts';

/**
 * Parses JSON that a person wrote. A syntax error is a UserError that names the source, the line
 * and the column, which `JSON.parse` says only sometimes.
 */
export function parseJson(text: string, source: string): unknown {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(plain) as unknown;
  } catch (error) {
    const at = syntaxError(plain);
    const before = plain.slice(0, at.offset).split('\n');
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new UserError(
      `${source}, line ${line}, column ${column}: not valid JSON: ${at.what}`,
      'Correct it there; names and texts need double quotes, and there is no comma after the last item.',
      { cause: error },
    );
  }
}

interface SyntaxProblem {
  readonly offset: number;
  readonly what: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Where the text stops being JSON. */
export function syntaxError(text: string): SyntaxProblem {
  const scan = new Scanner(text);
  return scan.value() ?? scan.end() ?? { offset: text.length, what: 'it cannot be read' };
}

/** Reads JSON without keeping it; each method gives the first problem, or undefined past the part. */
class Scanner {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(): SyntaxProblem | undefined {
    this.take(SPACE);
    const next = this.text[this.at];
    if (next === '{') return this.list('}', () => this.member());
    if (next === '[') return this.list(']', () => this.value());
    if (next === '"')
      return this.take(STRING) ? undefined : this.problem('a text that is not closed or has a bad escape');
    return this.take(WORD) || this.take(NUMBER) ? undefined : this.problem('a value is missing');
  }

  end(): SyntaxProblem | undefined {
    this.take(SPACE);
    return this.at < this.text.length ? this.problem('there is more after the end') : undefined;
  }

  private list(close: string, item: () => SyntaxProblem | undefined): SyntaxProblem | undefined {
    this.at++;
    this.take(SPACE);
    if (this.takeText(close)) return undefined;
    for (;;) {
      const problem = item();
      if (problem) return problem;
      this.take(SPACE);
      if (this.takeText(close)) return undefined;
      if (!this.takeText(',')) return this.problem(`a comma or "${close}" is missing`);
    }
  }

  private member(): SyntaxProblem | undefined {
    this.take(SPACE);
    if (!this.take(STRING)) return this.problem('a name in double quotes is missing');
    this.take(SPACE);
    if (!this.takeText(':')) return this.problem('a colon is missing');
    return this.value();
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at += match[0].length;
    return match !== null;
  }

  private takeText(text: string): boolean {
    const found = this.text.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  private problem(what: string): SyntaxProblem {
    return { offset: this.at, what: this.at >= this.text.length ? 'it ends too early' : what };
  }
}
