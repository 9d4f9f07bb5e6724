import type { Lifecycle } from './record.ts';

const FAILED: readonly string[] = ['failed', 'reload-failed', 'build-failed'] satisfies Lifecycle['change'][];

/** Whether a lifecycle record with this name is of something that went wrong. */
export function isFailure(change: string): boolean {
  return FAILED.includes(change);
}

/** What a lifecycle record's payload says, with what can be read of it where it is not as it should be. */
export interface LifecycleText extends Omit<Lifecycle, 'change' | 'report'> {
  readonly report?: Readonly<Record<string, unknown>>;
}

export function decodeLifecycle(payload: Uint8Array): LifecycleText {
  const json = new TextDecoder().decode(payload);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // Not what we wrote; better shown as it is than not at all.
    return { text: json };
  }
  if (!isObject(parsed)) return { text: json };
  const { text, artifact, runner, producers, params, rebuilt, began, durationMs, report } = parsed;
  return {
    text: typeof text === 'string' ? text : '',
    ...(typeof artifact === 'string' ? { artifact } : {}),
    ...(typeof runner === 'string' ? { runner } : {}),
    ...(Array.isArray(producers)
      ? { producers: producers.filter((producer) => typeof producer === 'string') }
      : {}),
    ...(typeof params === 'string' || params === null ? { params } : {}),
    ...(typeof rebuilt === 'number' ? { rebuilt } : {}),
    ...(typeof began === 'string' ? { began } : {}),
    ...(typeof durationMs === 'number' ? { durationMs } : {}),
    ...(isObject(report) ? { report } : {}),
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
