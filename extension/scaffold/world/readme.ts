import type { WitSide, WitWorld } from '../../wit/model.ts';

/** What differs between the languages' README files. */
export interface ReadmeRequest {
  readonly name: string;
  readonly world: WitWorld;
  /** `Rust` */
  readonly language: string;
  /** Markdown below "Build": what is needed and how to build. */
  readonly build: string;
  /** Markdown below "Change it": what is where, and what one has to know. */
  readonly change: string;
}

/** The README of a project for a world of the user's. */
export function worldReadme({ name, world, language, build, change }: ReadmeRequest): string {
  return `# ${name}

A component in ${language} for the world \`${world.name}\` of \`${world.package}\`, whose WIT is in \`wit/\`.

| | |
|---|---|
| exports | ${listed(world.exports)} |
| imports | ${listed(world.imports)} |

## Build

${build}

## Run

In VS Code, start the plugin from the Hotplug view. Its exports are called from forms, every save builds it again and swaps the new build in, and the trace shows each call and what the plugin asked of the host.

In a terminal:

\`\`\`sh
hotplug dev .        # build, host, reload on save
hotplug test .       # replay the recordings in recordings/ and compare
\`\`\`

## Change it

${change}
`;
}

function listed({ interfaces, functions }: WitSide): string {
  const names = [...interfaces, ...functions].map(({ name }) => `\`${name}\``);
  return names.length === 0 ? 'nothing' : names.join(', ');
}
