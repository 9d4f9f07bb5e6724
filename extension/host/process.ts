/**
 * The host process: forked by the editor with VS Code's own binary, driven by messages. Its one
 * argument is JSON: where recordings and transpiled components go. It ends with its parent.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adviceOf, messageOf } from '../errors.ts';
import { keepWithin, LIVE_BUDGET } from '../recording/budget.ts';
import { createLocalHost } from './local.ts';
import type { FromHost, HostRequestName, HostRequests, ToHost } from './protocol.ts';

interface ProcessOptions {
  readonly recordingFolder: string;
  readonly cacheFolder: string;
}

function optionsOf(text: string | undefined): ProcessOptions {
  const value: unknown = JSON.parse(text ?? '{}');
  if (
    typeof value === 'object' &&
    value !== null &&
    'recordingFolder' in value &&
    'cacheFolder' in value &&
    typeof value.recordingFolder === 'string' &&
    typeof value.cacheFolder === 'string'
  ) {
    return { recordingFolder: value.recordingFolder, cacheFolder: value.cacheFolder };
  }
  throw new Error('the host process needs {recordingFolder, cacheFolder} as its argument');
}

function send(message: FromHost): void {
  process.send?.(message);
}

const options = optionsOf(process.argv[2]);
mkdirSync(options.recordingFolder, { recursive: true });
// A recording that cannot be removed is no reason not to start.
await keepWithin(options.recordingFolder, LIVE_BUDGET).catch(() => undefined);
const stamp = new Date().toISOString().replace(/[:.]/g, '-');
const host = await createLocalHost({
  recording: join(options.recordingFolder, `${stamp}-${process.pid}.hotplug.mcap`),
  cacheFolder: options.cacheFolder,
});

for (const event of ['status', 'removed', 'grew', 'log'] as const) {
  host.on(event, (data) => {
    send({ event, data } as FromHost);
  });
}

function run<K extends HostRequestName>(
  request: K,
  params: HostRequests[K]['params'],
): Promise<HostRequests[K]['result']> {
  return host.request(request, params);
}

process.on('message', ({ id, request, params }: ToHost) => {
  void (async () => await run(request, params))().then(
    (result) => {
      send({ id, ok: true, result });
    },
    (error: unknown) => {
      send({
        id,
        ok: false,
        message: messageOf(error),
        advice: adviceOf(error, 'the log'),
      });
    },
  );
});
process.on('disconnect', () => {
  void host.dispose().finally(() => process.exit(0));
});
send({ ready: true });
