import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { adviceOf, messageOf, UserError } from '../errors.ts';
import type { Finding } from '../host/contract.ts';
import type { RunRules } from '../host/produce.ts';
import { readRule } from '../values/redact.ts';
import { parseJson } from './json.ts';
import { languageIds } from './languages.ts';
import type { GrantedPath, HostAnswers, InboxConfig, InputSpec, ProjectConfig } from './project.ts';

export const configFile = 'hotplug.json';

export interface ReadConfig {
  /** Paths in it are absolute, but for `entry`. */
  readonly config: ProjectConfig;
  /** Warnings for fields that mean nothing. */
  readonly findings: readonly Finding[];
}

/** Reads a folder's `hotplug.json`; undefined where there is none. Throws a UserError that names the place. */
export async function readConfig(folder: string): Promise<ReadConfig | undefined> {
  const file = join(folder, configFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new UserError(`${file} cannot be read`, 'Check that it is a file and that you may read it.', {
      cause: error,
    });
  }
  return checkConfig(parseJson(text, file), folder);
}

/** Whether a file system call failed because there is nothing at that path. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

type Check<T> = (value: unknown, at: Place) => T;
type Shape<T> = { readonly [K in keyof T]-?: Check<Exclude<T[K], undefined>> };

/** The field under check, and what the checks share. */
interface Place {
  readonly folder: string;
  readonly field: string;
  readonly findings: Finding[];
}

/** Checks the parsed content of a `hotplug.json`. */
export function checkConfig(value: unknown, folder: string): ReadConfig {
  const findings: Finding[] = [];
  return { config: partial(configShape)(value, { folder, field: '', findings }), findings };
}

function fail(at: Place, expected: string): never {
  const where = at.field === '' ? 'its content' : `"${at.field}"`;
  throw new UserError(
    `${join(at.folder, configFile)}: ${where} must be ${expected}`,
    at.field === ''
      ? 'Write an object in braces.'
      : `Correct "${at.field}", or remove it to use the default.`,
  );
}

const text: Check<string> = (value, at) =>
  typeof value === 'string' && value !== '' ? value : fail(at, 'a text that is not empty');

const flag: Check<boolean> = (value, at) => (typeof value === 'boolean' ? value : fail(at, 'true or false'));

const positive: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fail(at, 'a number above 0');

const anything: Check<unknown> = (value) => value;

const oneOf =
  <T extends string>(choices: readonly T[]): Check<T> =>
  (value, at) =>
    choices.find((choice) => choice === value) ??
    fail(at, `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`);

const texts: Check<readonly string[]> = (value, at) =>
  Array.isArray(value)
    ? value.map((item, index) => text(item, { ...at, field: `${at.field}[${index}]` }))
    : fail(at, 'a list of texts');

/** The empty pattern is one: it matches the empty stream. */
const patterns: Check<readonly string[]> = (value, at) =>
  Array.isArray(value)
    ? value.map((item, index) =>
        typeof item === 'string' ? item : fail({ ...at, field: `${at.field}[${index}]` }, 'a text'),
      )
    : fail(at, 'a list of texts');

const whole: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0
    ? value
    : fail(at, 'a whole number above 0');

const argv: Check<readonly string[]> = (value, at) => {
  const words = texts(value, at);
  return words.length > 0 ? words : fail(at, 'a list of the program and its arguments');
};

/** A rule that does nothing would record what it was meant to keep out. */
const redactionRule: Check<string> = (value, at) => {
  const rule = text(value, at);
  try {
    readRule(rule);
  } catch (error) {
    const where = `${join(at.folder, configFile)}: "${at.field}": ${messageOf(error)}`;
    throw new UserError(where, adviceOf(error, 'the log'), { cause: error });
  }
  return rule;
};

const redactionRules: Check<readonly string[]> = (value, at) =>
  texts(value, at).map((rule, index) => redactionRule(rule, { ...at, field: `${at.field}[${index}]` }));

const path: Check<string> = (value, at) => resolve(at.folder, text(value, at));

const pathInside: Check<string> = (value, at) => {
  const full = path(value, at);
  return isInside(at.folder, full) && full !== resolve(at.folder)
    ? full
    : fail(at, 'a path inside the project folder');
};

/** Whether `file` is `folder` or lies below it. */
export function isInside(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** An object whose fields may all be absent; unknown ones are reported and dropped. */
const partial =
  <T extends object>(shape: Shape<T>): Check<Partial<T>> =>
  (value, at) => {
    if (!isRecord(value)) fail(at, 'an object');
    const checked: Partial<T> = {};
    for (const name of Object.keys(value)) {
      const field = at.field === '' ? name : `${at.field}.${name}`;
      if (isField(shape, name)) checked[name] = shape[name](value[name], { ...at, field });
      else if (field !== '$schema') at.findings.push(unknownField(at.folder, field));
    }
    return checked;
  };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isField<T extends object>(shape: Shape<T>, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(shape, name);
}

function unknownField(folder: string, field: string): Finding {
  return {
    severity: 'warning',
    message: `${join(folder, configFile)}: "${field}" is not a field that Hotplug knows`,
    advice: 'Correct its name or remove it; it has no effect.',
  };
}

/** Fields of an input of any kind. */
interface InputFields {
  readonly kind: InputSpec['kind'];
  readonly file: string;
  readonly pin: string;
  readonly realTime: boolean;
  readonly loop: boolean;
  readonly follow: boolean;
  readonly legacyTimestamps: boolean;
  readonly port: number;
  readonly host: string;
  readonly plugin: string;
  readonly length: number;
  readonly rules: RunRules;
}

const port: Check<number> = (value, at) => {
  const number = whole(value, at);
  return number <= 0xffff ? number : fail(at, 'a port, 1 to 65535');
};

const inputFields: Shape<InputFields> = {
  kind: oneOf<InputSpec['kind']>([
    'wav',
    'jsonl',
    'recording',
    'bytes',
    'pcap',
    'stdin',
    'tcp',
    'udp',
    'byte-source',
    'reads',
  ]),
  file: path,
  pin: text,
  realTime: flag,
  loop: flag,
  follow: flag,
  legacyTimestamps: flag,
  port,
  host: text,
  plugin: path,
  length: whole,
  rules: oneOf<RunRules>(['strict', 'like-host']),
};

const input: Check<InputSpec> = (value, at) => {
  const found = partial(inputFields)(value, at);
  const spec = inputFrom(found, at);
  // What other kinds of inputs have means nothing for this one.
  for (const name of Object.keys(found))
    if (!Object.hasOwn(spec, name)) at.findings.push(unknownField(at.folder, `${at.field}.${name}`));
  return spec;
};

function inputFrom(found: Partial<InputFields>, at: Place): InputSpec {
  /** Those that are there. */
  const some = <K extends keyof InputFields>(...names: readonly K[]): Partial<Pick<InputFields, K>> =>
    Object.fromEntries(
      names.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])),
    ) as Partial<Pick<InputFields, K>>;
  const given = <K extends keyof InputFields>(name: K): Pick<InputFields, K> => {
    const of = found[name];
    if (of === undefined) return fail({ ...at, field: `${at.field}.${name}` }, 'given');
    return { [name]: of } as Pick<InputFields, K>;
  };
  const { kind } = given('kind');
  switch (kind) {
    case 'wav':
      return { kind, ...given('file'), ...some('realTime', 'pin', 'loop') };
    case 'jsonl':
    case 'recording':
      return { kind, ...given('file'), ...some('realTime') };
    case 'bytes':
      return { kind, ...given('file'), ...some('follow', 'rules') };
    case 'pcap':
      return { kind, ...given('file'), ...some('legacyTimestamps', 'rules') };
    case 'stdin':
      return { kind, ...some('rules') };
    case 'tcp':
    case 'udp':
      return { kind, ...given('port'), ...some('host', 'rules') };
    case 'byte-source':
      return { kind, ...given('plugin'), ...some('rules') };
    case 'reads':
      return { kind, ...some('length', 'rules') };
  }
}

/** The functions' names and the values are checked against the WIT, when a plugin is started. */
const answers: Check<Readonly<Record<string, readonly string[]>>> = (value, at) => {
  if (!isRecord(value)) return fail(at, 'an object of lists of texts');
  return Object.fromEntries(
    Object.entries(value).map(([name, list]) => [name, texts(list, { ...at, field: `${at.field}.${name}` })]),
  );
};

/** A host's name, or a glob of it: no scheme, port or path, in lower case as names are compared. */
const HOST = /^([a-z0-9_.*?!-]|\[!?[^\]/[]+\])+$/;

const hosts: Check<readonly string[]> = (value, at) =>
  texts(value, at).map((host, index) =>
    HOST.test(host)
      ? host
      : fail(
          { ...at, field: `${at.field}[${index}]` },
          'the name of a host in lower case, without scheme, port and path: "api.example.org" or "*.example.org"',
        ),
  );

const READ_ONLY = 'ro:';

/** As Extism's manifest has them: `"ro:data": "/data"`. */
const grantedPaths: Check<readonly GrantedPath[]> = (value, at) => {
  if (!isRecord(value)) return fail(at, 'an object of paths: {"ro:data": "/data"}');
  const paths = Object.entries(value).map(([name, guest]): GrantedPath => {
    const place = { ...at, field: `${at.field}.${name}` };
    const readOnly = name.startsWith(READ_ONLY);
    const host = path(readOnly ? name.slice(READ_ONLY.length) : name, place);
    if (typeof guest !== 'string' || !GUEST_PATH.test(guest))
      return fail(place, 'the path that the plugin has it at, from the root and without "..": "/data"');
    return { host, guest, readOnly };
  });
  const twice = paths.find(({ guest }, index) => paths.findIndex((one) => one.guest === guest) !== index);
  return twice === undefined ? paths : fail(at, `an object with ${twice.guest} at most once`);
};

const GUEST_PATH = /^\/(?!.*(^|\/)\.\.(\/|$))[^\0]*$/;

const configShape: Shape<ProjectConfig> = {
  name: text,
  contract: text,
  language: oneOf(languageIds),
  world: text,
  host: partial<HostAnswers>({ stub: path, answers }),
  // Toolchains look for it from the folder, as they do for their usual names.
  entry: (value, at) => relative(at.folder, pathInside(value, at)),
  engine: oneOf(['quickjs', 'spidermonkey']),
  compiler: oneOf(['go', 'tinygo']),
  build: partial({ development: argv, release: argv }),
  artifact: partial({ development: pathInside, release: pathInside }),
  watch: partial({ include: texts, exclude: texts }),
  params: anything,
  input,
  reload: partial({ state: oneOf(['fresh', 'rebuild']) }),
  record: partial({ redact: redactionRules }),
  deadlineMs: positive,
  subscriptions: patterns,
  inbox: partial<InboxConfig>({ size: whole, full: oneOf(['drop-newest', 'drop-oldest', 'wait']) }),
  logLevel: oneOf(['error', 'warn', 'info', 'debug', 'trace']),
  allowedHosts: hosts,
  allowedPaths: grantedPaths,
};
