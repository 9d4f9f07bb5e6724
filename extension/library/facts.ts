/** What is found by asking a binary, which depends on nothing but its bytes: what the cache keeps. */
import { basename } from 'node:path';
import { metadataOf, type Column, type Columns } from '../contracts/chipmunk/metadata.ts';
import type { SchemaItem } from '../contracts/chipmunk/config.ts';
import type { Finding } from '../host/contract.ts';
import type { Inspection } from '../host/inspect.ts';
import { isListOf, isObject, isOptional, isText } from './files.ts';
import { pluginKinds, type PluginKind } from './kinds.ts';
import { firstExport, noPlugin, refusalIn, refused } from './load-check.ts';

/** Asks the component of this file what it is; rejects where it cannot be read or is none. */
export type Inspect = (path: string) => Promise<Inspection>;

export interface BinaryFacts {
  /** By its first export; undefined where that is no plugin's. */
  readonly kind?: PluginKind;
  readonly apiVersion?: string;
  readonly pluginVersion?: string;
  readonly schemas: readonly SchemaItem[];
  readonly columns?: Columns;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  readonly producers: readonly string[];
  readonly problem?: BinaryProblem;
  /** What its author can act on. */
  readonly findings: readonly Finding[];
}

export interface BinaryProblem {
  readonly state: 'invalid' | 'unsupported' | 'incompatible';
  /** `binary`: it cannot be loaded. `infos`: what it says of itself is refused. */
  readonly step: 'binary' | 'infos';
  /** In Chipmunk's words, where it has some for it. */
  readonly text: string;
}

/** How findings begin that Chipmunk makes of what a plugin says of itself. */
const INFOS = 'Validating plugin infos failed. Error: ';

export function factsOf(inspection: Inspection): BinaryFacts {
  const { info } = inspection;
  const first = firstExport(info.exports);
  const asked = metadataOf(inspection.metadata?.raw);
  const found = first.kind === undefined ? noPlugin(info) : inspection.findings;
  const findings = found.map((finding) => ({ ...finding, message: withoutPath(finding.message, info.path) }));
  const problem = problemOf(inspection, findings);
  return {
    ...first,
    ...(asked === undefined ? {} : { pluginVersion: versionText(asked.version) }),
    schemas: asked?.schemas ?? [],
    ...(asked?.columns === undefined ? {} : { columns: asked.columns }),
    imports: info.imports,
    exports: info.exports,
    producers: info.producers,
    ...(problem === undefined ? {} : { problem }),
    findings,
  };
}

/** The facts are those of the bytes, wherever they lie. */
function withoutPath(text: string, path: string): string {
  return text.replaceAll(`${path}: `, '').replaceAll(path, basename(path));
}

/** The facts of a file that is no component, or one that cannot be compiled. */
export function factsOfFailure(path: string, said: string, advice: string): BinaryFacts {
  const message = withoutPath(said, path);
  return {
    schemas: [],
    imports: [],
    exports: [],
    producers: [],
    problem: { state: 'invalid', step: 'binary', text: refused(message) },
    findings: [{ severity: 'error', message, advice }],
  };
}

function problemOf(
  { metadata, contract }: Inspection,
  findings: readonly Finding[],
): BinaryProblem | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const refusal = errors.map(refusalIn).find((text) => text !== undefined);
  if (refusal !== undefined) {
    const state = refusal.endsWith(' is not supported') ? 'unsupported' : 'invalid';
    return { state, step: 'binary', text: refusal };
  }
  const infos = errors.find((message) => message.startsWith(INFOS));
  if (infos !== undefined) return { state: 'invalid', step: 'infos', text: infos.slice(INFOS.length) };
  if (errors.length > 0) {
    // A component that was refused before it was asked is not what the contract's WIT says.
    const state = contract === undefined ? 'incompatible' : 'invalid';
    return { state, step: 'binary', text: errors.join(' ') };
  }
  if (metadataOf(metadata?.raw) !== undefined) return undefined;
  return { state: 'invalid', step: 'binary', text: 'The plugin said nothing of itself.' };
}

function versionText({ major, minor, patch }: { major: number; minor: number; patch: number }): string {
  return `${major}.${minor}.${patch}`;
}

/**
 * Facts as they were written to disk as JSON; undefined for anything that is not what {@link factsOf} makes:
 * nothing is taken on trust.
 */
export function readFacts(value: unknown): BinaryFacts | undefined {
  if (!isFacts(value)) return undefined;
  return { ...value, schemas: value.schemas.map(withNumber) };
}

/** JSON has null for a float that is no number. */
function withNumber(item: SchemaItem): SchemaItem {
  const { inputType } = item;
  if (inputType.tag !== 'float' || Number.isFinite(inputType.val)) return item;
  return { ...item, inputType: { tag: 'float', val: NaN } };
}

function isFacts(value: unknown): value is BinaryFacts {
  return (
    isObject(value) &&
    isOptional(value['kind'], isKind) &&
    isOptional(value['apiVersion'], isText) &&
    isOptional(value['pluginVersion'], isText) &&
    isListOf(value['schemas'], isSchema) &&
    isOptional(value['columns'], isColumns) &&
    isListOf(value['imports'], isText) &&
    isListOf(value['exports'], isText) &&
    isListOf(value['producers'], isText) &&
    isOptional(value['problem'], isProblem) &&
    isListOf(value['findings'], isFinding) &&
    // What says nothing of itself is no valid plugin.
    (value['problem'] !== undefined || (value['kind'] !== undefined && value['pluginVersion'] !== undefined))
  );
}

function isKind(value: unknown): value is PluginKind {
  return pluginKinds.some((kind) => kind === value);
}

function isProblem(value: unknown): value is BinaryProblem {
  return (
    isObject(value) &&
    ['invalid', 'unsupported', 'incompatible'].includes(String(value['state'])) &&
    (value['step'] === 'binary' || value['step'] === 'infos') &&
    isText(value['text'])
  );
}

function isFinding(value: unknown): value is Finding {
  return (
    isObject(value) &&
    ['error', 'warning', 'info'].includes(String(value['severity'])) &&
    isText(value['message']) &&
    isText(value['advice'])
  );
}

function isColumns(value: unknown): value is Columns {
  return (
    isObject(value) &&
    isListOf(value['columns'], isColumn) &&
    Number.isInteger(value['minWidth']) &&
    Number.isInteger(value['maxWidth'])
  );
}

function isColumn(value: unknown): value is Column {
  return (
    isObject(value) &&
    isText(value['caption']) &&
    isText(value['description']) &&
    Number.isInteger(value['width'])
  );
}

function isSchema(value: unknown): value is SchemaItem {
  return (
    isObject(value) &&
    isText(value['id']) &&
    isText(value['title']) &&
    isOptional(value['description'], isText) &&
    isObject(value['inputType']) &&
    isSchemaType(value['inputType'])
  );
}

function isSchemaType({ tag, val }: Readonly<Record<string, unknown>>): boolean {
  switch (tag) {
    case 'boolean':
      return typeof val === 'boolean';
    case 'integer':
      return Number.isInteger(val);
    case 'float':
      return typeof val === 'number' || val === null;
    case 'text':
      return isText(val);
    case 'directories':
      return true;
    case 'files':
      return isListOf(val, isText);
    case 'dropdown':
      return Array.isArray(val) && val.length === 2 && isListOf(val[0], isText) && isText(val[1]);
    default:
      return false;
  }
}
