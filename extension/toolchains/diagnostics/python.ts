import { resolve } from 'node:path';
import type { Diagnostic } from '../../project/project.ts';
import { plainLines } from './place.ts';

const frame = /^\s*(?:[|+]\s*)*File "(.+)", line (\d+)(?:, in (.+))?$/;
const exception = /^(?:[|+]\s*)*([A-Za-z_][\w.]*)(?:: (.*))?$/;
const caret = /^(\s*)[~^]*\^+[~^]*\s*$/;
const attribute = /module '([\w.]+)' has no attribute '(\w+)'/;

/**
 * Reads tracebacks: the exception at the innermost place that is in the folder. A SyntaxError has its
 * column, because its caret stands there; other carets stand below source without its indentation.
 *
 * @param folder of the plugin's sources, absolute; frames elsewhere are other people's
 */
export function parsePython(output: string, folder: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  let place: { readonly file: string; readonly line: number; column: number } | undefined;
  let code = '';
  for (const line of plainLines(output)) {
    const at = frame.exec(line);
    if (at !== null) {
      const file = at[1] ?? '';
      if (isInside(folder, file)) place = { file: resolve(file), line: Number(at[2]), column: 1 };
      code = at[3] === undefined ? 'SyntaxError' : '';
      continue;
    }
    const pointed = caret.exec(line);
    // Python indents the source of a SyntaxError by four spaces and takes its own indentation away.
    if (pointed !== null && code === 'SyntaxError' && place !== undefined) {
      place.column = Math.max(1, (pointed[1]?.length ?? 4) - 3);
      continue;
    }
    const thrown = exception.exec(line);
    if (thrown === null || place === undefined) continue;
    const [, name = '', text = ''] = thrown;
    if (!/(?:Error|Exception|Warning|Interrupt|Exit|Group|Err|Iteration)$/.test(name)) continue;
    found.push({ severity: 'error', ...place, message: text === '' ? name : `${name}: ${text}`, code: name });
    place = undefined;
  }
  return found.length > 0 ? found : missingAttribute(output, folder);
}

/** What the world is looked up in and what is not there has no place of its own: it is the first line of its module. */
function missingAttribute(output: string, folder: string): Diagnostic[] {
  const match = attribute.exec(output);
  if (match === null) return [];
  const [, module = '', name = ''] = match;
  const file = resolve(folder, ...module.split('.')) + '.py';
  const message = `AttributeError: ${module}.py has no ${name}, which the world's exports are looked up in`;
  return [{ severity: 'error', file, line: 1, column: 1, message, code: 'AttributeError' }];
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`);
}
