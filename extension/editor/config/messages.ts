import type { FromConfig } from '../../../webview/config/protocol.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isIndex: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isValue: Check = (value) =>
  typeof value === 'boolean' || typeof value === 'string' || (Array.isArray(value) && value.every(isText));

/** What each field of a message must be. */
const checks: Readonly<Record<FromConfig['type'], Readonly<Record<string, Check>>>> = {
  ready: {},
  checkValue: { id: isIndex, field: isText, value: isValue },
  set: { id: isIndex, field: isText, value: isValue },
  browse: { id: isIndex, field: isText },
  reset: { id: isIndex, field: isText },
  resetAll: { id: isIndex },
  start: {},
  openFile: {},
};

/** Whether a message of the form is one that the editor may act on. */
export function isFromConfig(value: unknown): value is FromConfig {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(checks, type)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return Object.entries(checks[type as FromConfig['type']]).every(([name, check]) => check(fields[name]));
}
