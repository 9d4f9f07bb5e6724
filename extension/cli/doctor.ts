import { resolve } from 'node:path';
import { toolchains } from '../toolchains/index.ts';
import { missingTools, systemHere, systemTitles, waysFor } from '../toolchains/install.ts';
import { nodeTool } from '../toolchains/node.ts';
import type { Install, Tool } from '../toolchains/toolchain.ts';
import { command, ExitCode } from './command.ts';
import type { Output } from './output.ts';

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Lists the tools of every language: whether each is there, and how to install it.',
  arguments: [{ name: 'folder', description: 'A project whose own tools (node_modules, .venv) count, too.' }],
  flags: { all: 'Show the commands of every system, not only of this one, also of what is there.' },
  values: {},
  async run(args, output) {
    const typed = args.at(0);
    const folder = typed === undefined ? undefined : resolve(typed);
    const languages = await Promise.all(
      Object.values(toolchains).map(async (toolchain) => {
        const tools = await toolchain.tools(folder);
        const complete = missingTools(tools).length === 0;
        return { language: toolchain.id, title: toolchain.title, complete, tools };
      }),
    );
    const node = nodeTool();
    const all = args.flag('all');
    sayGroup(
      { title: 'Hotplug', complete: node.found || node.optional === true, tools: [node] },
      all,
      output,
    );
    for (const language of languages) sayGroup(language, all, output);
    const ok = languages.some(({ complete }) => complete);
    if (!ok) output.say('No language is ready: install the tools of one of them.');
    const system = systemHere();
    output.result({
      ok,
      ...(system === undefined ? {} : { system }),
      node: process.version,
      hotplug: [node],
      languages,
    });
    return ok ? ExitCode.fine : ExitCode.failed;
  },
});

interface Group {
  readonly title: string;
  readonly complete: boolean;
  readonly tools: readonly Tool[];
}

function sayGroup({ title, complete, tools }: Group, all: boolean, output: Output): void {
  const state = complete ? output.style('green', 'ready') : output.style('yellow', 'incomplete');
  output.say(`${output.style('bold', title)}: ${state}`);
  for (const tool of tools) sayTool(tool, all, output);
}

function sayTool(tool: Tool, all: boolean, output: Output): void {
  const { name, found, optional, problem, version, path, range, neededBy } = tool;
  const mark = found
    ? output.style('green', '+')
    : output.style(optional === true ? 'yellow' : 'red', optional === true ? 'o' : '-');
  const there = [version, path].filter((part) => part !== undefined).join(', ');
  const missing = optional === true ? 'not found, and not needed' : 'not found';
  output.say(`  ${mark} ${name}: ${found ? there : (problem ?? missing)}`);
  output.say(output.style('dim', `      for ${neededBy}${range === undefined ? '' : ` (${range})`}`));
  if (!found || all) sayWays(tool.install, all, output);
}

function sayWays(install: readonly Install[], all: boolean, output: Output): void {
  const system = systemHere();
  const ways = all ? install : waysFor(install, system);
  ways.forEach(({ on, command: way }, index) => {
    const lead = index === 0 ? 'install it with' : 'or with';
    // Commands of another system are only the next best.
    const where = on === 'any' || (!all && on === system) ? '' : ` (${systemTitles[on]})`;
    output.say(`      ${lead}${where}: ${way}`);
  });
}
