import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Install, Tool } from './toolchain.ts';

export type System = Exclude<Install['on'], 'any'>;

/** How people call the systems that there are commands for. */
export const systemTitles: Readonly<Record<Install['on'], string>> = {
  debian: 'Debian and Ubuntu',
  macos: 'macOS',
  windows: 'Windows',
  any: 'any system',
};

/**
 * The system whose commands work here; undefined for Linux that is not Debian's, for which Debian's are
 * the next best.
 */
export function systemHere(
  platform: NodeJS.Platform = process.platform,
  release: string = osRelease(),
): System | undefined {
  if (platform === 'darwin') return 'macos';
  if (platform === 'win32') return 'windows';
  return platform === 'linux' && /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(release)
    ? 'debian'
    : undefined;
}

/** The ways for a system, best first; where there are none for it, all that there are. */
export function waysFor(install: readonly Install[], system: System | undefined): readonly Install[] {
  const own = install.filter(({ on }) => on === 'any' || on === (system ?? 'debian'));
  return own.length > 0 ? own : install;
}

/** The commands for this machine, best first; those for all others where there are none for it. */
export function commandsHere(install: readonly Install[], system = systemHere()): readonly string[] {
  return waysFor(install, system).map(({ command }) => command);
}

/** What keeps a language from being complete: what works less well without it does not. */
export function missingTools(tools: readonly Tool[]): readonly Tool[] {
  return tools.filter(({ found, optional }) => !found && optional !== true);
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    // Only Linux has it.
    return '';
  }
}
