import { isBag, isResult, isToPanel } from './check.ts';
import type { Connection, Listener } from './connection.ts';
import type { FromPanel, ToPanel } from './protocol.ts';
import { t } from './text.ts';

export type * from './connection.ts';

interface EditorApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** An answer that takes longer is taken for lost once there is something newer to ask, in ms. */
const lostAfter = 10_000;

interface Job {
  readonly message: (id: number) => FromPanel;
  readonly settle: (result: unknown) => void;
  readonly fail: (message: string) => void;
  readonly drop: () => void;
}

interface Channel {
  busy: { readonly id: number; readonly job: Job; readonly since: number } | undefined;
  next: Job | undefined;
}

/** Connects the page; call it once. */
export function connect(): Connection {
  const editor = acquireVsCodeApi();
  const listeners: Listener[] = [];
  const channels = new Map<string, Channel>();
  let lastId = 0;

  function start(channel: Channel, job: Job): void {
    lastId += 1;
    channel.busy = { id: lastId, job, since: performance.now() };
    editor.postMessage(job.message(lastId));
  }

  function finish(channel: Channel): void {
    channel.busy = undefined;
    const next = channel.next;
    channel.next = undefined;
    if (next !== undefined) start(channel, next);
  }

  function ask<T>(
    name: string,
    check: (value: unknown) => value is T,
    message: (id: number) => FromPanel,
  ): Promise<T | undefined> {
    const channel = channels.get(name) ?? { busy: undefined, next: undefined };
    channels.set(name, channel);
    return new Promise((resolve, reject) => {
      const job: Job = {
        message,
        settle: (result) => {
          if (check(result)) resolve(result);
          else
            reject(
              new Error(t('The editor sent an answer that is not understood. Close and reopen the panel.')),
            );
        },
        fail: (text) => reject(new Error(text)),
        drop: () => resolve(undefined),
      };
      if (channel.busy !== undefined && performance.now() - channel.busy.since > lostAfter) {
        channel.busy.job.drop();
        channel.busy = undefined;
      }
      if (channel.busy === undefined) start(channel, job);
      else {
        channel.next?.drop();
        channel.next = job;
      }
    });
  }

  function settle(response: Extract<ToPanel, { type: 'response' }>): void {
    for (const channel of channels.values()) {
      if (channel.busy?.id !== response.id) continue;
      const { job } = channel.busy;
      finish(channel);
      if (response.ok) job.settle(response.result);
      else job.fail(response.message);
      return;
    }
  }

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = event.data;
    if (!isToPanel(message)) return;
    if (message.type === 'response') settle(message);
    else for (const listener of listeners) tell(listener, message);
  });

  // Answers that were sent while the page was hidden are lost, so nothing waits for them.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    for (const channel of channels.values()) {
      channel.busy?.job.drop();
      finish(channel);
    }
    editor.postMessage({ type: 'ready' });
  });

  const kept = (): Readonly<Record<string, unknown>> => {
    const state = editor.getState();
    return isBag(state) ? state : {};
  };

  return {
    client: (name, listener) => {
      listeners.push(listener);
      return {
        ask: (request, params, channel = request) =>
          ask(
            `${name} ${channel}`,
            (value) => isResult(request, value),
            // TypeScript does not see that a name and its params belong together.
            (id) => ({ type: 'request', id, name: request, params }) as FromPanel,
          ),
        post: (message) => {
          editor.postMessage(message);
          if (message.type !== 'select') return;
          for (const other of listeners) if (other !== listener) other.reveal?.(message.record);
        },
        restore: () => {
          const own = kept()[name];
          return isBag(own) ? own : {};
        },
        save: (state) => editor.setState({ ...kept(), [name]: state }),
      };
    },
    ready: () => editor.postMessage({ type: 'ready' }),
  };
}

function tell(listener: Listener, message: Exclude<ToPanel, { type: 'response' }>): void {
  switch (message.type) {
    case 'state':
      listener.state?.(message);
      break;
    case 'reveal':
      listener.reveal?.(message.record);
      break;
    case 'recording':
      listener.recording?.(message);
      break;
    case 'problem':
      listener.problem?.(message);
      break;
    case 'notes':
      listener.notes?.(message);
      break;
    case 'settings':
      listener.settings?.(message);
      break;
    case 'do':
      listener.do?.(message.action);
      break;
    case 'comparison':
      listener.comparison?.(message);
      break;
  }
}
