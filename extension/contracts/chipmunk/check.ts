/** What Chipmunk refuses about a component when it is loaded, in its own order and words. */
import type { ComponentInfo } from '../../host/component.ts';
import type { Finding } from '../../host/contract.ts';
import { checkTypes } from '../drift.ts';

/** One of the two kinds of plugins, as the real host names it. */
export interface Kind {
  /** Id of the contract. */
  readonly contract: string;
  /** As the real host's messages have it. */
  readonly title: 'Parser' | 'Byte-Source';
  /** The interface that is exported, without version. */
  readonly interface: string;
}

export const PARSER: Kind = {
  contract: 'chipmunk-parser',
  title: 'Parser',
  interface: 'chipmunk:parser/parser',
};
export const BYTE_SOURCE: Kind = {
  contract: 'chipmunk-bytesource',
  title: 'Byte-Source',
  interface: 'chipmunk:bytesource/byte-source',
};

/** The plugin API, which is matched exactly. */
export const API_VERSION = '0.1.0';
const INTERFACES: ReadonlyMap<string, Kind> = new Map(
  [PARSER, BYTE_SOURCE].map((kind) => [kind.interface, kind]),
);
const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/;
const WASI = /^wasi:(cli|clocks|filesystem|io|random|sockets)\/[\w-]+@0\.2\.\d+$/;
const OURS = /^chipmunk:(shared|parser|bytesource)\//;

/** Findings about a component that is to be a plugin of this kind. */
export function check(component: ComponentInfo, kind: Kind): readonly Finding[] {
  const refused = refusal(component, kind);
  if (refused !== undefined) return [refused];
  return [...others(component, kind), ...checkImports(component), ...checkTypes(component, kind.contract)];
}

/** Only the first export counts. */
function refusal({ path, exports }: ComponentInfo, kind: Kind): Finding | undefined {
  const refuse = (why: string, advice: string): Finding => ({
    severity: 'error',
    message: `${path}: Plugins Host Error: Validating the plugin while loading failed. ${why}`,
    advice,
  });
  const implement = `Export ${kind.interface}@${API_VERSION}, and nothing before it.`;
  const [first] = exports;
  if (first === undefined)
    return refuse("Plugin binary metadata doesn't have exports information", implement);
  const [name = '', version] = first.split('@');
  if (version === undefined)
    return refuse(
      `Plugin package schema doesn't match \`wit\` file definitions (its first export is ${first})`,
      implement,
    );
  const found = INTERFACES.get(name);
  if (found === undefined) return refuse(`Unknown plugin interface name '${name}'`, implement);
  const parts = VERSION.exec(version)?.slice(1).map(Number);
  if (parts?.every((part) => part <= 0xffff) !== true)
    return refuse(`Plugin version parsing failed: ${version}`, `Export version ${API_VERSION}.`);
  if (found !== kind) {
    return refuse(
      `Invalid plugin type ${found.title}`,
      `Open it with the contract ${found.contract}, or export ${kind.interface}.`,
    );
  }
  if (version !== API_VERSION) {
    return refuse(
      `Plugin version ${parts.join('.')} is not supported`,
      `Build it against version ${API_VERSION} of the plugin API, which is the only one there is.`,
    );
  }
  return undefined;
}

function others({ path, exports }: ComponentInfo, kind: Kind): readonly Finding[] {
  if (exports.length <= 1) return [];
  return [
    {
      severity: 'info',
      message: `${path} exports ${exports.slice(1).join(', ')}, too; Chipmunk looks at ${kind.interface} alone, because it comes first.`,
      advice: 'Nothing needs to be done as long as it stays the first one.',
    },
  ];
}

function checkImports({ path, imports }: ComponentInfo): readonly Finding[] {
  return imports
    .filter((name) => !WASI.test(name) && !isOurs(name))
    .map((name) => ({
      severity: 'error',
      message: `${path} imports ${name}, which nothing provides: Chipmunk gives plugins chipmunk:shared/logging@${API_VERSION}, chipmunk:shared/sandbox@${API_VERSION} and WASI 0.2 (cli, clocks, filesystem, io, random, sockets).`,
      advice: name.startsWith('wasi:http')
        ? 'Remove what needs HTTP; a Chipmunk plugin has no network.'
        : OURS.test(name)
          ? `Build it against the WIT of version ${API_VERSION}.`
          : 'Remove the dependency that needs this import.',
    }));
}

function isOurs(name: string): boolean {
  return OURS.test(name) && name.endsWith(`@${API_VERSION}`);
}
