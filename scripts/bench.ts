/** `npm run bench -- NAME [--json]`: runs a benchmark and prints its figures as one JSON object on the last line. */
import { parseArgs } from 'node:util';

const benches: Readonly<Record<string, () => Promise<object>>> = {
  bus: async () => await (await import('../test/bench/bus.ts')).benchBus(),
  calls: async () => await (await import('../test/bench/calls.ts')).benchCalls(),
  languages: async () => await (await import('../test/bench/languages.ts')).benchLanguages(),
  parse: async () => await (await import('../test/bench/parse.ts')).benchParse(),
  record: async () => await (await import('../test/bench/record.ts')).benchRecord(),
  reload: async () => await (await import('../test/bench/reload.ts')).benchReload(),
  replay: async () => await (await import('../test/bench/replay.ts')).benchReplay(),
  step: async () => await (await import('../test/bench/step.ts')).benchStep(),
  timeline: async () => await (await import('../test/bench/timeline.ts')).benchTimeline(),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const [name] = positionals;
const bench = name === undefined ? undefined : benches[name];
if (bench === undefined) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json]`);
  process.exit(2);
}
const figures = await bench();
if (values.json !== true) console.log(JSON.stringify(figures, undefined, 2));
console.log(JSON.stringify(figures));
process.exit(0);
