/** What a client sees where one stands: frames, sources, scopes, variables, values of expressions. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../errors.ts';
import { RecordFlag } from '../../recording/record.ts';
import type { Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import { completionsOf } from './completions.ts';
import { eventNumber, type Debuggee } from './debuggee.ts';
import { evaluate } from './evaluate.ts';
import { parseExpression } from './expression.ts';
import { namesAt } from './finder.ts';
import { scopesOf, type FrameKind } from './scopes.ts';
import { callName, linesOf, textOfEvent } from './transcript.ts';
import { References, typeName, valueNode, variableOf, type Node } from './tree.ts';
import type { Run } from './run.ts';

interface Frame {
  readonly id: number;
  readonly kind: FrameKind;
  readonly name: string;
  readonly line: number;
  /** A call that one is not often interested in. */
  readonly isSubtle: boolean;
}

const FIRST_REFERENCE = 1000;

export class View {
  readonly #debuggee: Debuggee;
  readonly #references = new References(FIRST_REFERENCE);
  /** Which event of which run each source is of. */
  readonly #sources: { readonly run: Run; readonly position: number }[] = [];
  readonly #known = new Map<string, number>();
  /** The client counts lines and columns from 0. */
  readonly #shift: 0 | 1;

  constructor(debuggee: Debuggee, fromZero: boolean) {
    this.#debuggee = debuggee;
    this.#shift = fromZero ? 1 : 0;
  }

  /** One moves on: what was unfolded is not asked for again. */
  forget(): void {
    this.#references.clear();
  }

  stackTrace({ startFrame = 0, levels = 0 }: Partial<DebugProtocol.StackTraceArguments>): unknown {
    const { run, place } = this.#debuggee;
    const frames = this.#frames();
    const end = levels === 0 ? frames.length : startFrame + levels;
    return {
      totalFrames: frames.length,
      stackFrames: frames.slice(startFrame, end).map(({ id, kind, name, line, isSubtle }) => ({
        id,
        name: kind === 'event' && run.branch !== undefined ? `${name} (branch)` : name,
        ...this.at(place.position, line),
        canRestart: true,
        presentationHint: isSubtle ? 'subtle' : 'normal',
      })),
    };
  }

  /** A line of an event's transcript, counted from 1, in the client's terms. */
  at(
    position: number,
    line: number,
  ): { readonly source: DebugProtocol.Source; readonly line: number; readonly column: number } {
    const { run } = this.#debuggee;
    const branch = run.branch === undefined ? '' : ` branch ${run.number}`;
    return {
      source: {
        name: `event ${eventNumber(run, position)}${branch}.hotplug-event`,
        sourceReference: this.#referenceTo(run, position),
        origin: 'recording',
      },
      line: line - this.#shift,
      column: 1 - this.#shift,
    };
  }

  source({ source, sourceReference }: DebugProtocol.SourceArguments): unknown {
    const found = this.#sources[(source?.sourceReference ?? sourceReference) - 1];
    if (found === undefined) throw new UserError('There is no such source.', 'Open it from the call stack.');
    return { content: textOfEvent(found.run, found.position), mimeType: 'text/x-hotplug-event' };
  }

  /** Throws a UserError where there is no such frame now. */
  frame(id: number | undefined): Frame {
    const frames = this.#frames();
    const found = id === undefined ? frames[0] : frames.find((frame) => frame.id === id);
    if (found === undefined) throw new UserError('That frame is gone.', 'Choose another one.');
    return found;
  }

  scopes({ frameId }: DebugProtocol.ScopesArguments): unknown {
    const { run, place } = this.#debuggee;
    return {
      scopes: scopesOf(run, place, this.frame(frameId).kind).map(({ node, hint, expensive }) => ({
        name: node.name,
        variablesReference: this.#references.add(node),
        namedVariables: node.named,
        expensive,
        ...(hint === undefined ? {} : { presentationHint: hint }),
      })),
    };
  }

  variables({ variablesReference, filter, start = 0, count = 0 }: DebugProtocol.VariablesArguments): unknown {
    const node = this.#node(variablesReference);
    const isNone = (filter === 'indexed' && node.indexed === 0) || (filter === 'named' && node.named === 0);
    if (isNone) return { variables: [] };
    const most = count === 0 ? node.named + node.indexed : count;
    return { variables: node.parts(start, most).map((part) => variableOf(part, this.#references)) };
  }

  /** A variable of those that a reference stands for. Throws a UserError where there is none. */
  child(reference: number, name: string): Node {
    const parent = this.#node(reference);
    const index = parent.indexed > 0 ? /^\[(\d+)\]$/.exec(name)?.[1] : undefined;
    const parts =
      index === undefined ? parent.parts(0, parent.named + parent.indexed) : parent.parts(Number(index), 1);
    const found = parts.find((part) => part.name === name);
    if (found === undefined) throw gone();
    return found;
  }

  evaluate({ expression, context }: DebugProtocol.EvaluateArguments): unknown {
    const { run, place } = this.#debuggee;
    const [, copied] = /^\s*copy\s+(.+)$/s.exec(context === 'repl' ? expression : '') ?? [];
    const text = copied ?? expression;
    const value = evaluate(parseExpression(text), namesAt(run, place));
    if (value === undefined)
      throw new UserError(
        `There is no ${text} here.`,
        'At an event there are its fields and event; at a host call its arguments, result, call and event.',
      );
    if (context === 'clipboard' || copied !== undefined)
      return { result: printValue(value), type: typeName(value), variablesReference: 0 };
    const {
      value: result,
      type,
      variablesReference,
      namedVariables,
      indexedVariables,
    } = this.variable(value);
    return {
      result,
      type,
      variablesReference,
      ...(namedVariables === undefined ? {} : { namedVariables }),
      ...(indexedVariables === undefined ? {} : { indexedVariables }),
    };
  }

  completions(args: DebugProtocol.CompletionsArguments): unknown {
    const { run, place } = this.#debuggee;
    return { targets: completionsOf(run, place, args) };
  }

  /** A value that belongs to nothing. */
  variable(value: Value): DebugProtocol.Variable {
    return variableOf(valueNode('', value, undefined, undefined), this.#references);
  }

  #node(reference: number): Node {
    const node = this.#references.get(reference);
    if (node === undefined) throw gone();
    return node;
  }

  /** Frames, innermost first. */
  #frames(): readonly Frame[] {
    const { run, place } = this.#debuggee;
    const first = run.group(place.position)?.first;
    if (first === undefined) return [];
    const lines = linesOf(run, place);
    const event = run.record(first);
    const frames: Frame[] = [
      {
        id: 1,
        kind: 'event',
        name: `event ${event.event} ${event.name}`,
        line: lines.event,
        isSubtle: false,
      },
    ];
    if (place.step > 0)
      frames.unshift({
        id: 2,
        kind: 'call',
        name: callName(run, place.position),
        line: lines.call,
        isSubtle: false,
      });
    if (lines.hostCall !== undefined) {
      const { name, flags } = run.record(run.recordAt(place));
      const isSubtle = (flags & RecordFlag.wasi) !== 0;
      frames.unshift({ id: 3, kind: 'hostCall', name, line: lines.hostCall, isSubtle });
    }
    return frames;
  }

  #referenceTo(run: Run, position: number): number {
    const key = `${run.number}:${position}`;
    const known = this.#known.get(key) ?? this.#sources.push({ run, position });
    this.#known.set(key, known);
    return known;
  }
}

function gone(): UserError {
  return new UserError('That value is gone.', 'Look at it again.');
}
