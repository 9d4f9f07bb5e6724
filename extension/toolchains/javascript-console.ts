import { consoleMethods, type ConsoleTarget, type Stdio } from './javascript-world.ts';

/**
 * A module that gives plugins a `console`: QuickJS has none. It writes to the host's log, or where the
 * world has none to stdout and stderr. It is part of development and release builds alike, so that
 * both behave the same. Its `begin` writes what was written before: a release build loads the plugin
 * while it is built, when there is no host to call.
 */
export function consoleSource(target: ConsoleTarget, { deferred }: { readonly deferred: boolean }): string {
  const methods = consoleMethods.map((method) => `  ${method}: ${writer(target, method)},\n`).join('');
  return `${imports(target)}
let early = ${deferred ? '[]' : 'undefined'};
${text}
globalThis.console = {\n${methods}};\n`;
}

function imports(target: ConsoleTarget): string {
  if (target.kind === 'stdio') return "import { write, getStdout, getStderr } from 'hotplug:stdio';\n";
  const from =
    target.module === undefined
      ? `const log = globalThis.${target.function};\n`
      : `import { ${target.function} as log } from ${JSON.stringify(target.module)};\n`;
  const between = "'', ".repeat(target.between);
  return `${from}const write = (level, line) => log(level, ${between}line);\n`;
}

function writer(target: ConsoleTarget, method: (typeof consoleMethods)[number]): string {
  if (target.kind === 'log') return `writer(${JSON.stringify(target.levels[method])})`;
  return `writer(${method === 'warn' || method === 'error' ? 'getStderr' : 'getStdout'})`;
}

/** A module that writes lines to stdout and stderr. QuickJS has no TextEncoder; WASI takes at most 4096 bytes at a time. */
export function stdioSource({ stdout, stderr }: Stdio): string {
  return `import { getStdout } from ${JSON.stringify(stdout)};
import { getStderr } from ${JSON.stringify(stderr)};
export { getStdout, getStderr };
${streams}`;
}

const streams = `
function bytesOf(line) {
  const bytes = [];
  for (const character of line) {
    const code = character.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

const opened = new Map();

export function write(open, line) {
  let stream = opened.get(open);
  if (stream === undefined) opened.set(open, (stream = open()));
  const bytes = bytesOf(line + '\\n');
  for (let at = 0; at < bytes.length; at += 4096) stream.blockingWriteAndFlush(bytes.slice(at, at + 4096));
}
`;

const text = `
function text(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.name + ': ' + value.message + (value.stack ? '\\n' + value.stack.trimEnd() : '');
  if (ArrayBuffer.isView(value)) return value.constructor.name + '(' + value.length + ') [' + Array.from(value).slice(0, 20).join(', ') + ']';
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

const writer = (to) => (...values) => {
  const line = values.map(text).join(' ');
  if (early === undefined) write(to, line);
  else early.push([to, line]);
};

export function begin() {
  const lines = early ?? [];
  early = undefined;
  for (const [to, line] of lines) write(to, line);
}
`;
