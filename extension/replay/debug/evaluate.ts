/** Evaluates expressions over values. */
import { UserError } from '../../errors.ts';
import { at } from '../../values/tree.ts';
import { isNumberType, type Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import type { Expression } from './expression.ts';

/** What names mean; undefined for a name that means nothing here. */
export type Names = (name: string) => Value | undefined;

/** The value of an expression; undefined where it leads to something that is not there. Throws a UserError for operations that make no sense. */
export function evaluate(expression: Expression, names: Names): Value | undefined {
  switch (expression.kind) {
    case 'literal':
      return literal(expression.value);
    case 'name':
      return named(names, expression.name);
    case 'member': {
      const of = evaluate(expression.of, names);
      return of === undefined ? undefined : memberOf(of, expression.name);
    }
    case 'element': {
      const of = evaluate(expression.of, names);
      const index = evaluate(expression.index, names);
      if (of === undefined || index === undefined) return undefined;
      if (index.type === 'string') return memberOf(of, index.value);
      const number = numberOf(index);
      return typeof number === 'number' && Number.isInteger(number) && number >= 0
        ? at(of, [number])
        : undefined;
    }
    case 'unary':
      return unary(expression.operator, evaluate(expression.operand, names));
    case 'binary':
      return binary(expression, names);
    case 'choice':
      return evaluate(isTrue(evaluate(expression.test, names)) ? expression.then : expression.other, names);
    case 'call': {
      const of = evaluate(expression.of, names);
      const [first] = expression.arguments;
      const argument = first === undefined ? undefined : evaluate(first, names);
      return of === undefined || argument === undefined
        ? undefined
        : bool(ask(of, expression.method, argument));
    }
  }
}

/** Whether a condition holds: true, a number that is not 0, or something else that is there and not empty. */
export function isTrue(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (value.type === 'bool') return value.value;
  if (value.type === 'string' || value.type === 'char') return value.value !== '';
  const number = numberOf(value);
  if (number !== undefined) return Number(number) !== 0 && !Number.isNaN(Number(number));
  return !(value.type === 'variant' && (value.name === 'none' || value.name === 'null'));
}

function literal(value: number | string | boolean | null): Value {
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 's64' : 'f64', value };
  if (typeof value === 'string') return { type: 'string', value };
  return value === null ? { type: 'variant', name: 'null' } : bool(value);
}

function bool(value: boolean): Value {
  return { type: 'bool', value };
}

/** WIT's `sample-rate` may be written `sample_rate`. */
function dashed(name: string): string {
  return name.replaceAll('_', '-');
}

function named(names: Names, name: string): Value | undefined {
  return names(name) ?? names(dashed(name));
}

function memberOf(of: Value, name: string): Value | undefined {
  const found = at(of, [name]) ?? at(of, [dashed(name)]);
  if (found !== undefined) return found;
  if (name === 'length') {
    const inner = payloadOf(of);
    if (inner.type === 'string') return { type: 'u32', value: inner.value.length };
    if (inner.type === 'tuple') return { type: 'u32', value: inner.items.length };
  }
  return undefined;
}

/** A variant stands for its payload. */
function payloadOf(value: Value): Value {
  return value.type === 'variant' && value.value !== undefined ? payloadOf(value.value) : value;
}

function numberOf(value: Value): number | bigint | undefined {
  const inner = payloadOf(value);
  return isNumberType(inner.type) && 'value' in inner ? (inner.value as number | bigint) : undefined;
}

/** The text of strings and characters; a case without a payload is its name, a resource is written `bucket#1`. */
function textOf(value: Value): string | undefined {
  const inner = payloadOf(value);
  if (inner.type === 'string' || inner.type === 'char') return inner.value;
  if (inner.type === 'handle') return printValue(inner);
  return inner.type === 'variant' ? inner.name : undefined;
}

function unary(operator: string, operand: Value | undefined): Value | undefined {
  if (operator === '!') return bool(!isTrue(operand));
  if (operand === undefined) return undefined;
  const number = numberOf(operand);
  if (number === undefined) throw mismatch(operator, operand);
  return numeric(operator === '-' ? -number : number);
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, names: Names): Value | undefined {
  const { operator } = expression;
  const left = evaluate(expression.left, names);
  if (operator === '&&') return isTrue(left) ? evaluate(expression.right, names) : left;
  if (operator === '||') return isTrue(left) ? left : evaluate(expression.right, names);
  if (operator === '??') return left ?? evaluate(expression.right, names);
  const right = evaluate(expression.right, names);
  if (operator === '==' || operator === '===') return bool(isEqual(left, right));
  if (operator === '!=' || operator === '!==') return bool(!isEqual(left, right));
  if (left === undefined || right === undefined) return undefined;
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one !== undefined && other !== undefined) return calculate(operator, one, other);
  const [text, otherText] = [textOf(left), textOf(right)];
  if (text !== undefined && otherText !== undefined) {
    if (operator === '+') return { type: 'string', value: text + otherText };
    const order = compare(operator, text, otherText);
    if (order !== undefined) return bool(order);
  }
  throw mismatch(operator, left, right);
}

function compare<T extends string | number | bigint>(
  operator: string,
  one: T,
  other: T,
): boolean | undefined {
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    default:
      return undefined;
  }
}

function calculate(operator: string, one: number | bigint, other: number | bigint): Value {
  const order = compare(operator, one, other);
  if (order !== undefined) return bool(order);
  if ((typeof one === 'bigint' || typeof other === 'bigint') && isWhole(one) && isWhole(other)) {
    const [left, right] = [BigInt(one), BigInt(other)];
    if (operator === '+') return numeric(left + right);
    if (operator === '-') return numeric(left - right);
    if (operator === '*') return numeric(left * right);
    if (operator === '%' && right !== 0n) return numeric(left % right);
  }
  const [left, right] = [Number(one), Number(other)];
  switch (operator) {
    case '+':
      return numeric(left + right);
    case '-':
      return numeric(left - right);
    case '*':
      return numeric(left * right);
    case '/':
      return { type: 'f64', value: left / right };
    default:
      return numeric(left % right);
  }
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function numeric(value: number | bigint): Value {
  return typeof value === 'bigint' || Number.isInteger(value)
    ? { type: 's64', value }
    : { type: 'f64', value };
}

/** Numbers by what they are worth, texts and cases by their letters, the rest by its WAVE text. */
function isEqual(left: Value | undefined, right: Value | undefined): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  // A case with a payload is asked for by its name, too: `packet == "text"`.
  if (isCase(left, right) || isCase(right, left)) return true;
  const [one, other] = [numberOf(left), numberOf(right)];
  // A u64 is a bigint: 1n == 1 holds, 1n === 1 does not.
  // eslint-disable-next-line eqeqeq
  if (one !== undefined && other !== undefined) return one == other;
  const [text, otherText] = [textOf(left), textOf(right)];
  if (text !== undefined && otherText !== undefined) return text === otherText;
  return printValue(left) === printValue(right);
}

function isNothing(value: Value | undefined): value is undefined {
  return (
    value === undefined || (value.type === 'variant' && (value.name === 'null' || value.name === 'none'))
  );
}

function isCase(value: Value, name: Value): boolean {
  return value.type === 'variant' && name.type === 'string' && value.name === name.value;
}

function ask(of: Value, method: 'includes' | 'startsWith' | 'endsWith', argument: Value): boolean {
  const list = payloadOf(of);
  if (list.type === 'list' && method === 'includes') {
    const number = numberOf(argument);
    for (let index = 0; index < list.length; index++) {
      // eslint-disable-next-line eqeqeq
      if (list.numbers === undefined ? isEqual(list.at(index), argument) : list.numbers[index] == number)
        return true;
    }
    return false;
  }
  const [text, part] = [textOf(of), textOf(argument)];
  if (text === undefined || part === undefined) throw mismatch(`.${method}()`, of, argument);
  switch (method) {
    case 'includes':
      return text.includes(part);
    case 'startsWith':
      return text.startsWith(part);
    case 'endsWith':
      return text.endsWith(part);
  }
}

function mismatch(operator: string, ...operands: readonly Value[]): UserError {
  const shown = operands.map((operand) => printValue(operand, { most: 3 }).slice(0, 60));
  return new UserError(
    `${operator} does not go with ${shown.join(' and ')}.`,
    'Compare numbers with numbers and text with text.',
  );
}

/** The names of a record's fields, for {@link evaluate}. Earlier records hide later ones. */
export function namesIn(...records: readonly Value[]): Names {
  return (name) => {
    for (const record of records) {
      const found = record.type === 'record' ? record.fields.find((field) => field.name === name) : undefined;
      if (found !== undefined) return found.value;
    }
    return undefined;
  };
}
