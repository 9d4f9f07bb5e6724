/**
 * The bus of a contract: routes each event to the plugins that subscribe to its stream, puts what they emit
 * onto the bus again, and stops what goes round in circles.
 */
import { UserError } from '../errors.ts';
import type { InboxConfig } from '../project/project.ts';
import { RecordKind, type RawRecord } from '../recording/record.ts';
import type { BusMessage, BusRules, EncodedEvent, EventJson, SubscriberIndex } from './contract.ts';
import type { BusDelivery, BusEntry, BusReason } from './protocol.ts';

/** Entries that are kept to answer why, and bytes of their events. */
const KEPT = 5000;
const KEPT_BYTES = 64 << 20;
/** Entries of one message to the views. */
const SHOWN = 500;
/** Plugins that may stand between an event and the one from outside that it goes back to. */
const MOST_HOPS = 8;
/** Answers to events of plugins that one plugin may give in a second. */
const MOST_ECHOES = 500;
const SECOND = 1000;

/** What the bus needs of a plugin. */
export interface BusPlugin {
  readonly id: string;
  readonly name: string;
  /** Number of the newest event in its inbox. */
  readonly lastNumber: number;
  /** Queues an event; false where there is no room. */
  offer(event: EncodedEvent): boolean;
  /** Drops the oldest event that waits, and answers its number; undefined where there is none. */
  dropOldest(): number | undefined;
  /** Counts an event that it does not get. */
  lost(): void;
  /** Resolves when there is room, and when there will be none because the plugin ended. */
  room(): Promise<void>;
  /** Adds a line to the plugin's log. */
  note(text: string): void;
  readonly runs: boolean;
}

interface Member {
  readonly plugin: BusPlugin;
  readonly full: NonNullable<InboxConfig['full']>;
  /** The events in its inbox and the one that it works on, by their numbers. */
  readonly waiting: Map<number, BusEntry>;
  dropped: number;
  /** Resolves when what waits for room is in. */
  last: Promise<void> | undefined;
  /** Answers to events of plugins in this second. */
  echoes: number;
  second: number;
  /** The event whose answers the log was told to be stopped, so that it is told once. */
  stopped: BusEntry | undefined;
}

/** An entry while it is being routed. */
type Routed = BusEntry & { deliveries: BusDelivery[]; stopped?: string };

/** An event on its way to one plugin. */
interface Parcel {
  readonly member: Member;
  readonly entry: Routed;
  readonly pattern: string;
  readonly encoded: EncodedEvent;
}

export class Bus {
  readonly #rules: BusRules;
  readonly #index: SubscriberIndex;
  readonly #members = new Map<string, Member>();
  readonly #changed: () => void;
  #entries: BusEntry[] = [];
  #bytes = 0;
  readonly #sizes = new WeakMap<BusEntry, number>();
  /** Entries that the views were not told of. */
  #news: BusEntry[] = [];
  #missed = 0;

  /** `changed` says that there is something to {@link takeNews}. */
  constructor(rules: BusRules, changed: () => void) {
    this.#rules = rules;
    this.#index = rules.subscriptions();
    this.#changed = changed;
  }

  join(plugin: BusPlugin, patterns: readonly string[], full: InboxConfig['full'] = 'drop-newest'): void {
    this.#members.set(plugin.id, {
      plugin,
      full,
      waiting: new Map(),
      dropped: 0,
      last: undefined,
      echoes: 0,
      second: 0,
      stopped: undefined,
    });
    this.subscribe(plugin.id, patterns);
  }

  leave(plugin: string): void {
    this.#index.remove(plugin);
    this.#members.delete(plugin);
  }

  subscribe(plugin: string, patterns: readonly string[]): void {
    this.#index.remove(plugin);
    for (const pattern of patterns) this.#index.add(pattern, plugin);
  }

  statusOf(plugin: string): { readonly patterns: readonly string[]; readonly dropped: number } | undefined {
    const member = this.#members.get(plugin);
    return member && { patterns: this.#index.patternsOf(plugin), dropped: member.dropped };
  }

  /**
   * Puts an event from outside onto the bus. Where it is patient, it waits for room in every inbox. Throws a
   * UserError that names the field.
   */
  async publish(event: EventJson, patient = false): Promise<BusEntry> {
    return await this.#publish(this.#rules.publish(event), patient);
  }

  /** Puts events onto the bus one after the other; none where one of them is wrong. */
  async publishAll(events: readonly EventJson[]): Promise<readonly BusEntry[]> {
    const messages = events.map((event) => this.#rules.publish(event));
    const entries: BusEntry[] = [];
    for (const message of messages) entries.push(await this.#publish(message, false));
    return entries;
  }

  /** Takes note of an effect of a plugin, which goes onto the bus, or of a call that came back. */
  answered(plugin: string, record: RawRecord): void {
    const member = this.#members.get(plugin);
    if (member === undefined) return;
    const cause = member.waiting.get(record.event);
    // Calls come back in order: what is older was lost with an instance.
    for (const number of record.kind === RecordKind.call ? member.waiting.keys() : []) {
      if (number > record.event) break;
      member.waiting.delete(number);
    }
    const { events, refused } = this.#rules.emitted(record, member.plugin.name);
    for (const text of refused) member.plugin.note(text);
    const hops = (cause?.hops ?? 0) + 1;
    for (const message of events) {
      const entry = this.#entryOf(message, hops, cause?.origin ?? message.id, member.plugin.name);
      const stopped = this.#guard(member, cause, hops);
      if (stopped === undefined) {
        void this.#route(entry, message);
        continue;
      }
      entry.stopped = stopped;
      if (member.stopped !== cause) member.plugin.note(stopped);
      member.stopped = cause;
      this.#tell(entry, message);
    }
  }

  entries(): readonly BusEntry[] {
    return this.#entries;
  }

  /** Why an event did or did not reach each plugin. Throws a UserError where the event is not known any more. */
  reasons(id: string): readonly BusReason[] {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry === undefined) {
      throw new UserError(
        `The bus has no event ${id}.`,
        `It keeps the last ${KEPT}; choose one of the transcript.`,
      );
    }
    return [...this.#members.values()].map((member) => this.#reason(entry, member));
  }

  /** What the views were not told of yet. */
  takeNews(): { readonly events: readonly BusEntry[]; readonly missed: number } {
    const news = { events: this.#news, missed: this.#missed };
    this.#news = [];
    this.#missed = 0;
    return news;
  }

  #entryOf({ id, stream, event }: BusMessage, hops: number, origin: string, from?: string): Routed {
    const at = Date.now();
    return { id, stream, event, at, hops, origin, deliveries: [], ...(from === undefined ? {} : { from }) };
  }

  async #publish(message: BusMessage, patient: boolean): Promise<BusEntry> {
    const entry = this.#entryOf(message, 0, message.id);
    await this.#route(entry, message, patient);
    return entry;
  }

  /** Resolves when it is in every inbox that waits for room, too. */
  async #route(entry: Routed, message: BusMessage, patient = false): Promise<void> {
    const { stream, encoded } = message;
    let waiting: Promise<unknown>[] | undefined;
    for (const { subscriber, pattern } of this.#index.match(stream)) {
      const member = this.#members.get(subscriber);
      if (member === undefined) continue;
      const parcel = { member, entry, pattern, encoded };
      if (!member.plugin.runs) {
        note(parcel, 'absent');
      } else if (patient || member.full === 'wait') {
        note(parcel, 'queued');
        if (member.last !== undefined || !this.#offer(parcel))
          (waiting ??= []).push(this.#offerLater(parcel));
      } else {
        note(parcel, this.#offerNow(parcel) ? 'queued' : 'dropped');
      }
    }
    this.#tell(entry, message);
    if (waiting !== undefined) await Promise.all(waiting);
  }

  #offer({ member, entry, encoded }: Parcel): boolean {
    if (!member.plugin.offer(encoded)) return false;
    member.waiting.set(member.plugin.lastNumber, entry);
    return true;
  }

  #offerNow(parcel: Parcel): boolean {
    if (this.#offer(parcel)) return true;
    const { member } = parcel;
    member.dropped++;
    member.plugin.lost();
    const oldest = member.full === 'drop-oldest' ? member.plugin.dropOldest() : undefined;
    if (oldest === undefined) return false;
    const dropped = member.waiting.get(oldest);
    member.waiting.delete(oldest);
    if (dropped !== undefined) correct(dropped, member, 'dropped');
    return this.#offer(parcel);
  }

  /** Puts it behind everything that waits for room already. */
  #offerLater(parcel: Parcel): Promise<void> {
    const { member, entry } = parcel;
    const { plugin } = member;
    const before = member.last ?? Promise.resolve();
    const last = before.then(async () => {
      for (;;) {
        if (this.#members.get(plugin.id) !== member || !plugin.runs) {
          correct(entry, member, 'absent');
          return;
        }
        if (this.#offer(parcel)) return;
        await plugin.room();
      }
    });
    member.last = last;
    return last.finally(() => {
      if (member.last === last) member.last = undefined;
    });
  }

  /** Says why an answer goes no further; undefined where it does. */
  #guard(member: Member, cause: BusEntry | undefined, hops: number): string | undefined {
    const { name } = member.plugin;
    if (cause?.from === undefined) return undefined;
    const circle =
      cause.from === name ? `${name} answers its own events` : `${name} and ${cause.from} answer each other`;
    const advice = 'Ignore events of plugins: return early where "actor_kind" is 2.';
    if (hops > MOST_HOPS)
      return `${circle}: event ${cause.origin} was answered ${MOST_HOPS} times in a row, and this answer is not delivered. ${advice}`;
    const second = Math.floor(Date.now() / SECOND);
    if (member.second !== second) {
      member.second = second;
      member.echoes = 0;
    }
    if (++member.echoes <= MOST_ECHOES) return undefined;
    return `${circle}, more than ${MOST_ECHOES} times in a second: this answer is not delivered. ${advice}`;
  }

  #reason(entry: BusEntry, { plugin: { id, name, runs }, waiting }: Member): BusReason {
    const no = (text: string): BusReason => ({ plugin: name, reached: false, text });
    if (entry.stopped !== undefined) return no(entry.stopped);
    const delivery = entry.deliveries.find((one) => one.plugin === name);
    if (delivery !== undefined) {
      const by = `by the pattern ${quoted(delivery.pattern)}`;
      if (delivery.outcome === 'absent') return no(`${name} hears it ${by}, and did not run then. Start it.`);
      if (delivery.outcome === 'dropped')
        return no(`${name} hears it ${by}, and its inbox was full: it was dropped.`);
      const isOpen = [...waiting.values()].includes(entry);
      if (isOpen && !runs)
        return no(`${name} hears it ${by}, and ended before it had answered it. Start it.`);
      const text = isOpen
        ? `It is in the inbox of ${name} ${by}, and not answered yet.`
        : `It reached ${name} ${by}.`;
      return { plugin: name, reached: true, text };
    }
    const patterns = this.#index.patternsOf(id);
    if (patterns.length === 0)
      return no(
        `${name} subscribes to nothing. Add "subscriptions": [${JSON.stringify(entry.stream)}] to its hotplug.json.`,
      );
    if (patterns.some((pattern) => this.#rules.matches(pattern, entry.stream)))
      return no(`${name} subscribed after the event.`);
    return no(
      `None of the patterns of ${name} matches ${quoted(entry.stream)}: ${patterns.map(quoted).join(', ')}.${nearMiss(patterns)}`,
    );
  }

  #tell(entry: BusEntry, { encoded }: BusMessage): void {
    this.#keep(entry, encoded.payload.length);
    this.#news.push(entry);
    if (this.#news.length >= 2 * SHOWN) {
      this.#missed += this.#news.length - SHOWN;
      this.#news = this.#news.slice(-SHOWN);
    }
    this.#changed();
  }

  #keep(entry: BusEntry, bytes: number): void {
    this.#entries.push(entry);
    this.#sizes.set(entry, bytes);
    this.#bytes += bytes;
    if (this.#entries.length < 2 * KEPT && this.#bytes < 2 * KEPT_BYTES) return;
    let first = Math.max(0, this.#entries.length - KEPT);
    const sizeAt = (index: number): number => this.#sizes.get(this.#entries[index] ?? entry) ?? 0;
    for (let index = 0; index < first; index++) this.#bytes -= sizeAt(index);
    // The newest stays, however large it is.
    for (; this.#bytes > KEPT_BYTES && first < this.#entries.length - 1; first++)
      this.#bytes -= sizeAt(first);
    this.#entries = this.#entries.slice(first);
  }
}

function note({ entry, member, pattern }: Parcel, outcome: BusDelivery['outcome']): void {
  entry.deliveries.push({ plugin: member.plugin.name, pattern, outcome });
}

/** Says that something else became of what was queued. */
function correct(entry: BusEntry, { plugin }: Member, outcome: BusDelivery['outcome']): void {
  const deliveries = entry.deliveries as BusDelivery[];
  const at = deliveries.findIndex((one) => one.plugin === plugin.name);
  const delivery = deliveries[at];
  if (delivery !== undefined) deliveries[at] = { ...delivery, outcome };
}

/** What people take for a wildcard. */
function nearMiss(patterns: readonly string[]): string {
  const inside = patterns.find((pattern) => /\*.+/.test(pattern) || /[?[\]+]/.test(pattern));
  return inside === undefined ? '' : ` In ${quoted(inside)} only a * at the end stands for more.`;
}

/** A pattern or a stream. */
function quoted(text: string): string {
  return text === '' ? '"" (the empty stream)' : `"${text}"`;
}
