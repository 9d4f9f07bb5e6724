/** What a plugin says of itself before it is started, and what the real host refuses of that. */
import { UserError } from '../../errors.ts';
import type { Finding, PluginMetadata } from '../../host/contract.ts';
import { configItems, readParams, type SchemaItem, type SchemaType } from './config.ts';

/** `version`, as jco lifts it. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export interface Column {
  readonly caption: string;
  readonly description: string;
  /** Pixels; below 0 for the host's default. */
  readonly width: number;
}

/** `columns-render-options`. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly minWidth: number;
  readonly maxWidth: number;
}

/** Everything that a throwaway instance is asked. */
export interface ChipmunkMetadata {
  readonly version: Version;
  readonly schemas: readonly SchemaItem[];
  /** Of a parser: undefined for rows of one cell. */
  readonly columns?: Columns | undefined;
}

/** The real host's limits: numbers of items, and bytes of their texts. Source: plugins_manager's validation. */
const LIMITS = { items: 100, id: 1024, title: 2048, description: 10_240 } as const;

const encoder = new TextEncoder();

/** What a worker asked, checked by shape; undefined where it is something else. */
export function metadataOf(raw: unknown): ChipmunkMetadata | undefined {
  if (typeof raw !== 'object' || raw === null || !('version' in raw) || !('schemas' in raw)) return undefined;
  return raw as ChipmunkMetadata;
}

/**
 * Throws a UserError where the real host refuses what the plugin says, or where the configuration does not
 * fit the plugin's schemas; `folder` is what its paths are relative to.
 */
export function checkMetadata(
  kind: string,
  raw: unknown,
  params: string | undefined,
  folder: string,
): { metadata: PluginMetadata; findings: readonly Finding[] } {
  const known = metadataOf(raw);
  if (known === undefined)
    throw new UserError(
      'The plugin said nothing of itself.',
      'Build it again against the WIT of this version.',
    );
  const [refused] = limits(known);
  if (refused !== undefined) throw refused;
  const findings = oddities(known);
  configItems(known.schemas, readParams(params), folder);
  const metadata = { kind, inputs: [], outputs: [], paramSchema: paramSchema(known.schemas), raw };
  return { metadata, findings };
}

function limits({ schemas, columns }: ChipmunkMetadata): readonly UserError[] {
  const refuse = (message: string): UserError =>
    new UserError(
      `Validating plugin infos failed. Error: ${message}`,
      'Chipmunk refuses the plugin as it is. Correct what is named.',
    );
  const found: UserError[] = [];
  const most = (what: string, bytes: number, limit: number): void => {
    if (bytes > limit) found.push(refuse(`${what} has ${bytes} bytes, and ${limit} are allowed`));
  };
  const sizeOf = (text: string): number => encoder.encode(text).length;
  if (schemas.length > LIMITS.items)
    found.push(refuse(`there are ${schemas.length} configuration items, and ${LIMITS.items} are allowed`));
  const ids = new Set<string>();
  for (const { id, title, description } of schemas) {
    if (ids.has(id)) found.push(refuse(`Configuration ID '${id}' is duplicated`));
    ids.add(id);
    most(`the ID of the configuration '${id.slice(0, 40)}'`, sizeOf(id), LIMITS.id);
    most(`the title of the configuration '${id}'`, sizeOf(title), LIMITS.title);
    most(`the description of the configuration '${id}'`, sizeOf(description ?? ''), LIMITS.description);
  }
  const list = columns?.columns ?? [];
  if (list.length > LIMITS.items)
    found.push(refuse(`there are ${list.length} columns, and ${LIMITS.items} are allowed`));
  for (const [index, { caption, description }] of list.entries()) {
    most(`the caption of column ${index + 1}`, sizeOf(caption), LIMITS.title);
    most(`the description of column ${index + 1}`, sizeOf(description), LIMITS.description);
  }
  return found;
}

/** What the real host takes, and its author does not expect. */
function oddities({ schemas, columns }: ChipmunkMetadata): readonly Finding[] {
  const found: Finding[] = [];
  for (const { id, inputType } of schemas) {
    if (inputType.tag !== 'dropdown') continue;
    const [options, preferred] = inputType.val;
    if (options.includes(preferred)) continue;
    const instead =
      options[0] === undefined ? 'which has no options at all' : `so that Chipmunk takes "${options[0]}"`;
    found.push({
      severity: 'warning',
      message: `The default "${preferred}" of the configuration "${id}" is none of its options, ${instead}.`,
      advice: 'Name one of the options as the default.',
    });
  }
  if (columns !== undefined && columns.columns.length > 0 && columns.minWidth > columns.maxWidth) {
    found.push({
      severity: 'warning',
      message: `The columns' least width ${columns.minWidth} is above their greatest ${columns.maxWidth}; Chipmunk swaps them.`,
      advice: 'Swap them in get-render-options.',
    });
  }
  return found;
}

/** The configuration as JSON Schema, for completion in hotplug.json and for whoever reads the metadata. */
function paramSchema(schemas: readonly SchemaItem[]): unknown {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      schemas.map(({ id, title, description, inputType }) => [
        id,
        { title, ...(description === undefined ? {} : { description }), ...jsonType(inputType) },
      ]),
    ),
  };
}

function jsonType(type: SchemaType): Readonly<Record<string, unknown>> {
  switch (type.tag) {
    case 'boolean':
      return { type: 'boolean', default: type.val };
    case 'integer':
      return { type: 'integer', default: type.val };
    case 'float':
      return { type: 'number', default: type.val };
    case 'text':
      return { type: 'string', default: type.val };
    case 'directories':
    case 'files':
      return { type: 'array', items: { type: 'string' }, default: [] };
    case 'dropdown':
      return { type: 'string', enum: type.val[0], default: type.val[1] };
  }
}
