import process from 'node:process';
import type { Install } from './toolchain.ts';

const here: Readonly<Partial<Record<NodeJS.Platform, Install['on']>>> = {
  linux: 'debian',
  darwin: 'macos',
  win32: 'windows',
};

/** The commands for this kind of machine, best first; those for all others where there are none for it. */
export function commandsHere(
  install: readonly Install[],
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const own = install.filter(({ on }) => on === 'any' || on === here[platform]);
  return (own.length > 0 ? own : install).map(({ command }) => command);
}
