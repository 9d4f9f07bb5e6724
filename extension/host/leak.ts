import type { Finding } from './contract.ts';

/** Growth before this many events is the plugin settling in. */
const SETTLED = 200;
/** Growth steps that are needed before anything is said. */
const STEPS = 8;

interface Step {
  readonly event: number;
  readonly bytes: number;
}

/** Notices memory that grows steadily over events: the leak that ends a plugin after minutes. */
export class LeakWatch {
  readonly #limitBytes: number;
  #steps: Step[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Notes the size of the memory after an event; answers with a finding once growth is steady. */
  note(event: number, bytes: number): Finding | undefined {
    if (event < SETTLED) return undefined;
    this.#steps.push({ event, bytes });
    if (this.#steps.length > STEPS * 4) this.#steps = this.#steps.filter((_, index) => index % 2 === 0);
    const [first] = this.#steps;
    const middle = this.#steps[this.#steps.length >> 1];
    const last = this.#steps.at(-1);
    if (this.#steps.length < STEPS || first === undefined || middle === undefined || last === undefined)
      return undefined;
    const early = rate(first, middle);
    const late = rate(middle, last);
    if (!(early > 0 && late > early / 3 && late < early * 3)) return undefined;
    const perEvent = rate(first, last);
    const left = Math.max(0, Math.floor((this.#limitBytes - bytes) / perEvent));
    return {
      severity: 'warning',
      message: `Memory grows steadily: ${Math.round(perEvent)} bytes an event since event ${first.event}, ${mebibytes(bytes)} now. It reaches the limit of ${mebibytes(this.#limitBytes)} after about ${left} more events.`,
      advice:
        "Free what the host passes to each call: in C every string and list of an export is the plugin's to free.",
    };
  }
}

function rate(from: Step, to: Step): number {
  return to.event > from.event ? (to.bytes - from.bytes) / (to.event - from.event) : 0;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
