/** Where events of a trace happen: threads, processes and services, and the plugins that they become. */

/** Most plugins of a recording that tracks become; what is more shares the last one. */
const MOST_PLUGINS = 8000;
/** Characters of a name; what is longer is cut. */
const LONGEST = 200;

interface Track {
  readonly group: string;
  /** Undefined for what belongs to the whole process. */
  readonly thread?: string;
}

interface Named {
  name?: string;
  sort?: number;
}

/** A track as it is shown. */
interface PlacedTrack {
  /** Index of the plugin that it is part of. */
  readonly plugin: number;
  /** Its own name, where the plugin's does not say it. */
  readonly thread?: string;
}

export interface Placed {
  readonly plugins: readonly string[];
  readonly tracks: readonly PlacedTrack[];
  /** Tracks that share the last plugin. */
  readonly sharing: number;
}

export class Tracks {
  readonly #tracks: Track[] = [];
  readonly #ids = new Map<string, number>();
  readonly #groups = new Map<string, Named>();
  readonly #threads = new Map<string, Named>();
  readonly #noun: string;
  readonly #isOneByName: boolean;
  /** How many of the groups that are shown have each name. */
  readonly #namesakes = new Map<string, number>();

  /** `noun`: what a group without a name is: `process`. `oneByName`: groups of one name are the same. */
  constructor(noun: string, { oneByName }: { readonly oneByName: boolean }) {
    this.#noun = noun;
    this.#isOneByName = oneByName;
  }

  /** The track of a thread in a process, or of the whole of that; the ids are the trace's. */
  of(group: string, thread?: string): number {
    const key = keyOf(group, thread);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#tracks.length);
    return this.#tracks.push(thread === undefined ? { group } : { group, thread }) - 1;
  }

  nameGroup(group: string, named: Named): void {
    Object.assign(entry(this.#groups, group), named);
  }

  nameThread(group: string, thread: string, named: Named): void {
    Object.assign(entry(this.#threads, keyOf(group, thread)), named);
  }

  /** Where each track that something happened on is shown. */
  place(used: ReadonlySet<number>): Placed {
    const order = [...used].sort((a, b) => this.#compare(a, b));
    const threadsOf = new Map<string, number>();
    for (const id of order) {
      const group = this.#tracks[id]?.group ?? '';
      threadsOf.set(group, (threadsOf.get(group) ?? 0) + 1);
    }
    for (const group of threadsOf.keys()) {
      const name = this.#ownName(group);
      this.#namesakes.set(name, (this.#namesakes.get(name) ?? 0) + 1);
    }
    const plugins: string[] = [];
    const byName = new Map<string, number>();
    const tracks: PlacedTrack[] = [];
    let sharing = 0;
    for (const id of order) {
      const { group, thread } = this.#tracks[id] ?? { group: '' };
      const isAlone = thread === undefined || threadsOf.get(group) === 1;
      const name = isAlone
        ? this.#groupName(group)
        : `${this.#groupName(group)} / ${this.#threadName(group, thread)}`;
      const known = this.#isOneByName ? byName.get(name) : undefined;
      if (known !== undefined) {
        tracks[id] = { plugin: known };
      } else if (plugins.length < MOST_PLUGINS) {
        const unique = byName.has(name) ? `${name} (${thread ?? group})` : name;
        byName.set(unique, plugins.length);
        tracks[id] = { plugin: plugins.push(unique) - 1 };
      } else {
        if (sharing++ === 0) plugins.push('everything else');
        tracks[id] = { plugin: plugins.length - 1, thread: name };
      }
    }
    return { plugins, tracks, sharing };
  }

  #groupName(group: string): string {
    const name = this.#ownName(group);
    return !this.#isOneByName && (this.#namesakes.get(name) ?? 0) > 1 ? `${name} (${group})` : name;
  }

  #ownName(group: string): string {
    return cut(this.#groups.get(group)?.name ?? `${this.#noun} ${group}`.trim());
  }

  #threadName(group: string, thread: string): string {
    return cut(this.#threads.get(keyOf(group, thread))?.name ?? `thread ${thread}`);
  }

  /** Processes together, as the trace sorts them, then in the order in which they came. */
  #compare(a: number, b: number): number {
    const [one, other] = [this.#tracks[a], this.#tracks[b]];
    if (one === undefined || other === undefined) return a - b;
    if (one.group !== other.group) {
      const sort = (this.#groups.get(one.group)?.sort ?? 0) - (this.#groups.get(other.group)?.sort ?? 0);
      return sort !== 0 ? sort : this.#firstOf(one.group) - this.#firstOf(other.group);
    }
    if (one.thread === undefined || other.thread === undefined) return one.thread === undefined ? -1 : 1;
    const sortOf = (thread: string): number => this.#threads.get(keyOf(one.group, thread))?.sort ?? 0;
    return sortOf(one.thread) - sortOf(other.thread) || a - b;
  }

  /** The first track of a group, kept: it is asked for in every comparison. */
  readonly #firsts = new Map<string, number>();
  #firstOf(group: string): number {
    if (this.#firsts.size === 0) {
      for (const [id, track] of this.#tracks.entries())
        if (!this.#firsts.has(track.group)) this.#firsts.set(track.group, id);
    }
    return this.#firsts.get(group) ?? 0;
  }
}

function keyOf(group: string, thread: string | undefined): string {
  return thread === undefined ? group : `${group}\u0000${thread}`;
}

function entry(map: Map<string, Named>, key: string): Named {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made: Named = {};
  map.set(key, made);
  return made;
}

function cut(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
}
