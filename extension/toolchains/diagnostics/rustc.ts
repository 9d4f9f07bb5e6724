import { isAbsolute, relative, resolve } from 'node:path';
import type { Diagnostic } from '../../project/project.ts';
import { explainComponent, missingImport } from './component.ts';
import { parseLinker } from './linker.ts';

/** A message of rustc as cargo hands it on. */
export interface RustcMessage {
  /** What people see, with absolute places. */
  readonly text: string;
  /** Undefined for what has no place, and for what only counts the others. */
  readonly diagnostic?: Diagnostic;
  /** Why the build failed, where that is nothing in a source. */
  readonly failure?: string;
  /** A function that nothing defines. */
  readonly missing?: string;
}

/** As far as it is read: https://doc.rust-lang.org/rustc/json.html */
interface Message {
  readonly message: string;
  readonly level: string;
  readonly code?: { readonly code: string } | null;
  readonly spans: readonly Span[];
  readonly children: readonly Message[];
  readonly rendered: string | null;
}

interface Span {
  readonly file_name: string;
  readonly line_start: number;
  readonly column_start: number;
  readonly is_primary: boolean;
  readonly expansion?: { readonly span: Span } | null;
}

const levels: Readonly<Record<string, Diagnostic['severity']>> = {
  error: 'error',
  'error: internal compiler error': 'error',
  warning: 'warning',
};

/**
 * Reads a line that `cargo build --message-format json` prints; undefined where it is no message of the
 * compiler.
 *
 * @param folder what relative paths are relative to: the Cargo workspace's root
 */
export function parseRustcLine(line: string, folder: string): RustcMessage | undefined {
  if (!line.startsWith('{"reason":"compiler-message"')) return undefined;
  const message = messageIn(line);
  if (message === undefined) return undefined;
  const severity = levels[message.level];
  const primary = primaryOf(message);
  const place = primary === undefined ? undefined : ownPlace(primary, folder);
  const rendered = message.rendered ?? `${message.level}: ${message.message}\n`;
  if (severity === undefined || place === undefined) {
    return {
      text: absolute(withoutCommands(rendered), folder),
      ...(severity === 'error' ? failureOf(message) : {}),
    };
  }
  const diagnostic: Diagnostic = {
    severity,
    ...place,
    message: message.message,
    ...(message.code?.code === undefined ? {} : { code: message.code.code }),
  };
  return { text: absolute(rendered, folder, place), diagnostic };
}

/** Writes a diagnostic as rustc does, for the same problem matcher. */
export function formatRustc({ severity, file, line, column, message }: Diagnostic): string {
  return `${severity}: ${message}\n   --> ${file}:${line}:${column}\n\n`;
}

/** A linker's command has thousands of words, and what it said comes after it. */
function withoutCommands(text: string): string {
  return text.replaceAll(/^ {2}= note: {2}"[^"]+" .{500,}\n/gm, '');
}

function messageIn(line: string): Message | undefined {
  try {
    const { message } = JSON.parse(line) as { readonly message?: Message };
    // A compiler of another time may leave out what is not looked at.
    return message !== undefined && Array.isArray(message.spans) && Array.isArray(message.children)
      ? message
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Of several primary spans the one that rustc's own text points at: where a delimiter was opened, and not
 * the brace many lines below that shows it was never closed.
 */
function primaryOf({ spans, rendered }: Message): Span | undefined {
  const primary = spans.filter((span) => span.is_primary);
  const [, shown] = /^ *--> (.*)$/m.exec(rendered ?? '') ?? [];
  return (
    primary.find((span) => shown === `${span.file_name}:${span.line_start}:${span.column_start}`) ??
    primary[0] ??
    spans[0]
  );
}

/** What stands in a macro of a library was caused where the macro is used. */
function ownPlace(span: Span, folder: string): Pick<Diagnostic, 'file' | 'line' | 'column'> {
  let own = span;
  while (own.expansion !== undefined && own.expansion !== null && !isInside(own.file_name, folder))
    own = own.expansion.span;
  return { file: resolve(folder, own.file_name), line: own.line_start, column: own.column_start };
}

function isInside(file: string, folder: string): boolean {
  if (file.startsWith('<')) return false;
  const path = relative(folder, resolve(folder, file));
  return !path.startsWith('..') && !isAbsolute(path);
}

/** Linking has no place; what the linker said is in a note below the command that was run. */
function failureOf({ message, children }: Message): Pick<RustcMessage, 'failure' | 'missing'> {
  if (/^aborting due to|^could not compile/.test(message)) return {};
  const notes = children.map((child) => child.message);
  for (const note of notes) {
    if (/failed to (?:encode|decode)/.test(note) && note.includes('Caused by:')) {
      const missing = missingImport(note);
      return { failure: explainComponent(note), ...(missing === undefined ? {} : { missing }) };
    }
    const problems = parseLinker(note).filter(({ severity }) => severity === 'error');
    if (problems.length > 0)
      return { failure: `The linker says: ${problems.map((problem) => problem.message).join('; ')}` };
  }
  // The linker's own command is a note of thousands of words.
  const [why] = notes.filter((note) => note.length < 1000 && !note.startsWith('some arguments are omitted'));
  return { failure: why === undefined ? message : `${message}: ${why.trim()}` };
}

/**
 * Makes the paths in `-->` lines absolute: the editor does not know what they are relative to. The first
 * one is the message's own place.
 */
function absolute(text: string, folder: string, own?: Pick<Diagnostic, 'file' | 'line' | 'column'>): string {
  let first = own;
  return text.replaceAll(/^(\s*--> )(.*?)(:\d+:\d+)$/gm, (_all, arrow: string, file: string, at: string) => {
    const place = first;
    first = undefined;
    if (place !== undefined) return `${arrow}${place.file}:${place.line}:${place.column}`;
    return `${arrow}${isAbsolute(file) ? file : resolve(folder, file)}${at}`;
  });
}
