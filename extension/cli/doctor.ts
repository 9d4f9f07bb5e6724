import { resolve } from 'node:path';
import { toolchains } from '../toolchains/index.ts';
import { commandsHere } from '../toolchains/install.ts';
import type { Tool } from '../toolchains/toolchain.ts';
import { command, ExitCode } from './command.ts';
import type { Output } from './output.ts';

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Lists the tools of every language: whether each is there, and how to install it.',
  arguments: [{ name: 'folder', description: 'A project whose own tools (node_modules) count, too.' }],
  flags: {},
  values: {},
  async run(args, output) {
    const typed = args.at(0);
    const folder = typed === undefined ? undefined : resolve(typed);
    const languages = await Promise.all(
      Object.values(toolchains).map(async (toolchain) => {
        const tools = await toolchain.tools(folder);
        return {
          language: toolchain.id,
          title: toolchain.title,
          complete: tools.every((tool) => tool.found),
          tools,
        };
      }),
    );
    for (const { title, complete, tools } of languages) {
      output.say(
        `${output.style('bold', title)}: ${complete ? output.style('green', 'ready') : output.style('yellow', 'incomplete')}`,
      );
      for (const tool of tools) sayTool(tool, output);
    }
    const ok = languages.some(({ complete }) => complete);
    if (!ok) output.say('No language is ready: install the tools of one of them.');
    output.result({ ok, node: process.version, languages });
    return ok ? ExitCode.fine : ExitCode.failed;
  },
});

function sayTool(tool: Tool, output: Output): void {
  const mark = tool.found ? output.style('green', '+') : output.style('red', '-');
  const where = tool.found
    ? [tool.version, tool.path].filter((part) => part !== undefined).join(', ')
    : 'not found';
  output.say(`  ${mark} ${tool.name}: ${where} (for ${tool.neededBy})`);
  if (tool.found) return;
  commandsHere(tool.install).forEach((way, index) =>
    output.say(`      ${index === 0 ? 'install it with' : 'or with'}: ${way}`),
  );
}
