import { isBag } from '../check.ts';
import type {
  FromRows,
  ResultDetail,
  ResultFound,
  ResultWindow,
  RowsRequestName,
  RowsRequests,
  ToRows,
} from '../protocol.ts';
import { t } from '../text.ts';

interface EditorApi {
  postMessage(message: FromRows): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

export type RowsState = Extract<ToRows, { type: 'state' }>;
type Request = Extract<FromRows, { type: 'request' }>;

/**
 * The page's side of the conversation. Of each kind of request one is under way; a newer one waits for its
 * answer and takes the place of one that waits already, which resolves to `undefined`.
 */
export interface RowsClient {
  ask<K extends RowsRequestName>(
    name: K,
    params: RowsRequests[K]['params'],
    plugin: string | undefined,
  ): Promise<RowsRequests[K]['result'] | undefined>;
  post(message: Exclude<FromRows, Request>): void;
  /** What was kept: never rows, only filters, columns, sizes. */
  restore(): Readonly<Record<string, unknown>>;
  save(state: Readonly<Record<string, unknown>>): void;
  /** Whom to tell what is shown; the editor is told that the page is there. */
  listen(listener: (state: RowsState) => void): void;
}

interface Job {
  readonly message: (id: number) => Request;
  readonly settle: (result: unknown) => void;
  readonly fail: (error: Error) => void;
  readonly drop: () => void;
}

interface Lane {
  busy: { readonly id: number; readonly job: Job } | undefined;
  next: Job | undefined;
}

const checks: Readonly<Record<RowsRequestName, (value: unknown) => boolean>> = {
  window: (value) => value === undefined || isWindow(value),
  find: (value): value is ResultFound => isBag(value),
  detail: (value): value is ResultDetail => isBag(value) && isBag(value['row']) && isBag(value['bytes']),
};

/** Connects the page; call it once. */
export function connectRows(): RowsClient {
  const editor = acquireVsCodeApi();
  const lanes = new Map<RowsRequestName, Lane>();
  let lastId = 0;
  let listener: ((state: RowsState) => void) | undefined;

  function start(lane: Lane, job: Job): void {
    lastId += 1;
    lane.busy = { id: lastId, job };
    editor.postMessage(job.message(lastId));
  }

  function finish(lane: Lane): void {
    lane.busy = undefined;
    const { next } = lane;
    lane.next = undefined;
    if (next !== undefined) start(lane, next);
  }

  function settle(response: Extract<ToRows, { type: 'response' }>): void {
    for (const lane of lanes.values()) {
      if (lane.busy?.id !== response.id) continue;
      const { job } = lane.busy;
      finish(lane);
      if (response.ok) job.settle(response.result);
      else job.fail(new Error(response.message));
      return;
    }
  }

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = event.data;
    if (!isToRows(message)) return;
    if (message.type === 'response') settle(message);
    else listener?.(message);
  });
  // Answers that were sent while the page was hidden are lost, so nothing waits for them.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    for (const lane of lanes.values()) {
      lane.busy?.job.drop();
      lane.next?.drop();
      lane.busy = undefined;
      lane.next = undefined;
    }
    editor.postMessage({ type: 'ready' });
  });

  return {
    ask: (name, params, plugin) =>
      new Promise((resolve, reject) => {
        const lane = lanes.get(name) ?? { busy: undefined, next: undefined };
        lanes.set(name, lane);
        const job: Job = {
          // The name and its parameters belong together.
          message: (id) =>
            ({ type: 'request', id, name, params, ...(plugin === undefined ? {} : { plugin }) }) as Request,
          settle: (result) => {
            if (checks[name](result)) resolve(result as RowsRequests[typeof name]['result']);
            else
              reject(
                new Error(t('The editor sent an answer that is not understood. Close and reopen the panel.')),
              );
          },
          fail: reject,
          drop: () => resolve(undefined),
        };
        if (lane.busy === undefined) start(lane, job);
        else {
          lane.next?.drop();
          lane.next = job;
        }
      }),
    post: (message) => editor.postMessage(message),
    restore: () => {
      const state = editor.getState();
      return isBag(state) ? state : {};
    },
    save: (state) => editor.setState(state),
    listen: (one) => {
      listener = one;
      editor.postMessage({ type: 'ready' });
    },
  };
}

function isWindow(value: unknown): value is ResultWindow {
  return (
    isBag(value) &&
    typeof value['total'] === 'number' &&
    typeof value['matching'] === 'number' &&
    Array.isArray(value['rows']) &&
    Array.isArray(value['columns'])
  );
}

function isToRows(value: unknown): value is ToRows {
  if (!isBag(value)) return false;
  if (value['type'] === 'response') return typeof value['id'] === 'number';
  return value['type'] === 'state' && typeof value['count'] === 'number' && Array.isArray(value['plugins']);
}
