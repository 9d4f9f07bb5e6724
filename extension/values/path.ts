/**
 * Where something is in a value: `packet.samples[3]`, `packet.data.event_type`, `data["odd name"]`.
 * Cases of variants are not part of a path.
 */
import { UserError } from '../errors.ts';

/** A field's name, or the index of an element. */
export type Step = string | number;

const PLAIN = /^[A-Za-z_$*][\w$-]*$/;
const STEP = /\.?([^\s.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** The path of a field below `path`; `path` may be empty. */
export function fieldPath(path: string, name: string): string {
  if (!PLAIN.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** The path of an element below `path`. */
export function elementPath(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** The steps of a path; none for an empty one. Throws a UserError that names the column. */
export function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    // A dot stands between names, and before none.
    const dotted = path[at] === '.';
    if (found === null || (found[1] !== undefined && dotted !== at > 0)) throw notAPath(path, at);
    const [all, name, index, quoted] = found;
    if (name !== undefined) steps.push(name);
    if (index !== undefined) steps.push(Number(index));
    if (quoted !== undefined) steps.push(nameIn(quoted) ?? fail(path, at));
    at += all.length;
  }
  return steps;
}

function nameIn(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function fail(path: string, at: number): never {
  throw notAPath(path, at);
}

function notAPath(path: string, at: number): UserError {
  return new UserError(
    `Column ${at + 1} of "${path}": expected a name, .name, [0] or ["name"]`,
    'Write a path such as packet.samples[3] or packet.data.event_type.',
  );
}
