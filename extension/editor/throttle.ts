/** Runs an action at most once per interval: at the first call, and once more at the end for the calls in between. */
export function throttled(action: () => void, intervalMs: number): { (): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const run = (): void => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, intervalMs);
    action();
  };
  return Object.assign(
    () => {
      again = true;
      if (timer === undefined) run();
    },
    {
      cancel() {
        clearTimeout(timer);
        timer = undefined;
        again = false;
      },
    },
  );
}
