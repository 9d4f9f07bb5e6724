import { parseArgs } from 'node:util';
import { UserError } from '../errors.ts';
import type { Output } from './output.ts';

/** How a command ended: it is the exit code of the process. */
export const ExitCode = { fine: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

interface Argument {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
}

interface ValueOption {
  /** What the value is, for the help: `FILE`. */
  readonly value: string;
  readonly description: string;
}

/** What was typed, checked against the command's declaration. */
interface Arguments<Flag extends string, Value extends string> {
  /** The argument at this position, counted from 0; undefined where it was left out. */
  at(position: number): string | undefined;
  flag(name: Flag): boolean;
  text(name: Value): string | undefined;
  /** A number of at least 0; throws a UserError for anything else. */
  number(name: Value): number | undefined;
}

interface Declaration<Flag extends string, Value extends string> {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly flags: Readonly<Record<Flag, string>>;
  readonly values: Readonly<Record<Value, ValueOption>>;
  run(args: Arguments<Flag, Value>, output: Output): Promise<ExitCode>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  /** Throws a UserError for a wrong use. */
  run(argv: readonly string[], output: Output): Promise<ExitCode>;
}

/** Makes a command of its declaration; its help and its checks come from nothing else. */
export function command<Flag extends string = never, Value extends string = never>(
  declaration: Declaration<Flag, Value>,
): Command {
  const { name, summary } = declaration;
  return {
    name,
    summary,
    help: helpOf(declaration),
    run: async (argv, output) => declaration.run(parse(declaration, argv), output),
  };
}

/** Options that every command has. */
export const commonFlags = {
  json: 'Print one JSON object on stdout and everything else on stderr.',
  help: 'Print this help.',
} as const;

type Described = Pick<Declaration<string, string>, 'name' | 'summary' | 'arguments' | 'flags' | 'values'>;

function parse<Flag extends string, Value extends string>(
  declaration: Declaration<Flag, Value>,
  argv: readonly string[],
): Arguments<Flag, Value> {
  const advice = `See \`hotplug ${declaration.name} --help\`.`;
  const { values, positionals } = read(declaration, argv, advice);
  const required = declaration.arguments.filter((argument) => argument.required === true);
  const missing = required[positionals.length];
  if (missing) throw new UserError(`${usageOf(declaration)}: <${missing.name}> is missing`, advice);
  const extra = positionals[declaration.arguments.length];
  if (extra !== undefined)
    throw new UserError(`${usageOf(declaration)}: "${extra}" is one argument too many`, advice);
  const text = (name: Value): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    at: (position) => positionals[position],
    flag: (name) => values[name] === true,
    text,
    number: (name) => {
      const typed = text(name);
      if (typed === undefined) return undefined;
      const value = typed.trim() === '' ? NaN : Number(typed);
      if (Number.isFinite(value) && value >= 0) return value;
      throw new UserError(`--${name} must be a number of at least 0, not "${typed}"`, advice);
    },
  };
}

function read(
  declaration: Described,
  argv: readonly string[],
  advice: string,
): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const flag of [...Object.keys(declaration.flags), ...Object.keys(commonFlags)])
    options[flag] = { type: 'boolean' };
  for (const value of Object.keys(declaration.values)) options[value] = { type: 'string' };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new UserError(what.replace(/\.?(?:\n[^]*)?$/, ''), advice, { cause: error });
  }
}

function usageOf(declaration: Described): string {
  const words = declaration.arguments.map(({ name, required }) =>
    required === true ? `<${name}>` : `[${name}]`,
  );
  return ['hotplug', declaration.name, ...words].join(' ');
}

function helpOf(declaration: Described): string {
  const rows: [string, string][] = [
    ...declaration.arguments.map(({ name, description }): [string, string] => [name, description]),
    ...Object.entries(declaration.values).map(([name, option]): [string, string] => [
      `--${name} ${option.value}`,
      option.description,
    ]),
    ...Object.entries({ ...declaration.flags, ...commonFlags }).map(
      ([name, description]): [string, string] => [`--${name}`, description],
    ),
  ];
  return `${declaration.summary}\n\nUsage: ${usageOf(declaration)} [options]\n\n${table(rows)}\n`;
}

/** Two columns, indented. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join('\n');
}
