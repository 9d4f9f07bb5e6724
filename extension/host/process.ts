/**
 * The host process: forked by the editor with VS Code's own binary, driven by messages. Its one
 * argument is JSON: where recordings and transpiled components go, and how many bytes of recordings
 * are kept. It ends with its parent.
 */
import { adviceOf, messageOf } from '../errors.ts';
import { trimCodeCache } from './code-cache.ts';
import { createLocalHost } from './local.ts';
import type { FromHost, HostEventName, HostRequestName, HostRequests, ToHost } from './protocol.ts';

interface ProcessOptions {
  readonly recordingFolder: string;
  readonly cacheFolder: string;
  readonly recordingBudget?: number;
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
    const { recordingFolder, cacheFolder } = value;
    const budget = 'recordingBudget' in value ? value.recordingBudget : undefined;
    return {
      recordingFolder,
      cacheFolder,
      ...(typeof budget === 'number' && budget > 0 ? { recordingBudget: budget } : {}),
    };
  }
  throw new Error('the host process needs {recordingFolder, cacheFolder} as its argument');
}

function send(message: FromHost): void {
  process.send?.(message);
}

const options = optionsOf(process.argv[2]);
const host = await createLocalHost(options);

/** All of them; the type says where one is missing. */
const events: Readonly<Record<HostEventName, true>> = {
  status: true,
  removed: true,
  replayed: true,
  replaying: true,
  grew: true,
  recording: true,
  bus: true,
  telemetry: true,
  debug: true,
  log: true,
};
for (const event of Object.keys(events) as HostEventName[]) {
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
void trimCodeCache(options.cacheFolder);
