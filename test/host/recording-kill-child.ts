/**
 * The process that is killed: records a plugin that gets 1,000 events a second, and tells which one
 * was answered last as soon as it knows. Arguments: the recording's file, the component.
 */
import { join } from 'node:path';
import { createLocalHost } from '../../extension/host/local.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';

const [recording, path = ''] = process.argv.slice(2);
const host = await createLocalHost({ cacheFolder: join(root, '.cache', 'transpiled'), recording });
const project = {
  folder: join(root, 'test'),
  name: 'killed',
  contract: 'streamkit',
  language: 'rust',
  recognisedBy: 'test',
  config: {},
} as const;
const { id } = await host.request('start', { project, artifact: { kind: 'component', path } });

let seen = 0;
let told = 0;
/** Tells the number and the time of the newest answer. */
function tell(): void {
  const live = host.recording;
  let newest: { event: number; at: number } | undefined;
  for (; seen < live.count; seen++) {
    const { kind, event, time } = live.head(seen);
    if (kind === RecordKind.call && event > told) newest = { event, at: time };
  }
  if (newest === undefined) return;
  told = newest.event;
  process.send?.(newest);
}

const began = performance.now();
let sent = 0;
setInterval(() => {
  const due = Math.floor(performance.now() - began);
  const events = Array.from({ length: due - sent }, () => ({
    pin: 'in',
    packet: { text: `echo ${++sent}` },
  }));
  void host.request('send', { plugin: id, events });
  tell();
}, 1);
