import uPlot from 'uplot';
import { element } from '../dom.ts';
import type { LaneWindow } from '../protocol.ts';
import type { Colours } from './colours.ts';
import type { Scene } from './draw.ts';
import type { Range } from './range.ts';

type Counter = LaneWindow['memory'][number];

/** One plugin's memory over time, drawn below its lanes. */
class MemoryChart {
  readonly element = element('div', 'memory');
  #plot: uPlot | undefined;
  #counter: Counter | undefined;
  #colours: Colours | undefined;
  #view: Range | undefined;
  #width = 0;

  /** Draws only what changed since the last call. The last value holds `until` then, in ms. */
  draw(
    counter: Counter | undefined,
    until: number,
    view: Range,
    width: number,
    height: number,
    colours: Colours,
  ): void {
    if (this.#plot === undefined || this.#colours !== colours) this.#make(width, height, colours);
    const plot = this.#plot;
    if (plot === undefined) return;
    if (width !== this.#width) plot.setSize({ width, height });
    this.#width = width;
    const fresh = counter !== this.#counter;
    if (fresh) plot.setData(curve(counter, until), false);
    this.#counter = counter;
    if (!fresh && view.from === this.#view?.from && view.to === this.#view.to) return;
    this.#view = view;
    plot.setScale('x', { min: view.from, max: view.to });
  }

  dispose(): void {
    this.#plot?.destroy();
    this.element.remove();
  }

  #make(width: number, height: number, colours: Colours): void {
    this.#plot?.destroy();
    this.#colours = colours;
    this.#counter = undefined;
    this.#width = width;
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const options: uPlot.Options = {
      width,
      height,
      padding: [6, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false },
        // Of the whole window, so that the curve keeps its height while the view moves.
        y: { range: () => [0, Math.max(1, ...this.#peak()) * 1.1] },
      },
      series: [
        {},
        {
          stroke: colours.memory,
          ...(colours.highContrast ? {} : { fill: translucent(colours.memory) }),
          width: 1,
          points: { show: false },
          ...(stepped === undefined ? {} : { paths: stepped }),
        },
      ],
    };
    this.#plot = new uPlot(options, [[], []], this.element);
  }

  #peak(): readonly number[] {
    return [this.#counter?.bytes.reduce((most, bytes) => Math.max(most, bytes), 0) ?? 0];
  }
}

/** The charts of all plugins, each at its place on the stage. */
export class MemoryCharts {
  readonly #stage: HTMLElement;
  readonly #charts = new Map<string, MemoryChart>();

  constructor(stage: HTMLElement) {
    this.#stage = stage;
  }

  /** `duration` is the recording's, in ms. */
  draw(scene: Scene, duration: number): void {
    const { tracks, window, view, width, colours } = scene;
    const shown = tracks.filter((track) => track.type === 'memory');
    for (const [plugin, chart] of this.#charts) {
      if (shown.some((track) => track.plugin === plugin)) continue;
      chart.dispose();
      this.#charts.delete(plugin);
    }
    const until = Math.min(window?.to ?? 0, duration);
    for (const { plugin, y, height } of shown) {
      const chart = this.#charts.get(plugin) ?? new MemoryChart();
      if (!this.#charts.has(plugin)) this.#stage.append(chart.element);
      this.#charts.set(plugin, chart);
      chart.element.style.top = `${y}px`;
      const counter = window?.memory.find((one) => one.plugin === plugin);
      chart.draw(counter, until, view, width, height, colours);
    }
  }
}

function curve(counter: Counter | undefined, until: number): uPlot.AlignedData {
  const times = [...(counter?.times ?? [])];
  const bytes = [...(counter?.bytes ?? [])];
  const [time, last] = [times.at(-1), bytes.at(-1)];
  if (time !== undefined && last !== undefined && time < until) {
    times.push(until);
    bytes.push(last);
  }
  return [times, bytes];
}

function translucent(colour: string): string {
  return `color-mix(in srgb, ${colour} 22%, transparent)`;
}

/** Memory at a time: the last value at or before it. */
export function memoryAt(counter: Counter | undefined, time: number): number | undefined {
  if (counter === undefined) return undefined;
  let [low, high] = [0, counter.times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((counter.times[middle] ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return counter.bytes[low - 1];
}
