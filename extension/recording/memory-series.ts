import { doubles } from './numbers.ts';

export interface Series {
  readonly times: readonly number[];
  readonly bytes: readonly number[];
}

/** The size of one plugin's memory over time. */
export class MemorySeries {
  readonly #times = doubles();
  readonly #bytes = doubles();

  add(time: number, bytes: number): void {
    this.#times.push(time);
    this.#bytes.push(bytes);
  }

  /**
   * The samples from `from` to `to`, with the one before them, which still holds at `from`. Where
   * there are more than the view can show, each bucket gives its lowest and its highest.
   */
  window(from: number, to: number, buckets: number): Series {
    const width = (to - from) / buckets;
    const chosen: number[] = [];
    let before = -1;
    let bucket = -1;
    let [lowest, highest] = [-1, -1];
    const close = (): void => {
      if (lowest < 0) return;
      chosen.push(Math.min(lowest, highest));
      if (lowest !== highest) chosen.push(Math.max(lowest, highest));
    };
    for (let sample = 0; sample < this.#times.length; sample++) {
      const time = this.#times.at(sample);
      if (time < from) before = sample;
      if (time < from || time > to) continue;
      const its = width > 0 ? Math.min(buckets - 1, Math.floor((time - from) / width)) : 0;
      if (its !== bucket) {
        close();
        bucket = its;
        lowest = highest = sample;
        continue;
      }
      const value = this.#bytes.at(sample);
      if (value < this.#bytes.at(lowest)) lowest = sample;
      if (value > this.#bytes.at(highest)) highest = sample;
    }
    close();
    if (before >= 0) chosen.unshift(before);
    return {
      times: chosen.map((sample) => this.#times.at(sample)),
      bytes: chosen.map((sample) => this.#bytes.at(sample)),
    };
  }
}
