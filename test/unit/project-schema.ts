/** The part of JSON Schema that schemas/hotplug.schema.json uses. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
}

const known = new Set(
  (
    '$schema title description examples type enum const oneOf minLength pattern minItems minimum maximum ' +
    'exclusiveMinimum items properties additionalProperties required'
  ).split(' '),
);

/** The keywords of a schema that {@link violations} does not understand. */
export function unknownKeywords(schema: Schema): readonly string[] {
  const { properties = {}, items, additionalProperties: others, oneOf = [] } = schema;
  const below = [
    ...oneOf,
    ...Object.values(properties),
    ...(items ? [items] : []),
    ...(typeof others === 'object' ? [others] : []),
  ];
  return [...Object.keys(schema).filter((keyword) => !known.has(keyword)), ...below.flatMap(unknownKeywords)];
}

/** Where and how a value is not what the schema asks for. */
export function violations(schema: Schema, value: unknown, at = ''): readonly string[] {
  const found: string[] = [];
  const say = (what: string): void => void found.push(`${at === '' ? 'it' : at} ${what}`);
  if (schema.type !== undefined && !isOf(value, schema.type)) return [`${at} is no ${schema.type}`];
  if (schema.enum && !schema.enum.includes(value)) say('is not one of the choices');
  if (schema.const !== undefined && schema.const !== value) say('is not the one value');
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter((one) => violations(one, value, at).length === 0);
    if (fitting.length !== 1) say(`fits ${fitting.length} of the alternatives`);
  }
  if (typeof value === 'string' && value.length < (schema.minLength ?? 0)) say('is too short');
  if (typeof value === 'string' && !new RegExp(schema.pattern ?? '', 'u').test(value))
    say('has another form');
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
    if (value < minimum || value <= exclusiveMinimum) say('is too small');
    if (value > maximum) say('is too large');
  }
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) say('has too few items');
    const { items } = schema;
    if (items) value.forEach((item, index) => found.push(...violations(items, item, `${at}[${index}]`)));
  } else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) if (!Object.hasOwn(value, name)) say(`has no ${name}`);
    for (const [name, item] of Object.entries(value)) {
      const others =
        typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
      const property = schema.properties?.[name] ?? others;
      if (property) found.push(...violations(property, item, at === '' ? name : `${at}.${name}`));
      else if (schema.additionalProperties === false) say(`has an unknown ${name}`);
    }
  }
  return found;
}

function isOf(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}
