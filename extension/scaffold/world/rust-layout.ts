/** Expressions of Rust, laid out as rustfmt does by default. */

/** A name, a literal, or something with parts: `Point { x: 0 }`, `Ok(…)`, `(…, …)`. */
export type Expression =
  | string
  | {
      readonly kind: 'record';
      readonly head: string;
      readonly fields: readonly (readonly [string, Expression])[];
    }
  | {
      readonly kind: 'call';
      readonly head: string;
      readonly parts: readonly Expression[];
      readonly tail?: string;
    };

/** The widest line. */
export const WIDTH = 100;
/** rustfmt writes the fields of a literal below each other where they take more than this. */
const RECORD_WIDTH = 18;

/** An expression as text, its further lines indented; the first begins in column `column`. */
export function layOut(expression: Expression, indent: string, column: number): string {
  const short = inline(expression);
  if (typeof expression === 'string' || (isShort(expression) && column + short.length <= WIDTH)) return short;
  const inner = `${indent}    `;
  if (expression.kind === 'record') {
    const fields = expression.fields.map(
      ([name, value]) => `${inner}${name}: ${layOut(value, inner, inner.length + name.length + 2)},\n`,
    );
    return `${expression.head} {\n${fields.join('')}${indent}}`;
  }
  const { head, parts, tail = '' } = expression;
  const [only] = parts;
  // What is last hangs from the line of its call.
  if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
    return `${head}(${layOut(only, indent, column + head.length + 1)})${tail}`;
  }
  const lines = parts.map((part) => `${inner}${layOut(part, inner, inner.length)},\n`);
  return `${head}(\n${lines.join('')}${indent})${tail}`;
}

function inline(expression: Expression): string {
  if (typeof expression === 'string') return expression;
  if (expression.kind === 'call') {
    const { head, parts, tail = '' } = expression;
    // A tuple of one has a comma.
    const comma = head === '' && parts.length === 1 ? ',' : '';
    return `${head}(${parts.map(inline).join(', ')}${comma})${tail}`;
  }
  return `${expression.head} { ${inlineFields(expression.fields)} }`;
}

function inlineFields(fields: readonly (readonly [string, Expression])[]): string {
  return fields.map(([name, value]) => `${name}: ${inline(value)}`).join(', ');
}

function isShort(expression: Expression): boolean {
  if (typeof expression === 'string') return true;
  if (expression.kind === 'call') return expression.parts.every(isShort);
  return inlineFields(expression.fields).length <= RECORD_WIDTH;
}
