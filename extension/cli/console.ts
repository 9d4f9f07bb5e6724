/** The event console of the command line: lines of stdin become events of a bus, and the bus becomes lines of stdout. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { contracts } from '../contracts/index.ts';
import { act, commandHelp, firstWorld, type World } from '../contracts/holomush/commands.ts';
import { LoadGenerator } from '../contracts/holomush/load.ts';
import { heardBy, marksOf, tell } from '../contracts/holomush/transcript.ts';
import { UserError } from '../errors.ts';
import type { BusEntry, HostApi } from '../host/protocol.ts';
import type { Project } from '../project/project.ts';
import { table } from './command.ts';
import { sayError } from './errors.ts';
import { untilIdle } from './idle.ts';
import type { Output } from './output.ts';

const CONTRACT = 'holomush';

/** Commands of the console itself. */
const ownHelp: readonly (readonly [string, string])[] = [
  ['/why [ID]', 'why an event did or did not reach the plugin; the last one where no id is given'],
  ['/load CHARACTERS ROOMS RATE', 'made-up events, so many a second; /load stop ends them'],
  ['/help', 'this text'],
  ['/quit', 'ends, as the end of the input does'],
];

/** Throws a UserError for a plugin that stands on no bus. */
export function requireBus({ folder, contract }: Project): void {
  if (contract === CONTRACT) return;
  throw new UserError(
    `${folder} is for ${contracts[contract]?.title ?? contract}, which has no events of a MUSH`,
    'Leave --console out.',
  );
}

export interface ConsoleOptions {
  readonly host: HostApi;
  readonly output: Output;
  /** Where lines come from; stdin. */
  readonly input: Readable;
  /** Where entries go with `--json`; stdout. */
  readonly entries: Writable;
  readonly signal: AbortSignal;
}

/**
 * Does what is typed until the input ends, somebody quits, or the signal comes; then waits until the plugins have
 * answered. With `--json`, stdout has an entry of the bus a line, and nothing else.
 */
export async function runConsole({ host, output, input, entries, signal }: ConsoleOptions): Promise<void> {
  const transcript = new Transcript(host, output, entries);
  const lines = createInterface({ input, crlfDelay: Infinity });
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  const session = new Session(host, output, transcript);
  try {
    if (signal.aborted) return;
    output.say(output.style('dim', 'Type say hello, or /help.'));
    for await (const line of lines) {
      if (line.trim() === '/quit') break;
      await session.line(line);
    }
    session.stopLoad();
    await untilIdle(host, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    session.stopLoad();
    lines.close();
    await transcript.end();
  }
}

class Session {
  readonly #host: HostApi;
  readonly #output: Output;
  readonly #transcript: Transcript;
  #world: World = firstWorld;
  #load: LoadGenerator | undefined;

  constructor(host: HostApi, output: Output, transcript: Transcript) {
    this.#host = host;
    this.#output = output;
    this.#transcript = transcript;
  }

  async line(line: string): Promise<void> {
    try {
      if (line.trimStart().startsWith('/')) {
        await this.#own(line.trim().split(/\s+/));
        return;
      }
      const { world, events } = act(line, this.#world);
      if (events.length > 0) await this.#host.request('publish', { contract: CONTRACT, events });
      this.#world = world;
    } catch (error) {
      sayError(error, this.#output);
    }
  }

  stopLoad(): void {
    this.#load?.dispose();
    this.#load = undefined;
  }

  async #own([verb = '', ...args]: readonly string[]): Promise<void> {
    switch (verb) {
      case '/help':
        this.#output.say(table([...commandHelp, ...ownHelp].map(([left, right]) => [left, right])));
        break;
      case '/why':
        await this.#why(args[0]);
        break;
      case '/load':
        this.#startLoad(args);
        break;
      default:
        throw new UserError(`"${verb}" is no command of the console`, 'See /help.');
    }
  }

  async #why(typed: string | undefined): Promise<void> {
    await this.#transcript.upToDate();
    const event = typed ?? this.#transcript.last?.id;
    if (event === undefined) throw new UserError('There is no event yet', 'Type say hello.');
    const reasons = await this.#host.request('busReasons', { contract: CONTRACT, event });
    for (const { text } of reasons) this.#output.say(`  ${text}`);
  }

  #startLoad(args: readonly string[]): void {
    this.stopLoad();
    if (args[0] === 'stop') return;
    const [characters = NaN, rooms = NaN, rate = NaN] = args.map(Number);
    this.#load = new LoadGenerator(
      { characters, rooms, rate },
      (events) => this.#host.request('publish', { contract: CONTRACT, events }),
      (error) => sayError(error, this.#output),
    );
  }
}

/** Prints what goes over the bus, each event once and in its order. */
class Transcript {
  readonly #host: HostApi;
  readonly #output: Output;
  readonly #entries: Writable;
  readonly #off: () => void;
  /** Prints follow each other. */
  #printing: Promise<void> = Promise.resolve();
  last: BusEntry | undefined;

  constructor(host: HostApi, output: Output, entries: Writable) {
    this.#host = host;
    this.#output = output;
    this.#entries = entries;
    this.#off = host.on('bus', ({ contract }) => {
      if (contract === CONTRACT) void this.upToDate();
    });
  }

  /** Resolves when everything that went over the bus so far is printed. */
  upToDate(): Promise<void> {
    this.#printing = this.#printing.then(() => this.#print());
    return this.#printing;
  }

  async end(): Promise<void> {
    this.#off();
    await this.upToDate();
  }

  /** News may leave events out when there are many; what the bus keeps is asked for instead. */
  async #print(): Promise<void> {
    const { events } = await this.#host.request('busEntries', { contract: CONTRACT });
    const known = this.last === undefined ? -1 : events.lastIndexOf(this.last);
    if (this.last !== undefined && known < 0)
      this.#output.say(this.#output.style('yellow', '… more events than the bus keeps; some are not shown'));
    const fresh = events.slice(known + 1);
    this.last = fresh.at(-1) ?? this.last;
    for (const entry of fresh) this.#line(entry);
  }

  #line(entry: BusEntry): void {
    if (this.#output.json) this.#entries.write(`${JSON.stringify(entry)}\n`);
    else for (const line of entryLines(entry, this.#output)) this.#output.say(line);
  }
}

/** The event in words, and below it what went wrong with it. */
function entryLines(entry: BusEntry, output: Output): readonly string[] {
  const { who, kind, text } = tell(entry.event);
  const name = kind === 'plugin' ? output.style('green', who) : who;
  const heard = heardBy(entry);
  const way = entry.hops === 0 ? '' : `, hop ${entry.hops} of ${entry.origin}`;
  const to = `${entry.id} → ${heard.length === 0 ? 'nobody' : heard.join(', ')}${way}`;
  return [
    `${output.style('dim', timeOf(entry.at))} ${entry.stream}  ${name} ${oneLine(text)}  ${output.style('dim', to)}`,
    ...marksOf(entry).map((mark) => output.style('yellow', `  ${mark.kind}: ${oneLine(mark.text)}`)),
  ];
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

/** Control characters would move the cursor of a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}
