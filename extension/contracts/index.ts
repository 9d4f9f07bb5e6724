import type { Contract } from '../host/contract.ts';
import { chipmunkByteSource, chipmunkParser } from './chipmunk/index.ts';
import { custom } from './custom/index.ts';
import { extism } from './extism/index.ts';
import { holomush } from './holomush/index.ts';
import { streamkit } from './streamkit/index.ts';

/** Every contract by its id. Adding one is adding its folder and a line here and in adapters.ts. */
export const contracts: Readonly<Record<string, Contract>> = {
  streamkit,
  [chipmunkParser.id]: chipmunkParser,
  [chipmunkByteSource.id]: chipmunkByteSource,
  holomush,
  extism,
  custom,
};
