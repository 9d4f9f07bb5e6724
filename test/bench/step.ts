/**
 * How long a step back takes: to the host call before, with the instance's memory as it was then.
 * The plugin is brought into a kept state and run again up to the host call; the positions are spread
 * over the whole recording.
 */
import { Execution } from '../../extension/replay/execution.ts';
import { percentiles, round } from './measure.ts';
import { record } from './recorded.ts';
import { buildTestPlugin } from '../testPlugin.ts';

const EVENTS = 10_000;
const MILLION = 1_000_000;
const STEPS = 200;
const TEXTS = ['echo a small event', 'count', 'log 3'];

export interface StepFigures {
  /** In a recording of 10,000 events. */
  readonly stepBackMs: { readonly p50: number; readonly p95: number };
  /** The 95th percentile in one of 1,000,000 events. */
  readonly millionStepBackMs: number;
  /** Running that recording to its end first, in seconds. */
  readonly millionRunSeconds: number;
}

/** Runs the benchmark. */
export async function benchStep(): Promise<StepFigures> {
  const path = await buildTestPlugin('small');
  const small = await stepBack(path, EVENTS);
  const large = await stepBack(path, MILLION);
  return {
    stepBackMs: percentiles(small.times),
    millionStepBackMs: percentiles(large.times).p95,
    millionRunSeconds: round(large.runMs / 1000, 1),
  };
}

async function stepBack(path: string, events: number): Promise<{ times: number[]; runMs: number }> {
  await using recorded = await record(path, events, TEXTS);
  await using execution = await Execution.start({ ...recorded.options, checkpoints: true });
  const started = performance.now();
  await execution.advance(events);
  const runMs = performance.now() - started;
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    // Spread evenly, in an order that goes back and forth.
    const position = Math.floor((((step * 7919) % STEPS) / STEPS) * (events - 1));
    await execution.memoryAt({ position: position + 1, hostCall: 0 });
    const before = performance.now();
    const memory = await execution.memoryAt({ position, hostCall: 0 });
    times.push(performance.now() - before);
    if (memory === undefined) throw new Error(`there is no memory at event ${position}`);
  }
  return { times, runMs };
}
