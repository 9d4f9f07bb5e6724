import type { Diagnostic } from '../../project/project.ts';
import { plainLines } from './place.ts';

/** Something that a linker complains of. */
export interface LinkProblem {
  readonly severity: 'error' | 'warning';
  /** Without the linker's name and the object's: `undefined symbol: nowhere`. */
  readonly message: string;
  /** The name that is missing, or there twice. */
  readonly symbol?: string;
  /** Object files that it is about, as they were given to the linker. */
  readonly objects: readonly string[];
}

const linkerLine =
  /^(?:[^\s:]*[\\/])?(?:wasm-ld|rust-lld|ld\.lld|lld)(?:-\d+)?(?:\.exe)?: (error|warning): (.*)$/;
const aboutObject = /^(.*\.(?:o|obj|a|rlib|rcgu\.o)(?:\([^()]*\))?): (.*)$/;

/** Reads what wasm-ld prints: a line for each problem, with `>>>` lines that say which objects. */
export function parseLinker(output: string): LinkProblem[] {
  const found: { severity: 'error' | 'warning'; message: string; symbol?: string; objects: string[] }[] = [];
  for (const line of plainLines(output)) {
    const more = /^>>> (?:defined|referenced)(?: as .*?)?(?: in| by) (\S+)/.exec(line);
    if (more?.[1] !== undefined) {
      found.at(-1)?.objects.push(more[1]);
      continue;
    }
    const [, severity, text] = linkerLine.exec(line) ?? [];
    if (severity === undefined || text === undefined) continue;
    const [, object, rest] = aboutObject.exec(text) ?? [];
    const message = rest ?? text;
    const symbol = /(?:symbol|mismatch): ([^\s(]+)/.exec(message)?.[1];
    found.push({
      severity: severity === 'warning' ? 'warning' : 'error',
      message,
      ...(symbol === undefined ? {} : { symbol }),
      objects: object === undefined ? [] : [object],
    });
  }
  return found;
}

/**
 * Linkers know objects and no lines: a problem is put where the source of an object first has the name.
 * Problems of objects that are no source's are left out.
 *
 * @param sources text and absolute path of the source of each object
 */
export function placeLinkProblems(
  problems: readonly LinkProblem[],
  sources: ReadonlyMap<string, { readonly file: string; readonly text: string }>,
): Diagnostic[] {
  return problems.flatMap(({ severity, message, symbol, objects }) => {
    for (const object of objects) {
      const source = sources.get(object);
      if (source === undefined) continue;
      const { line, column } = placeOfName(source.text, symbol);
      return [{ severity, file: source.file, line, column, message, code: 'link' }];
    }
    return [];
  });
}

function placeOfName(text: string, symbol: string | undefined): { line: number; column: number } {
  const at =
    symbol === undefined
      ? -1
      : text.search(new RegExp(`(?<!\\w)${symbol.replaceAll(/[^\w]/g, '\\$&')}(?!\\w)`));
  const before = text.slice(0, Math.max(at, 0)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
