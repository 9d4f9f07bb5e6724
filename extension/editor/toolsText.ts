import { missingTools, systemTitles, waysFor, type System } from '../toolchains/install.ts';
import type { Tool } from '../toolchains/toolchain.ts';
import { t } from '../../webview/text.ts';

/** One line: what is missing, or what is there. */
export function toolsText(tools: readonly Tool[]): string {
  const missing = missingTools(tools);
  if (missing.length > 0) return t('Missing: {0}', missing.map((tool) => tool.name).join(', '));
  const found = tools.filter((tool) => tool.found);
  return found.length === 0 ? t('Needs nothing else') : found.map(toolText).join(', ');
}

/** `cargo 1.90.0`; a version that begins with the tool's name is not written twice. */
export function toolText(tool: Tool): string {
  const { name, version } = tool;
  if (version === undefined || version === '') return name;
  return version.toLowerCase().startsWith(name.toLowerCase()) ? version : `${name} ${version}`;
}

/** A tool as an entry of a list. */
export interface ToolEntry {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

export function toolEntry(tool: Tool, system: System | undefined): ToolEntry {
  const { name, found, optional, problem, version = '', path, range, neededBy } = tool;
  const use = t('for {0}', `${neededBy}${range === undefined ? '' : ` (${range})`}`);
  if (found) {
    return {
      label: `$(check) ${name}`,
      description: version,
      detail: [path, use].filter((text) => text !== undefined).join(' — '),
    };
  }
  const [best] = waysFor(tool.install, system);
  return {
    label: `$(${optional === true ? 'circle-outline' : 'warning'}) ${name}`,
    description:
      problem === undefined
        ? optional === true
          ? t('missing, not needed')
          : t('missing')
        : t('does not do'),
    detail: [problem, use, best?.command].filter((text) => text !== undefined).join(' — '),
  };
}

/** Something to do about a missing tool. */
export interface ToolAction {
  readonly kind: 'run' | 'copy';
  readonly command: string;
  readonly label: string;
  readonly description: string;
}

/** What can be done about a missing tool: each of its commands run in a terminal, or copied. */
export function toolActions({ install }: Tool, system: System | undefined): readonly ToolAction[] {
  const ways = waysFor(install, system);
  const where = (on: keyof typeof systemTitles): string =>
    on === 'any' || on === system ? '' : t('for {0}', systemTitles[on]);
  return [
    ...ways.map(({ command, on }): ToolAction => ({
      kind: 'run',
      command,
      label: `$(terminal) ${t('Run in a terminal: {0}', command)}`,
      description: where(on),
    })),
    ...ways.map(({ command, on }): ToolAction => ({
      kind: 'copy',
      command,
      label: `$(copy) ${t('Copy: {0}', command)}`,
      description: where(on),
    })),
  ];
}
