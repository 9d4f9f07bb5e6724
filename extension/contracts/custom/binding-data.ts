/** What the worker is told of a project; apart from how it is found out, so that the worker loads little. */
import type { Binding } from '../../host/contract.ts';
import type { WitWorld } from '../../wit/model.ts';

/** What the worker's half is given. */
export interface CustomBinding extends Binding {
  readonly world: WitWorld;
  /** WAVE texts by the functions' whole names. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  /** Absolute path of the stub. */
  readonly stub?: string;
}

/** What the worker was sent. */
export function isCustomBinding(binding: Binding | undefined): binding is CustomBinding {
  return binding !== undefined && 'world' in binding && 'answers' in binding;
}
