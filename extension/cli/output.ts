import { styleText } from 'node:util';
import { visibleJson } from '../recording/visible.ts';

type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim';

/** Where a command writes. With `--json`, stdout carries one JSON object and people read stderr. */
export interface Output {
  readonly json: boolean;
  /** One line for people. */
  say(line: string): void;
  /** Text for people as it is: the compilers' own output. */
  write(text: string): void;
  /** The command's result; printed only with `--json`. */
  result(value: Readonly<Record<string, unknown>>): void;
  /** Coloured where people look at a terminal and want it (NO_COLOR). */
  readonly style: (style: Style, text: string) => string;
}

export function createOutput(json: boolean): Output {
  const people = json ? process.stderr : process.stdout;
  return {
    json,
    say: (line) => void people.write(`${line}\n`),
    write: (text) => void people.write(text),
    result: (value) => {
      if (json) process.stdout.write(`${visibleJson(JSON.stringify(value, undefined, 2))}\n`);
    },
    style: (style, text) => styleText(style, text, { stream: people }),
  };
}

/** A message and what to do about it as one line, whether or not they end with a full stop. */
export function sentences(message: string, advice: string): string {
  return `${message.replace(/\.$/, '')}. ${advice}`;
}
