/** The contract of a user's own WIT: any world is one. */
import { UserError } from '../../errors.ts';
import type { BoundProject, Contract, Handler } from '../../host/contract.ts';
import type { Artifact } from '../../project/project.ts';
import { withoutVersion } from '../../wit/text.ts';
import { checkWorld } from './check.ts';
import { valueWording } from '../wording.ts';
import { decodeCallText, decodeEvent, EventWriter } from './events.ts';
import { callCommand } from '../command.ts';
import { answerOf, describe, editEvent, editResult, level, redact, values } from '../typed/values.ts';
import { functionsOf, hasType, typesOf, type Callable } from './world.ts';

const MEBIBYTE = 1024 * 1024;
/** Package of a world that is known from a component alone. */
const NAMELESS = 'root:';
const UNBOUND = 'Open the project that it belongs to, with its WIT in wit/.';

/** What is known without a project: everything about recordings. */
export const custom: Contract = {
  id: 'custom',
  title: 'Your own WIT',
  handlers: [],
  limits: { memoryBytes: 256 * MEBIBYTE, deadlineMs: 5000, inbox: 256 },
  forProject,
  exportOf: (event) => event,
  check: ({ path, exports }) => [
    {
      severity: 'error',
      message: `${path} is a component of a world that Hotplug has no host for: it exports ${exports.length === 0 ? 'nothing' : exports.join(', ')}.`,
      advice: UNBOUND,
    },
  ],
  checkMetadata: () => {
    throw new UserError('The world of this plugin is not known.', UNBOUND);
  },
  params,
  encodeEvent: () => {
    throw new UserError('The exports of this plugin are not known.', UNBOUND);
  },
  decodeEvent,
  describe,
  telemetry: () => undefined,
  level,
  wording: valueWording,
  command: (record) => callCommand(record, decodeCallText),
  values,
  answerOf,
  editEvent,
  editResult,
  redact,
};

async function forProject(project: BoundProject | undefined, artifact?: Artifact): Promise<Contract> {
  // It loads the WIT tool, which reading recordings does not need.
  const { bindingOf } = await import('./binding.ts');
  const { binding, files } = await bindingOf(project, artifact);
  const { world } = binding;
  const events = new EventWriter(world);
  const handlers = functionsOf(world.exports).map(handlerOf);
  const all = [...functionsOf(world.exports), ...functionsOf(world.imports)];
  const kind = world.package.startsWith(NAMELESS)
    ? world.name
    : `${withoutVersion(world.package)}/${world.name}`;
  return {
    ...custom,
    handlers,
    binding,
    files,
    hasResources: all.some((one) => typesOf(one.function).some((type) => hasType(type, isHandle))),
    check: (component) => checkWorld(component, world),
    checkMetadata: () => ({ metadata: { kind, inputs: [], outputs: [], raw: undefined }, findings: [] }),
    encodeEvent: (event) => events.encode(event),
  };
}

function isHandle({ kind }: { readonly kind: string }): boolean {
  return kind === 'own' || kind === 'borrow';
}

function handlerOf({ name, function: one, interface: owner }: Callable): Handler {
  const { resource } = one;
  return {
    event: name,
    function: {
      interface: owner === undefined ? '' : withoutVersion(owner),
      name: one.name,
      ...(resource === undefined ? {} : { resource }),
    },
  };
}

function params(json: string | undefined): undefined {
  if (json === undefined || json.trim() === '' || json.trim() === 'null') return undefined;
  throw new UserError(
    'A plugin of your own WIT has no parameters: its world says what it is given.',
    'Remove "params" from hotplug.json; give it what it needs in calls, or in what the host answers.',
  );
}
