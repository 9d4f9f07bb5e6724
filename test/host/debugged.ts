/** Tests of the debugger: a run of the test plugin is recorded and then debugged. */
import { test } from 'node:test';
import { RecordKind } from '../../extension/recording/record.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { DebugClient } from './debugging.ts';
import { matchGolden } from './golden.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
/** The component of the test plugin; without Rust there is none, and the tests are skipped. */
export const artifact = missing === undefined ? await buildTestPlugin('small') : '';

export type Packet = Readonly<Record<string, unknown>>;

/** What the plugin is told: texts, or whole packets. */
export type Told = readonly (string | Packet)[];

/** Records a run, then hands over a client of a session that is not launched yet. */
export function debugTest(
  name: string,
  told: Told,
  body: (client: DebugClient, hosted: Hosted) => Promise<void>,
): void {
  void test(name, async (t) => {
    if (missing !== undefined) {
      t.skip(missing);
      return;
    }
    await using hosted = await Hosted.create();
    await hosted.start({ kind: 'component', path: artifact });
    await hosted.send(...told.map((one) => (typeof one === 'string' ? { text: one } : one)));
    await hosted.reach('every event', ({ events, state }) => events >= told.length || state === 'failed');
    await hosted.settled();
    await using client = new DebugClient(hosted.host);
    await body(client, hosted);
  });
}

/** The same, with everything that was said compared with `golden/NAME.txt`. */
export function goldenTest(
  name: string,
  golden: string,
  told: Told,
  body: (client: DebugClient, hosted: Hosted) => Promise<void>,
): void {
  debugTest(name, told, async (client, hosted) => {
    await body(client, hosted);
    await client.request('disconnect', {});
    await matchGolden(golden, withoutCounters(client.transcript, hosted));
  });
}

/** Numbers of the live records but those of what the host counted: how many these are depends on the machine. */
export function liveRecords({ host: { recording } }: Hosted): readonly number[] {
  return Array.from({ length: recording.count }, (_, index) => index).filter(
    (index) => recording.at(index).kind !== RecordKind.counter,
  );
}

/** With places among those in place of the numbers. */
function withoutCounters(transcript: string, hosted: Hosted): string {
  const places = new Map(liveRecords(hosted).map((record, place) => [String(record), place]));
  return transcript.replace(
    /(recording: "live",?\s+record: )(\d+)/g,
    (_, before: string, record: string) => `${before}${places.get(record) ?? record}`,
  );
}
