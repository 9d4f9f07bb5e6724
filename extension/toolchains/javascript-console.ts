/**
 * A module that gives plugins a `console`: QuickJS has none. It writes to the host's log, and it is
 * part of development and release builds alike, so that both behave the same.
 */
export const consoleSource = `
import * as host from 'streamkit:plugin/host@0.1.0';

function text(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.name + ': ' + value.message + (value.stack ? '\\n' + value.stack.trimEnd() : '');
  if (ArrayBuffer.isView(value)) return value.constructor.name + '(' + value.length + ') [' + Array.from(value).slice(0, 20).join(', ') + ']';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

const writer = (level) => (...values) => host.log(level, values.map(text).join(' '));

globalThis.console = {
  debug: writer('debug'),
  log: writer('info'),
  info: writer('info'),
  warn: writer('warn'),
  error: writer('error'),
};
`;
