import type { Toolchain } from './toolchain.ts';

/** Go. */
export const go: Toolchain = {
  id: 'go',
  title: 'Go',
  sources: [],
  outputs: [],
  recognise: () => Promise.resolve(undefined),
  tools: () => Promise.resolve([]),
  build: () => Promise.resolve({ ok: false, diagnostics: [], failure: 'not yet' }),
  definition: () => ({ start: /$^/g, rest: /$^/, literals: /$^/ }),
};
