/** Chipmunk: parsers that make rows of bytes, and sources that bytes come from. Plugin API 0.1.0. */
import { UserError } from '../../errors.ts';
import type { Contract, EncodedEvent, EventJson } from '../../host/contract.ts';
import type { Producer, RunContext, RunRules } from '../../host/produce.ts';
import type { ByteSource } from '../../inputs/byte-source.ts';
import type { StreamSpec } from '../../project/project.ts';
import { openPlugin } from '../../inputs/plugin-bytes.ts';
import { eventCommand } from '../command.ts';
import * as typed from '../typed/values.ts';
import { bindingOf } from './binding.ts';
import { BYTE_SOURCE, check, PARSER, type Kind } from './check.ts';
import { readParams } from './config.ts';
import { PARSE, referenceOf } from './event.ts';
import { checkMetadata } from './metadata.ts';
import { ParserProducer } from './producer.ts';
import { decodeRead, decodeReadResult, encodeRead, READ } from './read.ts';
import { ReadingProducer, sourceErrorText } from './reading.ts';
import { ParserRows } from './rows/view.ts';
import * as parsed from './values.ts';

const MEBIBYTE = 1024 * 1024;

/** The real host bounds neither; a slice is 10 MiB, and what is made of it comes on top. */
const limits = { memoryBytes: 1024 * MEBIBYTE, deadlineMs: 5000, inbox: 64 };

export const chipmunkParser: Contract = {
  ...contractOf(PARSER, PARSE, 'parser'),
  title: 'Chipmunk parser',
  referenceOf: ({ payload }) => referenceOf(payload),
  results: (plugin, part) => new ParserRows(plugin, part),
  produce: produceRows,
  encodeEvent: parsed.encodeEvent,
  decodeEvent: parsed.decodeEvent,
  describe: parsed.describe,
  level: typed.level,
  command: parsed.command,
  values: parsed.values,
  answerOf: parsed.answerOf,
  editEvent: parsed.editEvent,
  editResult: parsed.editResult,
  redact: parsed.redact,
};

export const chipmunkByteSource: Contract = {
  ...contractOf(BYTE_SOURCE, READ, 'bytesource'),
  title: 'Chipmunk byte source',
  produce: produceReads,
  encodeEvent: encodeReadEvent,
  decodeEvent: decodeReadEvent,
  describe: parsed.describeCommon,
  level: typed.level,
  command: (record) => eventCommand(record, decodeReadEvent),
  values: typed.values,
  answerOf: typed.answerOf,
  editEvent: typed.editEvent,
  editResult: typed.editResult,
  redact: typed.redact,
};

type Common = Pick<
  Contract,
  | 'id'
  | 'wit'
  | 'handlers'
  | 'exportOf'
  | 'limits'
  | 'freshParams'
  | 'binding'
  | 'forProject'
  | 'check'
  | 'checkMetadata'
  | 'params'
  | 'telemetry'
>;

function contractOf(kind: Kind, call: string, folder: string): Common {
  const { contract: id, interface: owner } = kind;
  const of = (binding: ReturnType<typeof bindingOf>): Common => ({
    id,
    wit: {
      folder: `chipmunk/0.1.0/${folder}`,
      package: `chipmunk:${folder}@0.1.0`,
      world: kind === PARSER ? 'parse' : 'bytesource',
    },
    handlers: [{ function: { interface: owner, name: call } }],
    exportOf: () => call,
    limits,
    freshParams: true,
    binding,
    check: (component) => check(component, kind),
    checkMetadata: (raw, params) => checkMetadata(`${kind.title} plugin`, raw, params, binding.folder),
    params,
    telemetry: () => undefined,
  });
  const unbound = of(bindingOf(undefined));
  return {
    ...unbound,
    forProject: (project) => {
      const contract = kind === PARSER ? chipmunkParser : chipmunkByteSource;
      const input = project?.config.input;
      const inputs = input !== undefined && 'file' in input ? [input.file] : [];
      return Promise.resolve({ ...contract, ...of(bindingOf(project)), inputs });
    },
  };
}

function params(json: string | undefined): string | undefined {
  if (json === undefined || json.trim() === '' || json.trim() === 'null') return undefined;
  return JSON.stringify(readParams(json));
}

function encodeReadEvent({ read }: EventJson): EncodedEvent {
  if (typeof read !== 'number' || !Number.isSafeInteger(read) || read < 0)
    throw new UserError('"read": is not a number of bytes', 'Write {"read": 65536}.');
  return { name: READ, payload: encodeRead(BigInt(read)) };
}

function decodeReadEvent({ payload }: EncodedEvent): EventJson {
  return { read: Number(decodeRead(payload) ?? 0n) };
}

/** The real host's parsers are not given what a plugin reads; ours are. */
async function produceRows(
  spec: StreamSpec,
  context: RunContext,
  open: () => Promise<ByteSource>,
): Promise<Producer> {
  const { rules = 'strict' } = spec;
  if (spec.kind === 'reads') {
    throw new UserError(
      'A parser is given bytes, and reads none by itself.',
      'Choose a file, a capture, a socket or a byte source.',
    );
  }
  const source = spec.kind === 'byte-source' ? await openReads(spec.plugin, rules, context) : await open();
  return new ParserProducer(source, { rules, title: context.plugin });
}

async function openReads(folder: string, rules: RunRules, { source }: RunContext): Promise<ByteSource> {
  const reads = await source(folder);
  const { name } = reads;
  return openPlugin(
    async (length) => {
      const answer = await reads.call({ name: READ, payload: encodeRead(BigInt(length)) });
      const read = answer?.result === undefined ? undefined : decodeReadResult(answer.result);
      if (read?.case === 'ok') return read.bytes;
      if (read !== undefined) throw new Error(sourceErrorText(read.case, read.message));
      throw new UserError(
        `The byte source ${name} ended: ${answer?.text ?? 'it was stopped'}`,
        'Look at its failure, and start it again.',
      );
    },
    { rules, title: name },
  );
}

function produceReads(spec: StreamSpec, { plugin }: RunContext): Promise<Producer> {
  if (spec.kind !== 'reads') {
    throw new UserError(
      'A byte source makes its own bytes, and is given none.',
      'Its input is {"kind": "reads"}; what it reads is a matter of its configuration.',
    );
  }
  const { rules = 'strict', length } = spec;
  return Promise.resolve(
    new ReadingProducer({ rules, title: plugin, ...(length === undefined ? {} : { length }) }),
  );
}
