/** The breakpoints of a session, as its client sets them. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../errors.ts';
import { readBreakpoint, type Breakpoint, type BreakpointText } from './breakpoints.ts';
import { isInside } from '../../project/config.ts';
import { FILTERS } from './capabilities.ts';
import { parseExpression, type Expression } from './expression.ts';
import type { Filters } from './finder.ts';
import type { Launch, Subject } from './launch.ts';
import { sentences } from './wire.ts';

type Answers = { readonly breakpoints: readonly DebugProtocol.Breakpoint[] };

interface Read {
  readonly answer: DebugProtocol.Breakpoint;
  readonly breakpoint?: Breakpoint | undefined;
}

export class BreakpointTable {
  readonly #changed: () => void;
  #launch: readonly Breakpoint[] = [];
  #functions: readonly Breakpoint[] = [];
  readonly #sources = new Map<string, readonly Breakpoint[]>();
  #stopOn: Pick<Launch, 'stopOnTrap' | 'stopOnDifference'> = { stopOnTrap: true, stopOnDifference: true };
  #filters: Filters | undefined;
  #next = 1;
  /** The client counts lines from 0. */
  fromZero = false;
  /** What is debugged: sources outside of its project are not the plugin's. */
  subject: Pick<Subject, 'folder' | 'language' | 'contract'> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get all(): readonly Breakpoint[] {
    return [...this.#launch, ...this.#functions, ...[...this.#sources.values()].flat()];
  }

  /** What the client set; where it set nothing, what the launch configuration says. */
  get filters(): Filters {
    const always = { condition: undefined };
    const { trap, difference } = this.#filters ?? { trap: always, difference: always };
    const { stopOnTrap, stopOnDifference } = this.#stopOn;
    return { trap: stopOnTrap ? trap : undefined, difference: stopOnDifference ? difference : undefined };
  }

  /** Takes those of the launch configuration. Throws a UserError where one is wrong. */
  launch(launch: Launch): void {
    this.#stopOn = launch;
    this.#launch = launch.breakpoints.map((text) => readBreakpoint(this.#next++, text));
    this.#changed();
  }

  #read(text: BreakpointText): Read {
    const id = this.#next++;
    try {
      const breakpoint = readBreakpoint(id, text);
      return { answer: { id, verified: true }, breakpoint };
    } catch (error) {
      return { answer: { id, verified: false, message: sentences(error), reason: 'failed' } };
    }
  }

  /** Takes the breakpoints on host calls and events. A wrong one is not verified, and its message says why. */
  setFunctions({ breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments): Answers {
    const read = breakpoints.map((breakpoint) => {
      const { name, condition, hitCondition } = breakpoint;
      return this.#read({ name, condition, hits: hitCondition, log: logOf(breakpoint) });
    });
    this.#functions = read.flatMap(({ breakpoint }) => (breakpoint === undefined ? [] : [breakpoint]));
    this.#changed();
    return { breakpoints: read.map(({ answer }) => answer) };
  }

  /** Takes those in a source of the plugin: one in the function that takes events stops at every event. */
  async setInSource({ source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments): Promise<Answers> {
    const path = source.path ?? '';
    const folder = this.subject?.folder;
    const isForeign = folder !== undefined && !isInside(folder, path);
    const text = isForeign ? undefined : await readFile(path, 'utf8').catch(() => undefined);
    const handlers = text === undefined ? [] : await this.#handlers(text);
    const shift = this.fromZero ? 1 : 0;
    const read = breakpoints.map(({ line, condition, hitCondition, logMessage }) => {
      const at = line + shift;
      const handler = handlers.find(({ first, last }) => at >= first && at <= last);
      if (handler === undefined) return { answer: this.#elsewhere(path, isForeign, handlers[0]?.first) };
      const { answer, breakpoint } = this.#read({
        name: handler.event === undefined ? 'event' : `event:${handler.event}`,
        condition,
        hits: hitCondition,
        log: logMessage,
      });
      const first = handler.first - shift;
      return { answer: { ...answer, line: answer.verified ? first : line, source }, breakpoint };
    });
    this.#sources.set(
      path,
      read.flatMap(({ breakpoint }) => (breakpoint === undefined ? [] : [breakpoint])),
    );
    this.#changed();
    return { breakpoints: read.map(({ answer }) => answer) };
  }

  /** Lines of the functions that take events, counted from 1. */
  async #handlers(
    text: string,
  ): Promise<
    readonly { readonly first: number; readonly last: number; readonly event: string | undefined }[]
  > {
    if (this.subject === undefined) return [];
    // It knows every language, which a session without breakpoints in sources has no need of.
    const { handlerRanges } = await import('../../project/handler.ts');
    const { language, contract } = this.subject;
    return handlerRanges(text, language, contract).map(({ start, end, event }) => ({
      first: start.line + 1,
      last: end.line + 1,
      event,
    }));
  }

  #elsewhere(path: string, isForeign: boolean, handler: number | undefined): DebugProtocol.Breakpoint {
    const where = isForeign
      ? `${basename(path)} is not a source of this plugin`
      : handler === undefined
        ? `${basename(path)} has no function that takes events`
        : `the function that takes events begins at line ${handler}`;
    return {
      id: this.#next++,
      verified: false,
      reason: 'failed',
      message: `Hotplug stops at events and host calls; ${where}. For other lines use "Hotplug: Debug Plugin Source".`,
    };
  }

  /** Takes the filters of failures and of the first difference, with their conditions. */
  setExceptions({ filters, filterOptions = [] }: DebugProtocol.SetExceptionBreakpointsArguments): Answers {
    const conditions = new Map<string, Expression | undefined>();
    const answers = [
      ...filters.map((filterId) => ({ filterId, condition: undefined })),
      ...filterOptions,
    ].map(({ filterId, condition }): DebugProtocol.Breakpoint => {
      try {
        if (filterId !== FILTERS.trap && filterId !== FILTERS.difference)
          throw new UserError(`There is no filter "${filterId}".`, 'Use "trap" or "difference".');
        const isEmpty = condition === undefined || condition.trim() === '';
        conditions.set(filterId, isEmpty ? undefined : parseExpression(condition));
        return { verified: true };
      } catch (error) {
        return { verified: false, message: sentences(error) };
      }
    });
    const filter = (id: string): { readonly condition: Expression | undefined } | undefined =>
      conditions.has(id) ? { condition: conditions.get(id) } : undefined;
    this.#filters = { trap: filter(FILTERS.trap), difference: filter(FILTERS.difference) };
    this.#changed();
    return { breakpoints: answers };
  }
}

/** A function breakpoint has no log message of its own in the protocol; some clients send one. */
function logOf(breakpoint: DebugProtocol.FunctionBreakpoint): string | undefined {
  return 'logMessage' in breakpoint && typeof breakpoint.logMessage === 'string'
    ? breakpoint.logMessage
    : undefined;
}
