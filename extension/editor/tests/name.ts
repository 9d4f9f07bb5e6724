import { t } from '../../../webview/text.ts';

/** Says what is wrong with the name of a new recording; undefined where nothing is. */
export function recordingNameProblem(name: string, there: readonly string[]): string | undefined {
  if (name === '') return t('Give it a name.');
  if (name.length > 100) return t('Use at most 100 characters.');
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*$/u.test(name) || name.endsWith('.'))
    return t('Use letters, digits, spaces, dots, hyphens and underscores, and start with a letter or digit.');
  const same = there.find((one) => one.toLowerCase() === name.toLowerCase());
  return same === undefined ? undefined : t('There is a recording "{0}" already.', same);
}
