import type { RecordedPlugin, RecordingInfo } from './record.ts';

/** What a recording's Metadata records say, back as what they were made of; the writer has the other half. */

export type RecordingHead = Omit<RecordingInfo, 'plugins'>;

const TOOL = 'tool.';

/** Undefined where something is missing or is not a number. */
export function readRecordingHead(metadata: ReadonlyMap<string, string>): RecordingHead | undefined {
  const contract = metadata.get('contract');
  const startedAt = numberOf(metadata.get('startedAt'));
  if (contract === undefined || startedAt === undefined) return undefined;
  const tools = Object.fromEntries(
    [...metadata]
      .filter(([key]) => key.startsWith(TOOL))
      .map(([key, value]) => [key.slice(TOOL.length), value]),
  );
  return { version: metadata.get('version') === '1' ? 1 : 2, contract, startedAt, tools };
}

/** Undefined where something is missing or is not a number. */
export function readPlugin(
  metadata: ReadonlyMap<string, string>,
): { readonly index: number; readonly plugin: RecordedPlugin } | undefined {
  const index = numberOf(metadata.get('index'));
  const name = metadata.get('name');
  const contract = metadata.get('contract');
  const language = metadata.get('language');
  const memoryBytes = numberOf(metadata.get('memoryBytes'));
  const deadlineMs = numberOf(metadata.get('deadlineMs'));
  const params = metadata.get('params');
  if (index === undefined || name === undefined || contract === undefined || language === undefined)
    return undefined;
  if (memoryBytes === undefined || deadlineMs === undefined) return undefined;
  const limits = { memoryBytes, deadlineMs };
  return { index, plugin: { name, contract, language, limits, ...(params === undefined ? {} : { params }) } };
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
