/** What a debugger unfolds: names with texts, some of which have parts, and some of which can be edited. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { elementPath, fieldPath, type Step } from '../../values/path.ts';
import { childrenOf, countChildren } from '../../values/tree.ts';
import type { Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';

/** Elements of a list that its one-line text shows. */
const SHOWN = 8;
/** Characters of a one-line text. */
const WIDTH = 300;

/** Which value of an event or a host call's result something is. */
export interface Editable {
  readonly of: 'event' | 'result';
  readonly path: readonly Step[];
}

export interface Node {
  readonly name: string;
  readonly text: string;
  readonly type?: string | undefined;
  readonly value?: Value | undefined;
  /** An expression that gives this value. */
  readonly expression?: string | undefined;
  readonly editable?: Editable | undefined;
  readonly memoryReference?: string | undefined;
  readonly named: number;
  readonly indexed: number;
  /** Parts in order, `count` of them from number `start` on. */
  readonly parts: (start: number, count: number) => readonly Node[];
}

/** A node of a value and all of its parts. */
export function valueNode(
  name: string,
  value: Value,
  expression: string | undefined,
  editable: Editable | undefined,
): Node {
  const { named, indexed } = countChildren(value);
  return {
    name,
    text: shortText(value),
    type: typeName(value),
    value,
    expression,
    editable,
    named,
    indexed,
    parts: (start, count) =>
      childrenOf(value, start, count).map((child, at) => {
        const step = indexed > 0 || value.type === 'tuple' ? start + at : child.name;
        return valueNode(
          typeof step === 'number' ? `[${step}]` : child.name,
          child.value,
          expression === undefined
            ? undefined
            : typeof step === 'number'
              ? elementPath(expression, step)
              : fieldPath(expression, step),
          editable === undefined ? undefined : { of: editable.of, path: [...editable.path, step] },
        );
      }),
  };
}

/** A node that is a text and nothing more. */
export function textNode(name: string, text: string, more: Partial<Node> = {}): Node {
  return { name, text, named: 0, indexed: 0, parts: () => [], ...more };
}

/** A node that has other nodes. */
export function groupNode(name: string, nodes: readonly Node[], text = ''): Node {
  return {
    name,
    text,
    named: nodes.length,
    indexed: 0,
    parts: (start, count) => nodes.slice(start, start + count),
  };
}

/** A value in one line. */
function shortText(value: Value): string {
  const text = printValue(value, { most: SHOWN, plainJson: true });
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}

/** The WIT type of a value, as far as the value says it. */
export function typeName(value: Value): string {
  if (value.type === 'list') return `list<${value.element}>`;
  if (value.type === 'string' && value.format === 'json') return 'string (JSON)';
  if (value.type === 'handle') return value.resource;
  if (value.type === 'tuple') return `tuple<${value.items.map(typeName).join(', ')}>`;
  return value.type;
}

/** Numbers by which a client asks for the parts of nodes; they hold until one moves on. */
export class References {
  readonly #nodes = new Map<number, Node>();
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  /** A number for the node; 0 where it has no parts. */
  add(node: Node): number {
    if (node.named + node.indexed === 0) return 0;
    const reference = this.#next++;
    this.#nodes.set(reference, node);
    return reference;
  }

  get(reference: number): Node | undefined {
    return this.#nodes.get(reference);
  }

  clear(): void {
    this.#nodes.clear();
  }
}

/** A node in the words of the protocol. */
export function variableOf(node: Node, references: References): DebugProtocol.Variable {
  const { name, text, type, expression, editable, memoryReference, named, indexed } = node;
  return {
    name,
    value: text,
    variablesReference: references.add(node),
    ...(type === undefined ? {} : { type }),
    ...(expression === undefined ? {} : { evaluateName: expression }),
    ...(memoryReference === undefined ? {} : { memoryReference }),
    ...(named > 0 ? { namedVariables: named } : {}),
    ...(indexed > 0 ? { indexedVariables: indexed } : {}),
    ...(editable === undefined ? { presentationHint: { attributes: ['readOnly'] } } : {}),
  };
}
