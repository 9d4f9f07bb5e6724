/**
 * What jco's generated JavaScript depends on: everything of a component but the code in its core
 * modules. An ordinary edit changes only code, so the next build of a plugin finds its script made.
 */
import { createHash, type Hash } from 'node:crypto';
import { GLOBAL_EXPORT } from '../wasm/globals.ts';
import { ComponentSection, layerOf, readSections } from '../wasm/sections.ts';

/** SHA-256 in hex of the component without its core modules, and of the names that each of those imports and exports. */
export function skeletonHash(
  component: Uint8Array,
  modules: readonly WebAssembly.Module[],
  path: string,
): string {
  const hash = createHash('sha256');
  addLayer(hash, component, path);
  for (const module of modules) {
    const exports = WebAssembly.Module.exports(module).filter(({ name }) => !name.startsWith(GLOBAL_EXPORT));
    hash.update(JSON.stringify([WebAssembly.Module.imports(module), exports]));
  }
  return hash.digest('hex');
}

function addLayer(hash: Hash, bytes: Uint8Array, path: string): void {
  for (const { id, payloadStart, end } of readSections(bytes, path)) {
    hash.update(Uint8Array.of(id));
    const payload = bytes.subarray(payloadStart, end);
    if (id === ComponentSection.component && layerOf(payload, path) === 'component')
      addLayer(hash, payload, path);
    else if (id !== ComponentSection.module && id !== ComponentSection.custom) {
      hash.update(Uint32Array.of(payload.length));
      hash.update(payload);
    }
  }
}
