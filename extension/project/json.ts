import { UserError } from '../errors.ts';
import { jsonProblem } from '../values/json-syntax.ts';

/**
 * Parses JSON that a person wrote. A syntax error is a UserError that names the source, the line
 * and the column, which `JSON.parse` says only sometimes.
 */
export function parseJson(text: string, source: string): unknown {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(plain) as unknown;
  } catch (error) {
    const at = jsonProblem(plain) ?? { offset: plain.length, what: 'it cannot be read' };
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
