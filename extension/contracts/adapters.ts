import type { AdapterFactory } from '../host/adapter.ts';
import { byteSourceAdapter, parserAdapter } from './chipmunk/adapter.ts';
import { customAdapter } from './custom/adapter.ts';
import { extismAdapter } from './extism/adapter.ts';
import { holomushAdapter } from './holomush/adapter.ts';
import { streamkitAdapter } from './streamkit/adapter.ts';

/** The halves of the contracts that run inside a plugin's worker, by the contract's id. */
export const adapters: Readonly<Record<string, AdapterFactory>> = {
  streamkit: streamkitAdapter,
  'chipmunk-parser': parserAdapter,
  'chipmunk-bytesource': byteSourceAdapter,
  holomush: holomushAdapter,
  extism: extismAdapter,
  custom: customAdapter,
};
