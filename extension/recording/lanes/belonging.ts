import type { Telemetry } from '../../host/contract.ts';
import type { LaneGrouping } from '../query.ts';
import type { Group } from './group.ts';
import type { LaneSet } from './set.ts';

/** Records of one event that are kept until it is known where they belong. */
const MOST_WAITING = 4096;

/** Does something in the group that a record turns out to belong to. */
type Step = (group: Group) => void;

/**
 * What a plugin's records belong to. Grouped by plugin that is the plugin; else an event belongs to the first id
 * that its telemetry names, and everything of the event with it.
 */
export class Belonging {
  readonly #set: LaneSet;
  readonly #grouping: LaneGrouping;
  readonly #own: Group | undefined;
  /** Undefined until the event has said what it belongs to. */
  #group: Group | undefined;
  /** What waits for that. */
  readonly #waiting: Step[] = [];
  /** The number of the event that it is about. */
  #event = 0;

  /** `own` is the plugin's group where records are grouped by plugin. */
  constructor(set: LaneSet, grouping: LaneGrouping, own: Group | undefined) {
    this.#set = set;
    this.#grouping = grouping;
    this.#own = own;
    this.#group = own;
  }

  /** The plugin's, where records are grouped by plugin. */
  get own(): Group | undefined {
    return this.#own;
  }

  /** The number of the event that it is about. */
  get event(): number {
    return this.#event;
  }

  /** An event begins. What the one before would have belonged to was never said, or everything of it is in place. */
  begin(event: number): void {
    this.#event = event;
    if (this.#own !== undefined) return;
    this.#group?.endEvent();
    this.#group = undefined;
    this.#waiting.length = 0;
  }

  /** Does it once it is known what a record of this event belongs to. */
  later(event: number, step: Step): void {
    if (this.#own === undefined && (event === 0 || event !== this.#event)) return;
    if (this.#group !== undefined) step(this.#group);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(step);
  }

  /** The group of telemetry of this event; undefined where nothing says it. */
  of(telemetry: Telemetry, event: number): Group | undefined {
    if (this.#own !== undefined) return this.#own;
    const isIts = event === this.#event;
    const id = this.#grouping === 'turn' ? telemetry.turnId : telemetry.correlationId;
    if (id === undefined) return isIts ? this.#group : undefined;
    const group = this.#set.group(id, id);
    if (this.#group === undefined && event > 0 && isIts) {
      this.#group = group;
      for (const step of this.#waiting.splice(0)) step(group);
    }
    return group;
  }
}
