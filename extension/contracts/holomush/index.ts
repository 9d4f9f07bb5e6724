/** HoloMUSH: Extism plugins that are given the events of a bus, and answer with events. */
import type { Contract, EncodedEvent, EventJson } from '../../host/contract.ts';
import { decodePayload } from '../typed/encoding.ts';
import { bindingOf } from '../extism/binding.ts';
import { checkPlugin } from '../extism/check.ts';
import { extism } from '../extism/index.ts';
import { eventCommand } from '../command.ts';
import { bus, HANDLER } from './bus.ts';
import { readEvent, wireJson } from './event.ts';
import { links } from './links.ts';
import { encodeMushEvent, mushEventOf } from './payloads.ts';

const MEBIBYTE = 1024 * 1024;

export const holomush: Contract = {
  ...extism,
  id: 'holomush',
  title: 'HoloMUSH',
  bus,
  handlers: [{ function: { interface: '', name: HANDLER } }],
  // The guide's deadline; its bus keeps 100 events for each plugin.
  limits: { memoryBytes: 256 * MEBIBYTE, deadlineMs: 5000, inbox: 100 },
  forProject: (project) => {
    const binding = bindingOf(project);
    const answered = Object.keys(binding.answers);
    return Promise.resolve({
      ...holomush,
      binding,
      check: (component) => checkPlugin(component, { exports: [HANDLER], answered }),
    });
  },
  exportOf: () => HANDLER,
  check: (component) => checkPlugin(component, { exports: [HANDLER], answered: [] }),
  checkMetadata: () => ({
    metadata: { kind: 'holomush', inputs: [], outputs: [], raw: undefined },
    findings: [],
  }),
  encodeEvent: (event) => ({ name: HANDLER, payload: encodeMushEvent(readEvent(event)) }),
  decodeEvent,
  command: (record) => eventCommand(record, decodeEvent),
  links,
};

/** The names of the wire. */
function decodeEvent({ payload }: EncodedEvent): EventJson {
  const event = mushEventOf(decodePayload(payload));
  return event === undefined ? {} : wireJson(event);
}
