import type { ComponentInfo } from '../../host/component.ts';
import type { Finding } from '../../host/contract.ts';
import { checkTypes } from '../drift.ts';

const PACKAGE = 'streamkit:plugin';
const VERSION = '0.1.0';
const WASI = /^wasi:(cli|clocks|filesystem|io|random|sockets)\/[\w-]+@0\.2\.\d+$/;
const HOST = new Set(['host', 'types'].map((name) => `${PACKAGE}/${name}@${VERSION}`));

/** What the real host would refuse about a component, or what it would do that its author does not expect. */
export function check(component: ComponentInfo): readonly Finding[] {
  return [...checkExports(component), ...checkImports(component), ...checkTypes(component, 'streamkit')];
}

function checkExports({ path, exports }: ComponentInfo): readonly Finding[] {
  if (exports.includes(`${PACKAGE}/node@${VERSION}`)) return [];
  const other = exports.find((name) => name.startsWith(`${PACKAGE}/node`));
  if (other !== undefined) {
    return [
      {
        severity: 'error',
        message: `${path} exports ${other}, and this host knows ${PACKAGE}/node@${VERSION}.`,
        advice: `Build it against the WIT of version ${VERSION}.`,
      },
    ];
  }
  return [
    {
      severity: 'error',
      message: `${path} is a component for another world: it exports ${exports.length === 0 ? 'nothing' : exports.join(', ')}, not ${PACKAGE}/node@${VERSION}.`,
      advice: `Implement the world ${PACKAGE}/plugin, or open it with the contract it was built for.`,
    },
  ];
}

function checkImports({ path, imports }: ComponentInfo): readonly Finding[] {
  return imports
    .filter((name) => !HOST.has(name) && !WASI.test(name))
    .map((name) => ({
      severity: 'error',
      message: `${path} imports ${name}, which nothing provides: StreamKit gives plugins ${PACKAGE}/host@${VERSION} and WASI 0.2 (cli, clocks, filesystem, io, random, sockets).`,
      advice: name.startsWith('wasi:http')
        ? 'Remove what needs HTTP; a StreamKit plugin has no network.'
        : name.startsWith(PACKAGE)
          ? `Build it against the WIT of version ${VERSION}.`
          : 'Remove the dependency that needs this import.',
    }));
}
