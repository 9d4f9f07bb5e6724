import { ownVersion } from '../assets.ts';

/** The transpiler that is bundled; package.json pins it. */
export const JCO_VERSION = '0.15.0';

/** Versions of everything that a plugin runs in, as a recording names them. */
export function toolVersions(): Readonly<Record<string, string>> {
  return {
    hotplug: ownVersion(),
    jco: JCO_VERSION,
    node: process.version,
    v8: process.versions.v8,
  };
}
