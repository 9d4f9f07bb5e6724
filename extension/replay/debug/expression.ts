/**
 * Expressions over values: conditions, watches, log messages. Names and paths, comparisons, arithmetic,
 * a few questions about strings and lists; nothing of it reaches JavaScript.
 */
import jsep from 'jsep';
import { messageOf, UserError } from '../../errors.ts';

/** An expression that can be evaluated. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: number | string | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'element'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly other: Expression;
    }
  | {
      readonly kind: 'call';
      readonly of: Expression;
      readonly method: Method;
      readonly arguments: readonly Expression[];
    };

/** What strings and lists can be asked. */
export const METHODS = ['includes', 'startsWith', 'endsWith'] as const;
export type Method = (typeof METHODS)[number];

const UNARY: ReadonlySet<string> = new Set(['!', '-', '+']);
const BINARY: ReadonlySet<string> = new Set([
  ...['||', '&&', '??', '==', '===', '!=', '!==', '<', '<=', '>', '>='],
  ...['+', '-', '*', '/', '%'],
]);
const MOST_CHARACTERS = 4096;

/** Names in WIT have dashes; what stands for one while an expression is read. */
const DASH = '\u2010';
/** Strings, and names that have dashes: `sample-rate`, but not `length - 1` or `length-1`. */
const DASHED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_$][\w$]*(?:-[A-Za-z_][\w$]*)+/g;

/** Reads an expression. Throws a UserError that names the column. */
export function parseExpression(text: string): Expression {
  if (text.trim() === '')
    throw new UserError('The expression is empty.', 'Write one such as packet.samples.length > 3.');
  if (text.length > MOST_CHARACTERS)
    throw new UserError(
      `The expression is longer than ${MOST_CHARACTERS} characters.`,
      'Write a shorter one.',
    );
  const dashless = text.replace(DASHED, (found) =>
    found.startsWith('"') || found.startsWith("'") ? found : found.replaceAll('-', DASH),
  );
  let tree: jsep.Expression;
  try {
    tree = jsep(dashless);
  } catch (error) {
    throw new UserError(`${positionOf(error)}${reasonOf(error)} in "${text}"`, ADVICE, { cause: error });
  }
  return translate(tree as jsep.CoreExpression, text);
}

const ADVICE =
  'Write names, paths such as packet.samples[0], comparisons, &&, ||, !, arithmetic, .length, .includes(), .startsWith() or .endsWith().';

function positionOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'index' in error;
  return known && typeof error.index === 'number' ? `Column ${error.index + 1}: ` : '';
}

function reasonOf(error: unknown): string {
  const reason =
    typeof error === 'object' && error !== null && 'description' in error
      ? String(error.description)
      : messageOf(error);
  return reason.replaceAll(DASH, '-');
}

function translate(node: jsep.CoreExpression, text: string): Expression {
  const inner = (part: jsep.Expression): Expression => translate(part as jsep.CoreExpression, text);
  switch (node.type) {
    case 'Literal':
      if (node.value instanceof RegExp) break;
      return { kind: 'literal', value: node.value };
    case 'Identifier':
      return { kind: 'name', name: node.name.replaceAll(DASH, '-') };
    case 'MemberExpression':
      return memberOf(node, inner);
    case 'UnaryExpression':
      if (!UNARY.has(node.operator)) throw refused(`"${node.operator}"`, text);
      return { kind: 'unary', operator: node.operator, operand: inner(node.argument) };
    case 'BinaryExpression':
      if (!BINARY.has(node.operator)) throw refused(`"${node.operator}"`, text);
      return {
        kind: 'binary',
        operator: node.operator,
        left: inner(node.left),
        right: inner(node.right),
      };
    case 'ConditionalExpression':
      return {
        kind: 'choice',
        test: inner(node.test),
        then: inner(node.consequent),
        other: inner(node.alternate),
      };
    case 'CallExpression': {
      const callee = node.callee as jsep.CoreExpression;
      if (callee.type !== 'MemberExpression' || callee.computed) throw refused('A call', text);
      const name = (callee.property as jsep.Identifier).name;
      const method = METHODS.find((one) => one === name);
      if (method === undefined || node.arguments.length !== 1) throw refused(`".${name}()"`, text);
      return { kind: 'call', of: inner(callee.object), method, arguments: node.arguments.map(inner) };
    }
    case 'Compound':
      throw new UserError(`More than one expression in "${text}"`, ADVICE);
    case 'ArrayExpression':
    case 'SequenceExpression':
    case 'ThisExpression':
      break;
  }
  throw refused(node.type.replace(/Expression$/, '').toLowerCase(), text);
}

function memberOf(node: jsep.MemberExpression, inner: (part: jsep.Expression) => Expression): Expression {
  if (node.computed) return { kind: 'element', of: inner(node.object), index: inner(node.property) };
  const { name } = node.property as jsep.Identifier;
  return { kind: 'member', of: inner(node.object), name: name.replaceAll(DASH, '-') };
}

function refused(what: string, text: string): UserError {
  return new UserError(`${what} is not possible in "${text}"`, ADVICE);
}
