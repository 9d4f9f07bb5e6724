import { resolve } from 'node:path';
import { custom } from '../contracts/custom/index.ts';
import { functionsOf } from '../contracts/custom/world.ts';
import { contracts } from '../contracts/index.ts';
import type { ComponentInfo } from '../host/component.ts';
import { functionTypeText } from '../wasm/functions.ts';
import type { WitSide } from '../wit/model.ts';
import { signatureText } from '../wit/text.ts';
import { command, ExitCode, table } from './command.ts';
import { bytes } from './plugins-text.ts';
import { inspect, kindOf } from './target.ts';
import { UserError } from '../errors.ts';

export const inspectCommand = command({
  name: 'inspect',
  summary: 'Says what a component is: contract, world, imports, metadata, sizes, producers and problems.',
  arguments: [
    {
      name: 'plugin.wasm',
      description: 'A WebAssembly component, or a core module for Extism hosts.',
      required: true,
    },
  ],
  flags: {},
  values: {},
  async run(args, output) {
    const path = resolve(args.at(0) ?? '');
    if ((await kindOf(path)) === 'folder') {
      throw new UserError(
        `${path} is a folder`,
        'Give a component file; `hotplug build --release` says where it leaves one.',
      );
    }
    const { info, findings, metadata, contract } = await inspect(path);
    const known = contract === undefined ? undefined : contracts[contract];
    const world = known?.wit === undefined ? metadata?.kind : `${known.wit.package} ${known.wit.world}`;
    const rows: [string, string][] = [
      ['file', info.path],
      ['contract', known ? `${known.title} (${known.id})` : 'none that Hotplug knows'],
      ...(world === undefined ? [] : [['world', world] satisfies [string, string]]),
      ['kind', metadata?.kind ?? 'unknown'],
      ['size', bytes(info.bytes)],
      ['sha256', info.hash],
      ...sidesOf(info, contract),
      ['producers', info.producers.join('\n') || 'none named'],
      ['modules', info.modules.map(moduleLine).join('\n') || 'none'],
    ];
    if (metadata?.raw !== undefined) {
      rows.push(
        ['inputs', metadata.inputs.join(', ') || 'none'],
        ['outputs', metadata.outputs.join(', ') || 'none'],
      );
      rows.push(['metadata', JSON.stringify(metadata.raw, undefined, 1)]);
    }
    output.say(
      table(
        rows.flatMap(([name, value]) =>
          value.split('\n').map((line, index): [string, string] => [index === 0 ? name : '', line]),
        ),
      ),
    );
    for (const { severity, message, advice } of findings) {
      output.say(`${output.style(severity === 'error' ? 'red' : 'yellow', `${severity}:`)} ${message}`);
      output.say(`  what to do: ${advice}`);
    }
    const ok = !findings.some(({ severity }) => severity === 'error');
    output.result({ ok, contract, world: known?.wit?.world ?? world, component: info, metadata, findings });
    return ok ? ExitCode.fine : ExitCode.failed;
  },
});

/** Interfaces; of a world of the user's own their functions, because nobody else says what those are. */
function sidesOf(
  { imports, exports, wit, core }: ComponentInfo,
  contract: string | undefined,
): readonly [string, string][] {
  if (core !== undefined) {
    return [
      [
        'imports',
        core.imports.map((one) => `${one.module}#${one.name} ${functionTypeText(one)}`).join('\n') || 'none',
      ],
      ['exports', core.exports.map((one) => `${one.name} ${functionTypeText(one)}`).join('\n') || 'none'],
    ];
  }
  const functions = (side: WitSide): readonly string[] =>
    functionsOf(side).map((one) => `${one.name}${signatureText(one.function)}`);
  const isOwn = contract === custom.id;
  const given = isOwn ? [...functions(wit.imports), ...imports.filter((name) => WASI.test(name))] : imports;
  const made = isOwn ? functions(wit.exports) : exports;
  return [
    ['imports', given.join('\n') || 'none'],
    ['exports', made.join('\n') || 'none'],
  ];
}

/** What every plugin gets of WASI: the names of the interfaces say enough. */
const WASI = /^wasi:(?:cli|clocks|filesystem|io|random|sockets)\//;

function moduleLine(module: {
  readonly bytes: number;
  readonly memory?: { readonly minimumPages: number };
  readonly customSections: Readonly<Record<string, number>>;
}): string {
  const memory = module.memory ? `, memory ${bytes(module.memory.minimumPages * 65_536)}` : '';
  const debug = Object.keys(module.customSections).some((name) => name.startsWith('.debug_line'))
    ? ', with source lines'
    : '';
  const names = 'name' in module.customSections ? ', with function names' : '';
  return `${bytes(module.bytes)}${memory}${names}${debug}`;
}
