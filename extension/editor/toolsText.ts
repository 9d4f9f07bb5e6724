import type { Tool } from '../toolchains/toolchain.ts';

export function missingTools(tools: readonly Tool[]): readonly Tool[] {
  return tools.filter((tool) => !tool.found);
}

/** One line: what is missing, or what is there. */
export function toolsText(tools: readonly Tool[]): string {
  const missing = missingTools(tools);
  if (missing.length > 0) return `Missing: ${missing.map((tool) => tool.name).join(', ')}`;
  if (tools.length === 0) return 'Needs nothing else';
  return tools.map(toolText).join(', ');
}

/** `cargo 1.90.0`; a version that begins with the tool's name is not written twice. */
export function toolText(tool: Tool): string {
  const { name, version } = tool;
  if (version === undefined || version === '') return name;
  return version.toLowerCase().startsWith(name.toLowerCase()) ? version : `${name} ${version}`;
}
