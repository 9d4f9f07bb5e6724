/** The thread that prepares components; see prepare.ts. It answers requests in the order in which they come. */
import { parentPort } from 'node:worker_threads';
import { adviceOf, messageOf } from '../errors.ts';
import { prepareComponent, warmUp, type PreparedComponent, type PrepareRequest } from './prepare.ts';

export interface ToPreparer {
  readonly id: number;
  readonly request: PrepareRequest;
}

export type FromPreparer =
  | { readonly id: number; readonly ok: true; readonly prepared: PreparedComponent }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly advice: string };

const port = parentPort;
if (port === null) throw new Error('preparer.ts runs as a worker thread only');

// The first transpilation of a process takes some 400 ms longer than the next ones: spend them on an empty component.
void warmUp();

port.on('message', ({ id, request }: ToPreparer) => {
  void prepareComponent(request).then(
    (prepared) => port.postMessage({ id, ok: true, prepared } satisfies FromPreparer),
    (error: unknown) =>
      port.postMessage({
        id,
        ok: false,
        message: messageOf(error),
        advice: adviceOf(error, 'the plugin'),
      } satisfies FromPreparer),
  );
});
