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
  /** It may be given any number of times. */
  readonly many?: boolean;
}

/** What was typed, checked against the command's declaration. */
interface Arguments<Flag extends string, Value extends string> {
  /** The argument at this position, counted from 0; undefined where it was left out. */
  at(position: number): string | undefined;
  flag(name: Flag): boolean;
  text(name: Value): string | undefined;
  /** Every value of an option that may be given many times, in their order. */
  list(name: Value): readonly string[];
  /** A number of at least 0; throws a UserError for anything else. */
  number(name: Value): number | undefined;
  /** A whole number of at least 0; throws a UserError for anything else. */
  whole(name: Value): number | undefined;
  /** One of these words; throws a UserError for anything else. */
  choice<Word extends string>(name: Value, words: readonly Word[]): Word | undefined;
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
  const number = (name: Value, what: string, isRight: (value: number) => boolean): number | undefined => {
    const typed = text(name);
    if (typed === undefined) return undefined;
    const value = typed.trim() === '' ? NaN : Number(typed);
    if (isRight(value) && value >= 0) return value;
    throw new UserError(`--${name} must be a ${what} of at least 0, not "${typed}"`, advice);
  };
  return {
    at: (position) => positionals[position],
    flag: (name) => values[name] === true,
    text,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
    },
    number: (name) => number(name, 'number', Number.isFinite),
    whole: (name) => number(name, 'whole number', Number.isSafeInteger),
    choice: (name, words) => {
      const typed = text(name);
      const found = words.find((word) => word === typed);
      if (typed === undefined || found !== undefined) return found;
      throw new UserError(`--${name} must be one of ${words.join(', ')}, not "${typed}"`, advice);
    },
  };
}

function read(
  declaration: Described,
  argv: readonly string[],
  advice: string,
): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  const options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }> = {};
  for (const flag of [...Object.keys(declaration.flags), ...Object.keys(commonFlags)])
    options[flag] = { type: 'boolean' };
  for (const [name, { many }] of Object.entries(declaration.values))
    options[name] = { type: 'string', multiple: many === true };
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
