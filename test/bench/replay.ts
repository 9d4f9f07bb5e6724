/** How fast recorded events are replayed and compared: small ones, for a plugin in Rust. */
import { replayLife } from '../../extension/replay/replay.ts';
import { median, round } from './measure.ts';
import { record } from './recorded.ts';
import { buildTestPlugin } from '../testPlugin.ts';

const ROUNDS = 5;
const EVENTS = 20_000;
const TEXTS = ['echo a small event', 'count', 'echo another one'];

export interface ReplayFigures {
  /** From the first event to the last comparison, the instance made already. */
  readonly eventsPerSecond: number;
  /** A whole replay with its start: of 400 events, as after a reload, and of 1,000. */
  readonly ms: { readonly of400: number; readonly of1000: number };
  /** What the plugin itself takes for an event, in microseconds. */
  readonly callUs: number;
}

/** Runs the benchmark. */
export async function benchReplay(): Promise<ReplayFigures> {
  await using recorded = await record(await buildTestPlugin('small'), EVENTS, TEXTS);
  const rates: number[] = [];
  const calls: number[] = [];
  const short: number[] = [];
  const long: number[] = [];
  for (let index = 0; index <= ROUNDS; index++) {
    const whole = await timed(recorded.options, EVENTS);
    const of400 = await timed(recorded.options, 400);
    const of1000 = await timed(recorded.options, 1000);
    // The first round warms up.
    if (index === 0) continue;
    rates.push((EVENTS - 1000) / ((whole.ms - of1000.ms) / 1000));
    calls.push((whole.callMs * 1000) / EVENTS);
    short.push(of400.ms);
    long.push(of1000.ms);
  }
  return {
    eventsPerSecond: Math.round(median(rates)),
    ms: { of400: round(median(short), 1), of1000: round(median(long), 1) },
    callUs: round(median(calls), 2),
  };
}

async function timed(
  options: Parameters<typeof replayLife>[0],
  events: number,
): Promise<{ ms: number; callMs: number }> {
  const started = performance.now();
  const { report, execution } = await replayLife({ ...options, events });
  const ms = performance.now() - started;
  await execution[Symbol.asyncDispose]();
  if (report.events.same !== events)
    throw new Error(`${report.events.same} of ${events} events were the same`);
  return { ms, callMs: report.cost.replayed.callMs };
}
