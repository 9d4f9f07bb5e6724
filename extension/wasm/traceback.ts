import type { GuestFrame } from '../host/report.ts';

/** What Python wrote of an exception that nothing caught. */
export interface Traceback {
  /** `ZeroDivisionError: division by zero` */
  readonly thrown: string;
  /** Innermost first; files as Python has them: `/0/node.py`, where 0 counts the folders of a component's build. */
  readonly frames: readonly GuestFrame[];
}

const HEADER = 'Traceback (most recent call last):';
/** Before each line of an exception group. */
const GROUP = /^\s*[|+] ?/;
const FRAME = /^ {2}File "(?<file>.+)", line (?<line>\d+)(?:, in (?<name>.+))?$/;
const THROWN = /^[A-Za-z_][\w.]*(?:: .*)?$/;
/** CPython without memory cannot write more of the exception than this. */
const POOR = /^object type name: (\w+)$/;
/** componentize-py's runtime, where a value has another type than the WIT says. */
const MISFIT = /PyErr \{ type: <class '(?<type>\w+)'>, value: \w+\((?<value>".*?"|'.*?'|.*?)\), traceback: /;

/** Files of the component's own Python: of no use to a plugin's author. */
const OWN = /^(?:<frozen .*>|.*\/hotplug_interpreter\.py)$/;

/**
 * Reads the last traceback in a text, which is that of the exception itself: those before it are of what
 * it was raised for. Undefined where there is none.
 */
export function readTraceback(text: string): Traceback | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.replace(GROUP, ''));
  const start = lines.findLastIndex((line) => line.endsWith(HEADER));
  if (start < 0) return misfit(text);
  const frames: GuestFrame[] = [];
  let thrown: string | undefined;
  for (const line of lines.slice(start + 1)) {
    const { file, line: row, name } = FRAME.exec(line)?.groups ?? {};
    if (file !== undefined) {
      if (!OWN.test(file)) frames.unshift({ function: name ?? '', file, line: Number(row) });
      continue;
    }
    thrown = POOR.exec(line)?.[1] ?? (THROWN.test(line) ? line : undefined);
    if (thrown !== undefined) break;
  }
  return thrown === undefined ? undefined : { thrown, frames };
}

function misfit(text: string): Traceback | undefined {
  const { type, value } = MISFIT.exec(text)?.groups ?? {};
  if (type === undefined || value === undefined) return undefined;
  const message = value.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\(.)/g, '$1');
  return {
    thrown: `${type}: ${message}, where a value is passed between the plugin and its host`,
    frames: [],
  };
}
