import type { EventJson } from '../host/contract.ts';
import type { InputSpec } from '../project/project.ts';
import { t } from '../../webview/text.ts';

/** Bytes written as hexadecimal digits or as base64 text; the message says what is wrong with it. */
export function parseBytes(
  text: string,
): { readonly base64: string; readonly length: number } | { readonly problem: string } {
  const compact = text
    .trim()
    .replace(/^0x/i, '')
    .replace(/[\s,:]+/g, '');
  if (compact === '')
    return { problem: t('Write the bytes as hexadecimal digits (00 ff 10) or as base64 text.') };
  if (/^[0-9a-f]+$/i.test(compact)) {
    if (compact.length % 2 !== 0) return { problem: t('A hexadecimal byte has two digits; one is missing.') };
    return { base64: Buffer.from(compact, 'hex').toString('base64'), length: compact.length / 2 };
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    return { problem: t('This is neither hexadecimal nor base64 with its padding.') };
  }
  return { base64: compact, length: Buffer.from(compact, 'base64').length };
}

/** The problem of a text that should be JSON, or undefined. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return t('This is not JSON: {0}', error instanceof Error ? error.message : String(error));
  }
}

export const textEvent = (pin: string, text: string): EventJson => ({ pin, packet: { text } });
export const binaryEvent = (pin: string, base64: string): EventJson => ({ pin, packet: { binary: base64 } });
export const customEvent = (pin: string, typeId: string, data: string): EventJson => {
  const parsed: unknown = JSON.parse(data);
  return { pin, packet: { custom: { typeId, data: parsed } } };
};

/** The input that a file is, by its name; undefined where the name does not say. */
export function inputOf(file: string, realTime: boolean): InputSpec | undefined {
  const name = file.toLowerCase();
  if (name.endsWith('.wav')) return { kind: 'wav', file, realTime };
  if (name.endsWith('.jsonl') || name.endsWith('.ndjson')) return { kind: 'jsonl', file, realTime };
  if (name.endsWith('.mcap')) return { kind: 'recording', file, realTime };
  return undefined;
}
