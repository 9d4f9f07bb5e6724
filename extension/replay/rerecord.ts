/** What a plugin does in a replay, as a life of its own: the new behaviour, accepted. */
import { UserError } from '../errors.ts';
import {
  headOf,
  CallStatus,
  RecordFlag,
  RecordKind,
  type RawRecord,
  type RecordedPlugin,
} from '../recording/record.ts';
import type { Execution } from './execution.ts';
import { outcomeOf } from './lives.ts';
import type { Replay } from './replay.ts';
import type { WrittenLife } from './written.ts';

/** The life that a replay's trace shows. Throws a UserError where it did not get to the end of the events. */
export function replayedLife({ report, execution }: Replay): WrittenLife {
  const { ended, events } = report;
  if (ended !== undefined && !isOutcome(report)) {
    const lost = events.notReplayed > 0 ? `, and ${events.notReplayed} events after it would be lost` : '';
    const when = ended.event === 0 ? 'before the first event' : `at event ${ended.event}`;
    throw new UserError(
      `${report.plugin} ended ${when}${lost}: ${ended.text}`,
      'Correct the plugin, or delete the recording and make another one.',
    );
  }
  const { life } = execution.options;
  const failure = ended?.text ?? failureOf(execution);
  return {
    plugin: life.plugin,
    recorded: pluginOf(execution),
    artifact: execution.hash,
    params: life.params,
    records: recordsOf(execution),
    end: failure === undefined ? { change: 'stopped', text: 'Stopped' } : { change: 'failed', text: failure },
  };
}

/** Whether the plugin ended with the last event: that is what it does, and nothing is lost. */
function isOutcome({ ended, events }: Replay['report']): boolean {
  const { reason } = ended ?? {};
  return events.notReplayed === 0 && (reason === 'error' || reason === 'trap' || reason === 'timeout');
}

/** How the last event failed: the instance may not have ended yet when a replay does. */
function failureOf(execution: Execution): string | undefined {
  const group = execution.group(execution.done - 1);
  const outcome = group === undefined ? undefined : outcomeOf(execution.trace, group);
  return outcome === undefined || outcome.status === CallStatus.ok ? undefined : outcome.text;
}

function pluginOf({ options, trace }: Execution): RecordedPlugin {
  const recorded = options.recording.info.plugins[options.life.plugin];
  const now = trace.info.plugins[0];
  if (now === undefined) throw new Error('the trace has no plugin');
  const { params: _, ...plugin } = now;
  return { ...plugin, ...(recorded?.params === undefined ? {} : { params: recorded.params }) };
}

/** The trace; what was redacted before still is. */
function* recordsOf({ trace, options: { recording, life } }: Execution): Generator<RawRecord> {
  let position = 0;
  for (let index = 0; index < trace.count; index++) {
    const record = trace.at(index);
    const event = record.kind === RecordKind.event ? life.events[position++] : undefined;
    const redacted = event === undefined ? 0 : headOf(recording, event).flags & RecordFlag.redacted;
    yield redacted === 0 ? record : { ...record, flags: record.flags | redacted };
  }
}
