/** The part of the host that has a bus for each contract whose plugins stand on one. */
import { UserError } from '../errors.ts';
import type { RawRecord } from '../recording/record.ts';
import { Bus } from './bus.ts';
import type { Contract, EncodedEvent } from './contract.ts';
import type { Handler } from './part.ts';
import type { HostedPlugin } from './plugin.ts';
import type { HostEvents, PluginStatus } from './protocol.ts';
import { Throttle } from './throttle.ts';

/** Shortest time between two messages of what went over a bus, in ms. */
const NEWS_MS = 100;

export type BusRequest = 'publish' | 'busEntries' | 'busReasons' | 'subscribe';

export interface BusesOptions {
  readonly contracts: Readonly<Record<string, Contract>>;
  readonly plugin: (id: string) => HostedPlugin;
  readonly emit: (news: HostEvents['bus']) => void;
  /** A line for the log of this plugin. */
  readonly note: (plugin: HostedPlugin, text: string) => void;
}

interface Hosted {
  readonly bus: Bus;
  readonly news: Throttle;
}

export class Buses {
  readonly #options: BusesOptions;
  readonly #buses = new Map<string, Hosted>();
  readonly handlers: { readonly [K in BusRequest]: Handler<K> };

  constructor(options: BusesOptions) {
    this.#options = options;
    this.handlers = {
      publish: async ({ contract, events }) => ({ events: await this.#of(contract).publishAll(events) }),
      busEntries: ({ contract }) => Promise.resolve({ events: this.#of(contract).entries() }),
      busReasons: ({ contract, event }) => Promise.resolve(this.#of(contract).reasons(event)),
      subscribe: ({ plugin, patterns }) => {
        const hosted = options.plugin(plugin);
        this.#of(hosted.contract.id).subscribe(plugin, patterns);
        hosted.options.changed();
        return Promise.resolve(undefined);
      },
    };
  }

  /** Has the plugin hear what its project subscribes to, where its contract has a bus. */
  join(plugin: HostedPlugin): void {
    const { contract, options } = plugin;
    if (contract.bus === undefined) return;
    const { subscriptions = [], inbox } = options.project.config;
    const { inbox: queue } = plugin;
    this.#of(contract.id).join(
      {
        id: plugin.id,
        name: plugin.name,
        get lastNumber() {
          return queue.lastNumber;
        },
        get runs() {
          return plugin.runs;
        },
        offer: (event) => plugin.offer(event),
        dropOldest: () => queue.dropOldest(),
        lost: () => {
          queue.dropped += 1;
        },
        room: () => queue.room(),
        note: (text) => {
          this.#options.note(plugin, text);
        },
      },
      subscriptions,
      inbox?.full,
    );
  }

  leave(plugin: HostedPlugin): void {
    this.#buses.get(plugin.contract.id)?.bus.leave(plugin.id);
  }

  answered(plugin: HostedPlugin, call: RawRecord): void {
    this.#buses.get(plugin.contract.id)?.bus.answered(plugin.id, call);
  }

  statusOf(plugin: HostedPlugin): PluginStatus['bus'] {
    return this.#buses.get(plugin.contract.id)?.bus.statusOf(plugin.id);
  }

  /** Puts an event of an input onto the bus; false where the plugin's contract has none. */
  async publish(plugin: HostedPlugin, event: EncodedEvent): Promise<boolean> {
    const { contract } = plugin;
    if (contract.bus === undefined) return false;
    // What comes from a file is not lost for being fast.
    await this.#of(contract.id).publish(contract.decodeEvent(event), true);
    return true;
  }

  dispose(): void {
    for (const { news } of this.#buses.values()) news.dispose();
  }

  #of(contract: string): Bus {
    const known = this.#buses.get(contract);
    if (known !== undefined) return known.bus;
    const rules = this.#options.contracts[contract]?.bus;
    if (rules === undefined) {
      throw new UserError(
        `Plugins of ${this.#options.contracts[contract]?.title ?? contract} stand on no bus.`,
        'Send the event to one of them.',
      );
    }
    const news: Throttle = new Throttle(NEWS_MS, () => {
      this.#options.emit({ contract, ...bus.takeNews() });
    });
    const bus = new Bus(rules, () => {
      news.poke();
    });
    this.#buses.set(contract, { bus, news });
    return bus;
  }
}
