const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_FOR_PARENT_MS = 1000;

/**
 * Aborts when the user or the system wants this process to end, or when the process that started
 * it is gone: a task of a killed editor must not go on building. A closed stdin says nothing of that.
 */
export function stopRequest(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const parent = process.ppid;
  const stop = (): void => {
    // Asked twice, it does not wait for a clean end.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const timer = setInterval(() => {
    if (isGone(parent)) controller.abort();
  }, LOOK_FOR_PARENT_MS);
  timer.unref();
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    dispose() {
      clearInterval(timer);
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

function isGone(parent: number): boolean {
  if (process.platform !== 'win32') return process.ppid !== parent;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
}

/** Resolves when the signal aborts, and keeps the process alive until then. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const alive = setInterval(() => undefined, 1 << 30);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}
