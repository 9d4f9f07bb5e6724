import { Reader } from './reader.ts';
import { readSections } from './sections.ts';

const FUNCTION_NAMES = 1;

/**
 * Function names of a core module by function index (imports count first), mangled as they are in its
 * `name` section. Empty where it has none; as far as it can be read where it is damaged, since the
 * specification lets nobody refuse a module over it.
 */
export function functionNames(module: Uint8Array, file = 'the module'): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const section = readSections(module, file).find(({ name }) => name === 'name');
  if (!section) return names;
  const reader = new Reader(module, file, section.dataStart, section.end);
  try {
    while (!reader.done) {
      const id = reader.u8();
      const size = reader.uleb32();
      const start = reader.skip(size);
      if (id !== FUNCTION_NAMES) continue;
      const entries = new Reader(module, file, start, start + size);
      for (let left = entries.uleb32(); left > 0; left--) names.set(entries.uleb32(), entries.name());
    }
  } catch {
    return names;
  }
  return names;
}
