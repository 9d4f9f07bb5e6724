/** A template's recording is of a plugin whose name is a placeholder. */
import { LiveRecording } from '../recording/live.ts';
import { openRecording } from '../recording/reader.ts';
import { decodeCall, encodeCall, RecordKind, type RawRecord } from '../recording/record.ts';

/**
 * Writes a recording again with other text in what plugins are called, say of themselves and what
 * became of them. What went into them and came out of them stays. Throws a UserError where a file
 * cannot be read or written.
 */
export async function rewriteRecording(
  from: string,
  to: string,
  replace: (text: string) => string,
): Promise<void> {
  using recording = await openRecording(from);
  const { contract, startedAt, tools, plugins } = recording.info;
  using written = new LiveRecording({ path: to, contract, startedAt, tools });
  for (const plugin of plugins) written.addPlugin({ ...plugin, name: replace(plugin.name) });
  for (let index = 0; index < recording.count; index++) {
    const record = recording.at(index);
    const { plugin, kind, name, time, event, flags, durationMs } = record;
    written.append(plugin, kind, name, time, event, flags, rewrite(record, replace), durationMs);
  }
  written.flush();
}

function rewrite({ kind, payload }: RawRecord, replace: (text: string) => string): Uint8Array {
  if (kind === RecordKind.lifecycle)
    return new TextEncoder().encode(replace(new TextDecoder().decode(payload)));
  if (kind !== RecordKind.call) return payload;
  const call = decodeCall(payload);
  return encodeCall({ ...call, text: replace(call.text) });
}
