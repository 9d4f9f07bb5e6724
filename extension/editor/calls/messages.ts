import type { FromCallForm } from '../../../webview/protocol.ts';

/** What each field of a message must be. */
type Checks = Readonly<Record<FromCallForm['type'], Readonly<Record<string, (value: unknown) => boolean>>>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const checks: Checks = {
  ready: {},
  call: {
    id: isIndex,
    name: isText,
    args: (value) => Array.isArray(value) && value.every(isText),
  },
  check: { id: isIndex, name: isText, parameter: isIndex, text: isText },
  start: {},
  openTrace: { record: isIndex },
};

/** Whether a message of the form is one that the editor may act on. */
export function isFromCallForm(value: unknown): value is FromCallForm {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(checks, type)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return Object.entries(checks[type as FromCallForm['type']]).every(([name, check]) => check(fields[name]));
}
