/** Which streams a plugin hears: by pattern, where a `*` at the end stands for anything that follows. */

const WILDCARD = '*';

/**
 * Whether a stream is one of the pattern's. A `*` at the end matches any characters, none included; anywhere
 * else it is itself, as every other character is. Without one the stream has to be the pattern: the empty
 * pattern matches the empty stream only.
 */
export function matchPattern(pattern: string, stream: string): boolean {
  return pattern.endsWith(WILDCARD) ? stream.startsWith(pattern.slice(0, -1)) : stream === pattern;
}

/** Why a subscriber hears a stream. */
export interface Match<T> {
  readonly subscriber: T;
  /** The first of its patterns that matches. */
  readonly pattern: string;
}

interface Subscriber<T> {
  readonly subscriber: T;
  /** Grows from one subscriber to the next. */
  readonly number: number;
  /** In the order in which they were added, each with its number, which grows. */
  readonly patterns: Map<string, number>;
}

type Members<T> = Set<Subscriber<T>>;

/**
 * Who hears which streams. Looking a stream up costs by its length and by how many patterns match, however
 * many there are that do not.
 */
export class Subscriptions<T> {
  readonly #subscribers = new Map<T, Subscriber<T>>();
  readonly #exact = new Map<string, Members<T>>();
  readonly #prefixes: Branch<T> = { label: '', below: new Map(), members: new Set() };
  #count = 0;

  /** A pattern that the subscriber has already changes nothing. */
  add(pattern: string, subscriber: T): void {
    const one = this.#subscribers.get(subscriber) ?? {
      subscriber,
      number: this.#count++,
      patterns: new Map(),
    };
    this.#subscribers.set(subscriber, one);
    if (one.patterns.has(pattern)) return;
    one.patterns.set(pattern, this.#count++);
    if (pattern.endsWith(WILDCARD)) {
      growBranch(this.#prefixes, pattern.slice(0, -1)).members.add(one);
      return;
    }
    const members = this.#exact.get(pattern) ?? new Set();
    this.#exact.set(pattern, members.add(one));
  }

  /** With all of its patterns; one that is not there changes nothing. */
  remove(subscriber: T): void {
    const one = this.#subscribers.get(subscriber);
    if (one === undefined) return;
    this.#subscribers.delete(subscriber);
    for (const pattern of one.patterns.keys()) {
      if (pattern.endsWith(WILDCARD)) {
        cutMember(this.#prefixes, pattern.slice(0, -1), one);
        continue;
      }
      const members = this.#exact.get(pattern);
      members?.delete(one);
      if (members?.size === 0) this.#exact.delete(pattern);
    }
  }

  /** The subscriber's patterns in the order in which they were added. */
  patternsOf(subscriber: T): readonly string[] {
    return [...(this.#subscribers.get(subscriber)?.patterns.keys() ?? [])];
  }

  /** Everybody who hears the stream, once, in the order in which they came. */
  match(stream: string): readonly Match<T>[] {
    const first = new Map<Subscriber<T>, string>();
    const note = (members: Members<T> | undefined, pattern: string): void => {
      for (const one of members ?? []) {
        const known = first.get(one);
        if (known === undefined || numberOf(one, pattern) < numberOf(one, known)) first.set(one, pattern);
      }
    };
    note(this.#exact.get(stream), stream);
    for (const { members, length } of branchesOn(this.#prefixes, stream)) {
      if (members.size > 0) note(members, stream.slice(0, length) + WILDCARD);
    }
    return [...first]
      .sort(([a], [b]) => a.number - b.number)
      .map(([{ subscriber }, pattern]) => ({ subscriber, pattern }));
  }
}

function numberOf<T>(one: Subscriber<T>, pattern: string): number {
  return one.patterns.get(pattern) ?? Infinity;
}

/** A part of a tree of prefixes: the labels from the root down to here are one prefix. */
interface Branch<T> {
  /** Empty at the root only. */
  label: string;
  /** By the first code unit of their labels. */
  below: Map<number, Branch<T>>;
  members: Members<T>;
}

/** The branch of this prefix, which is made where there is none. */
function growBranch<T>(root: Branch<T>, prefix: string): Branch<T> {
  let branch = root;
  let at = 0;
  while (at < prefix.length) {
    const code = prefix.charCodeAt(at);
    const next = branch.below.get(code);
    if (next === undefined) {
      const leaf: Branch<T> = { label: prefix.slice(at), below: new Map(), members: new Set() };
      branch.below.set(code, leaf);
      return leaf;
    }
    const shared = sharedLength(next.label, prefix, at);
    if (shared < next.label.length) splitBranch(next, shared);
    branch = next;
    at += shared;
  }
  return branch;
}

function sharedLength(label: string, prefix: string, at: number): number {
  let length = 1;
  while (length < label.length && label.charCodeAt(length) === prefix.charCodeAt(at + length)) length++;
  return length;
}

/** Puts the rest of its label, and everything that it held, into a branch below. */
function splitBranch<T>(branch: Branch<T>, length: number): void {
  const rest = { ...branch, label: branch.label.slice(length) };
  branch.label = branch.label.slice(0, length);
  branch.below = new Map([[rest.label.charCodeAt(0), rest]]);
  branch.members = new Set();
}

/** Takes a member out, and the branches that hold nothing then. */
function cutMember<T>(root: Branch<T>, prefix: string, member: Subscriber<T>): void {
  const path: Branch<T>[] = [root];
  for (const { branch, length } of branchesOn(root, prefix)) {
    if (branch !== root) path.push(branch);
    if (length === prefix.length) branch.members.delete(member);
  }
  for (let depth = path.length - 1; depth > 0; depth--) {
    const branch = path[depth];
    if (branch === undefined || branch.members.size > 0) return;
    const [only] = branch.below.values();
    if (branch.below.size > 1) return;
    if (only === undefined) path[depth - 1]?.below.delete(branch.label.charCodeAt(0));
    else Object.assign(branch, { ...only, label: branch.label + only.label });
  }
}

interface OnPath<T> {
  readonly branch: Branch<T>;
  readonly members: Members<T>;
  /** Of its prefix. */
  readonly length: number;
}

/** The branches whose prefix the text begins with, the root first. */
function branchesOn<T>(root: Branch<T>, text: string): readonly OnPath<T>[] {
  const found: OnPath<T>[] = [];
  let length = 0;
  for (let branch: Branch<T> | undefined = root; branch !== undefined;) {
    if (!text.startsWith(branch.label, length)) break;
    length += branch.label.length;
    found.push({ branch, members: branch.members, length });
    branch = branch.below.get(text.charCodeAt(length));
  }
  return found;
}
