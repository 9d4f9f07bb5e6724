/** Calls of exports and what they gave, in WAVE: for plugins of the user's own WIT. */
import { contracts } from '../contracts/index.ts';
import { decodeCall, RecordKind, CallStatus, type Recording } from '../recording/record.ts';
import { printValue } from '../values/wave.ts';

/** A call that came back. */
export interface EndedCall {
  /** The export's whole name. */
  readonly name: string;
  readonly status: 'ok' | 'error' | 'trap';
  /** What it gave, in WAVE, whole; undefined where it gave nothing. */
  readonly result?: string;
  /** The text of its error. */
  readonly error?: string;
  readonly durationMs: number;
}

/** The calls of events in a recording, in their order; none of contracts whose exports give nothing. */
export function* callsIn(recording: Recording): Generator<EndedCall> {
  for (let index = 0; index < recording.count; index++) {
    const record = recording.at(index);
    if (record.kind !== RecordKind.call || record.event === 0) continue;
    const { status, text, durationMs } = decodeCall(record.payload);
    const contract = contracts[recording.info.plugins[record.plugin]?.contract ?? ''];
    const result = contract?.values(record)?.result;
    yield {
      name: record.name,
      status: status === CallStatus.ok ? 'ok' : status === CallStatus.error ? 'error' : 'trap',
      ...(result === undefined ? {} : { result: printValue(result) }),
      ...(text === '' ? {} : { error: text }),
      durationMs,
    };
  }
}

/** One call in one line: `exercise → ok(["a"])`. */
export function callLine({ name, status, result, error }: EndedCall, width = Infinity): string {
  const said = status === 'ok' ? (result === undefined ? '' : ` → ${result}`) : ` failed: ${error ?? ''}`;
  const line = name + said;
  return line.length > width ? `${line.slice(0, width)}…` : line;
}
