/**
 * The bus of a contract: routes each event to the plugins that subscribe to its stream, puts what they emit
 * onto the bus again, and stops what goes round in circles.
 */
import { UserError } from '../errors.ts';
import type { InboxConfig } from '../project/project.ts';
import { RecordKind, type RawRecord } from '../recording/record.ts';
import type { BusMessage, BusRules, EncodedEvent, EventJson, SubscriberIndex } from './contract.ts';
import type { BusDelivery, BusEntry, BusReason } from './protocol.ts';

/** Entries that are kept to answer why. */
const KEPT = 5000;
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
  /** Drops the oldest event that waits; false where there is none. */
  dropOldest(): boolean;
  room(): Promise<void>;
  /** Adds a line to the plugin's log. */
  note(text: string): void;
  readonly runs: boolean;
}

interface Member {
  readonly plugin: BusPlugin;
  readonly full: NonNullable<InboxConfig['full']>;
  /** The events in its inbox, by their numbers. */
  readonly waiting: Map<number, BusEntry>;
  dropped: number;
  /** Resolves when what waits for room is in. */
  last: Promise<void> | undefined;
  /** Answers to events of plugins in this second. */
  echoes: number;
  second: number;
}

/** An entry while it is being routed. */
type Routed = BusEntry & { deliveries: BusDelivery[]; stopped?: string };

export class Bus {
  readonly #rules: BusRules;
  readonly #index: SubscriberIndex;
  readonly #members = new Map<string, Member>();
  readonly #changed: () => void;
  #entries: BusEntry[] = [];
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
    const message = this.#rules.publish(event);
    const entry = this.#entryOf(message, 0, message.id);
    await this.#route(entry, message, patient);
    return entry;
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
      } else {
        entry.stopped = stopped;
        member.plugin.note(stopped);
        this.#tell(entry);
      }
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
    return [...this.#members.values()].map(({ plugin }) => this.#reason(entry, plugin));
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

  /** Resolves when it is in every inbox that waits for room, too. */
  async #route(entry: Routed, { stream, encoded }: BusMessage, patient = false): Promise<void> {
    let waiting: Promise<unknown>[] | undefined;
    for (const { subscriber, pattern } of this.#index.match(stream)) {
      const member = this.#members.get(subscriber);
      if (member === undefined) continue;
      const delivery = { plugin: member.plugin.name, pattern };
      if (!member.plugin.runs) {
        entry.deliveries.push({ ...delivery, outcome: 'absent' });
      } else if (patient || member.full === 'wait') {
        entry.deliveries.push({ ...delivery, outcome: 'queued' });
        if (member.last !== undefined || !this.#offer(member, entry, encoded))
          (waiting ??= []).push(this.#offerLater(member, entry, encoded));
      } else {
        const queued = this.#offerNow(member, entry, encoded);
        entry.deliveries.push({ ...delivery, outcome: queued ? 'queued' : 'dropped' });
      }
    }
    this.#tell(entry);
    if (waiting !== undefined) await Promise.all(waiting);
  }

  #offer(member: Member, entry: BusEntry, encoded: EncodedEvent): boolean {
    if (!member.plugin.offer(encoded)) return false;
    member.waiting.set(member.plugin.lastNumber, entry);
    return true;
  }

  #offerNow(member: Member, entry: BusEntry, encoded: EncodedEvent): boolean {
    if (this.#offer(member, entry, encoded)) return true;
    member.dropped++;
    return member.full === 'drop-oldest' && member.plugin.dropOldest() && this.#offer(member, entry, encoded);
  }

  /** Puts it behind everything that waits for room already. */
  #offerLater(member: Member, entry: BusEntry, encoded: EncodedEvent): Promise<void> {
    const before = member.last ?? Promise.resolve();
    const last = before.then(async () => {
      const { plugin } = member;
      while (this.#members.has(plugin.id) && plugin.runs && !this.#offer(member, entry, encoded))
        await plugin.room();
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

  #reason(entry: BusEntry, { id, name }: BusPlugin): BusReason {
    const no = (text: string): BusReason => ({ plugin: name, reached: false, text });
    if (entry.stopped !== undefined) return no(entry.stopped);
    const delivery = entry.deliveries.find((one) => one.plugin === name);
    if (delivery?.outcome === 'queued')
      return {
        plugin: name,
        reached: true,
        text: `It reached ${name} by the pattern ${quoted(delivery.pattern)}.`,
      };
    if (delivery?.outcome === 'absent')
      return no(
        `${name} hears it by the pattern ${quoted(delivery.pattern)}, and did not run then. Start it.`,
      );
    if (delivery !== undefined)
      return no(
        `${name} hears it by the pattern ${quoted(delivery.pattern)}, and its inbox was full: it was dropped.`,
      );
    const patterns = this.#index.patternsOf(id);
    if (patterns.length === 0)
      return no(
        `${name} subscribes to nothing. Add "subscriptions": ["${entry.stream}"] to its hotplug.json.`,
      );
    if (patterns.some((pattern) => this.#rules.matches(pattern, entry.stream)))
      return no(`${name} subscribed after the event.`);
    return no(
      `None of the patterns of ${name} matches ${quoted(entry.stream)}: ${patterns.map(quoted).join(', ')}.${nearMiss(patterns)}`,
    );
  }

  #tell(entry: BusEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
    this.#news.push(entry);
    if (this.#news.length >= 2 * SHOWN) {
      this.#missed += this.#news.length - SHOWN;
      this.#news = this.#news.slice(-SHOWN);
    }
    this.#changed();
  }
}

/** What people take for a wildcard. */
function nearMiss(patterns: readonly string[]): string {
  const inside = patterns.find((pattern) => /\*.+/.test(pattern) || /[?[\]+]/.test(pattern));
  return inside === undefined ? '' : ` In ${quoted(inside)} only a * at the end stands for more.`;
}

function quoted(text: string): string {
  return text === '' ? 'of the empty stream' : `"${text}"`;
}
