import type { Toolchain } from './toolchain.ts';

/** Python. */
export const python: Toolchain = {
  id: 'python',
  title: 'Python',
  sources: [],
  outputs: [],
  recognise: () => Promise.resolve(undefined),
  tools: () => Promise.resolve([]),
  build: () => Promise.resolve({ ok: false, diagnostics: [], failure: 'not yet' }),
  definition: () => ({ start: /$^/g, rest: /$^/, literals: /$^/ }),
};
