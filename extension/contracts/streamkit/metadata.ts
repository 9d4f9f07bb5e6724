import { Ajv, type ValidateFunction } from 'ajv';
import { messageOf, UserError } from '../../errors.ts';
import type { Finding, PluginMetadata } from '../../host/contract.ts';

const PREFIX = 'plugin::wasm::';

/** Checks what a plugin says of itself against the real host's rules, and the parameters against its own schema. */
export function checkMetadata(
  raw: unknown,
  params: string | undefined,
): { metadata: PluginMetadata; findings: readonly Finding[] } {
  const kind = textOf(raw, 'kind');
  const schemaText = textOf(raw, 'paramSchema');
  const inputs = pinNames(raw, 'inputs');
  const outputs = pinNames(raw, 'outputs');
  const paramSchema = parseSchema(schemaText);
  const metadata = { kind: namespacedKind(kind), inputs, outputs, paramSchema, raw };
  return {
    metadata,
    findings: [...kindFindings(kind), ...pinFindings(inputs, outputs), ...paramFindings(paramSchema, params)],
  };
}

/** The name under which the real host registers a plugin. Throws a UserError where it refuses the name. */
export function namespacedKind(kind: string): string {
  if (kind.startsWith(PREFIX)) return kind;
  if (kind.includes('::')) {
    throw new UserError(
      `Plugin kind '${kind}' contains '::' which is reserved for namespace prefixes. Plugin kinds must be simple names like 'gain', 'reverb', etc.`,
      'Return a simple name as `kind` in metadata().',
    );
  }
  return PREFIX + kind;
}

function parseSchema(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(
      `The plugin's param-schema is not JSON: ${text === '' ? 'it is empty' : messageOf(error)}.`,
      'Return a JSON Schema as text in metadata(), `{}` where there are no parameters.',
      { cause: error },
    );
  }
}

function kindFindings(kind: string): readonly Finding[] {
  if (/^(plugin::wasm::)?[a-z][a-z0-9_-]*$/.test(kind)) return [];
  return [
    {
      severity: 'warning',
      message:
        kind === ''
          ? 'The plugin has an empty kind.'
          : `The plugin's kind "${kind}" is not a plain lower-case name.`,
      advice: 'Use letters, digits, hyphens and underscores: pipelines refer to the node by this name.',
    },
  ];
}

/** Pipelines in YAML only ever wire `out` to `in`, or to `in_0`, `in_1` … */
function pinFindings(inputs: readonly string[], outputs: readonly string[]): readonly Finding[] {
  const unreachable = (pins: readonly string[], reachable: RegExp, direction: string): readonly Finding[] =>
    pins
      .filter((pin) => !reachable.test(pin))
      .map((pin) => ({
        severity: 'info',
        message: `The ${direction} pin "${pin}" cannot be reached from a pipeline file, which only connects "out" to "in" (or in_0, in_1, …).`,
        advice: 'Connect it through the control API, or use the names in and out.',
      }));
  const none: readonly Finding[] =
    inputs.length > 0
      ? []
      : [
          {
            severity: 'warning',
            message: 'The plugin has no input pin: StreamKit stops such a node as soon as it starts.',
            advice: 'Give it an input; WASM plugins cannot be sources.',
          },
        ];
  return [
    ...none,
    ...unreachable(inputs, /^in(_\d+)?$/, 'input'),
    ...unreachable(outputs, /^out$/, 'output'),
  ];
}

function paramFindings(schema: unknown, params: string | undefined): readonly Finding[] {
  if (params === undefined || typeof schema !== 'object' || schema === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(params);
  } catch {
    return [];
  }
  try {
    const validate = validatorOf(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => ({
      severity: 'warning',
      message: `Parameter ${error.instancePath === '' ? '(all)' : error.instancePath.slice(1)} ${error.message ?? 'is wrong'} according to the plugin's own schema; StreamKit passes it on unchecked.`,
      advice: 'Correct the parameters, or the schema in metadata().',
    }));
  } catch (error) {
    return [
      {
        severity: 'warning',
        message: `The plugin's param-schema is not a JSON Schema: ${messageOf(error)}.`,
        advice: 'Correct the schema in metadata(); user interfaces build their controls from it.',
      },
    ];
  }
}

let last: { readonly schema: string; readonly validate: ValidateFunction } | undefined;

/** Compiling a schema takes longer than a reload may; the next build of a plugin nearly always has the same one. */
function validatorOf(schema: object): ValidateFunction {
  const text = JSON.stringify(schema);
  if (last?.schema !== text) {
    last = {
      schema: text,
      validate: new Ajv({ allErrors: true, strict: false, logger: false }).compile(schema),
    };
  }
  return last.validate;
}

function textOf(raw: unknown, key: string): string {
  if (typeof raw === 'object' && raw !== null && key in raw) {
    const value: unknown = Reflect.get(raw, key);
    if (typeof value === 'string') return value;
  }
  throw new UserError(
    `The plugin's metadata has no ${key}.`,
    'Return a complete node-metadata from metadata().',
  );
}

function pinNames(raw: unknown, key: 'inputs' | 'outputs'): readonly string[] {
  const pins: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, key) : undefined;
  if (!Array.isArray(pins)) return [];
  return pins.map((pin: unknown) => textOf(pin, 'name'));
}
