/** The fields that a filter can ask about, and what can be written for each. */
import type { LogLevel, RowKind } from '../query.ts';
import type { AmountField, FieldName, FilterStatus, PatternField } from './filter.ts';

export interface FieldInfo {
  readonly name: FieldName;
  /** Other names for it. */
  readonly aliases: readonly string[];
  /** In one line. */
  readonly explanation: string;
  /** What a value may be, for messages: `one of ok, error, trap`. */
  readonly example: string;
}

/** A value of a fixed set. */
export interface FixedValue<T extends string> {
  readonly value: T;
  readonly explanation: string;
  /** Other spellings of it. */
  readonly aliases?: readonly string[];
}

export const FIELDS: readonly FieldInfo[] = [
  { name: 'plugin', aliases: [], explanation: 'Name of the plugin', example: 'plugin:gain' },
  { name: 'kind', aliases: [], explanation: 'What happened', example: 'kind:call' },
  {
    name: 'fn',
    aliases: ['name', 'pin', 'function'],
    explanation: 'Pin, export, import or change',
    example: 'fn:process',
  },
  { name: 'status', aliases: [], explanation: 'How it ended', example: 'status:error' },
  { name: 'duration', aliases: ['took'], explanation: 'How long it took', example: 'duration:>2ms' },
  { name: 'level', aliases: [], explanation: 'Severity of a line, or worse', example: 'level:warn' },
  { name: 'event', aliases: [], explanation: 'Number of the event that it belongs to', example: 'event:17' },
  { name: 'time', aliases: [], explanation: "Time since the recording's start", example: 'time:1s..2s' },
  { name: 'size', aliases: [], explanation: 'Bytes of what was recorded', example: 'size:>1kib' },
  { name: 'type', aliases: [], explanation: "Type of the plugin's telemetry", example: 'type:vad.*' },
  { name: 'turn', aliases: [], explanation: 'Turn that telemetry belongs to', example: 'turn:t-1' },
  {
    name: 'correlation',
    aliases: [],
    explanation: 'Correlation that telemetry belongs to',
    example: 'correlation:c-1',
  },
  { name: 'span', aliases: [], explanation: 'Span that telemetry belongs to', example: 'span:s-1' },
  {
    name: 'payload',
    aliases: ['data'],
    explanation: 'Text anywhere in what was recorded, also where a row does not show it',
    example: 'payload:"two words"',
  },
];

export const KINDS: readonly FixedValue<RowKind>[] = [
  { value: 'event', explanation: 'An input of the plugin' },
  { value: 'call', explanation: 'An export call that came back', aliases: ['export'] },
  {
    value: 'hostCall',
    explanation: 'An import call that the plugin made',
    aliases: ['host-call', 'host', 'import'],
  },
  { value: 'effect', explanation: 'A host call that leaves the plugin: a packet, an emitted event' },
  { value: 'telemetry', explanation: "The plugin's own telemetry" },
  { value: 'log', explanation: 'A line of the log, stdout or stderr' },
  { value: 'lifecycle', explanation: 'A load, reload, failure or end' },
];

export const STATUSES: readonly FixedValue<FilterStatus>[] = [
  { value: 'error', explanation: 'It failed, in whatever way', aliases: ['failed'] },
  { value: 'trap', explanation: 'It ended in a trap' },
  { value: 'ok', explanation: 'It did not fail' },
];

/** From the least severe on. */
export const LEVELS: readonly FixedValue<LogLevel>[] = [
  { value: 'trace', explanation: 'Every line' },
  { value: 'debug', explanation: 'debug, info, warn and error' },
  { value: 'info', explanation: 'info, warn and error' },
  { value: 'warn', explanation: 'warn and error', aliases: ['warning'] },
  { value: 'error', explanation: 'error alone' },
];

const AMOUNTS: readonly string[] = ['duration', 'time', 'size', 'event'] satisfies AmountField[];

export function isAmount(field: FieldName): field is AmountField {
  return AMOUNTS.includes(field);
}

export function isPatternField(field: FieldName): field is PatternField {
  return !isAmount(field) && fixedValues(field) === undefined;
}

/** The values of a field that has a fixed set of them. */
export function fixedValues(field: FieldName): readonly FixedValue<string>[] | undefined {
  if (field === 'kind') return KINDS;
  if (field === 'status') return STATUSES;
  return field === 'level' ? LEVELS : undefined;
}

/** The field of this name, whatever its case. */
export function fieldNamed(name: string): FieldInfo | undefined {
  const lower = name.toLowerCase();
  return FIELDS.find((field) => field.name === lower || field.aliases.includes(lower));
}

/** The value that this text means, whatever its case. */
export function fixedNamed<T extends string>(values: readonly FixedValue<T>[], text: string): T | undefined {
  const lower = text.toLowerCase();
  const found = values.find(
    ({ value, aliases }) => value.toLowerCase() === lower || aliases?.includes(lower) === true,
  );
  return found?.value;
}
