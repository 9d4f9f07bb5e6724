import { UserError } from '../errors.ts';
import { t } from '../../webview/text.ts';

/** Sentences as one text, each with its full stop. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
    .map((sentence) => (/[.!?:…]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
}

/** `1 plugin`, `2 plugins`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What the user can do about an error; where it is none of the expected ones, the log is its evidence. */
export function adviceFor(error: unknown): string {
  return error instanceof UserError
    ? error.advice
    : t('This is a defect of Hotplug; please report it with the log.');
}
