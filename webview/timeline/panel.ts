import type { Connection, PanelState } from '../client.ts';
import { attributes, element, isTyping, perFrame } from '../dom.ts';
import { formatDuration, formatTime } from '../format.ts';
import { icon } from '../icons.ts';
import { insteadNotice } from '../notice.ts';
import type { Slice } from '../protocol.ts';
import { onThemeChange, reducesMotion } from '../theme.ts';
import { button, toggleButton } from '../ui.ts';
import { readColours } from './colours.ts';
import { drawAxis, drawScene, slicesOf } from './draw.ts';
import type { Scene } from './draw.ts';
import { gutter } from './gutter.ts';
import { connectInput } from './input.ts';
import { LaneSource } from './lanes.ts';
import { laneKey, layout, totalHeight } from './layout.ts';
import type { LaneTrack, Track } from './layout.ts';
import { MemoryCharts } from './memory.ts';
import { neighbour, sliceAt } from './pick.ts';
import { centreRange, clampRange, fitRange, panRange, spanOf, zoomRange } from './range.ts';
import type { Range } from './range.ts';
import { canvasRenderer } from './renderer.ts';
import { sliceText, strip } from './strip.ts';
import { tooltip } from './tooltip.ts';

const axisHeight = 28;

/** A live recording opens with this much of its end in view, in ms. */
const liveSpan = 30_000;

/** Share of the way that an animated move goes in each frame. */
const ease = 0.35;

/** Builds the timeline panel; `showInTrace` is how it opens a record where the trace is not a panel of its own. */
export function timelinePanel(root: HTMLElement, connection: Connection, showInTrace?: () => void): void {
  const client = connection.client('timeline', { state: onState, reveal: (record) => void reveal(record) });
  const kept = client.restore();
  const source = new LaneSource(client, onLanes, (message) => bottom.say(message));
  const seen = new Set<string>();
  let state: PanelState | undefined;
  let follow = kept['follow'] !== false;
  let view: Range | undefined;
  let target: Range | undefined;
  let tracks: Track[] = [];
  let colours = readColours();
  let activeLane: string | undefined;
  let selected: { readonly lane: string; readonly slice: Slice } | undefined;
  let marker: number | undefined;
  /** The record that the marker stands at, now and when the panel was last open. */
  let chosen: number | undefined;
  let chosenBefore = kept['chosen'];
  const chosenIn = new Map<string, number>();
  /** A record to show as soon as there is a view. */
  let wanted: number | undefined;
  let pointer: { readonly x: number; readonly y: number } | undefined;

  const draw = perFrame(() => {
    animate();
    paint();
  });

  // The page.
  const toolbar = element('div', 'toolbar');
  const length = element('div', 'count');
  const followButton = toggleButton({
    label: 'Follow live',
    key: 'F',
    icon: icon('follow'),
    change: setFollow,
  });
  followButton.element.classList.add('follow');
  toolbar.append(
    button({ label: 'Zoom in', key: 'W', icon: icon('zoomIn'), click: () => zoom(1 / 1.5) }),
    button({ label: 'Zoom out', key: 'S', icon: icon('zoomOut'), click: () => zoom(1.5) }),
    button({ label: 'Show everything', key: '0', icon: icon('fit'), click: fit }),
    length,
    ...(showInTrace === undefined
      ? [button({ label: 'Open the trace', icon: icon('table'), click: openTrace })]
      : []),
    followButton.element,
  );
  const axis = element('canvas', 'axis');
  const lanes = element('canvas', 'lanes');
  for (const canvas of [axis, lanes]) canvas.setAttribute('aria-hidden', 'true');
  const names = gutter();
  const stage = element('div', 'stage');
  attributes(stage, {
    role: 'application',
    tabindex: '0',
    'aria-label': 'Timeline',
    'aria-roledescription': 'timeline',
    'aria-describedby': 'timeline-selection',
  });
  stage.append(lanes);
  const charts = new MemoryCharts(stage);
  const body = element('div', 'body');
  body.append(names.element, stage);
  const head = element('div', 'head');
  const corner = element('div', 'corner', 'Plugin');
  head.append(corner, axis);
  const empty = element('div', 'empty');
  empty.hidden = true;
  const tip = tooltip();
  const bottom = strip(open);
  bottom.element.id = 'timeline-selection';
  const frame = element('div', 'frame');
  frame.append(head, body, empty);
  const notice = insteadNotice((message) => client.post(message));
  root.append(notice.element, toolbar, frame, bottom.element, tip.element);
  const axisRenderer = canvasRenderer(axis);
  const laneRenderer = canvasRenderer(lanes);
  followButton.set(follow);

  // Data.
  function onState(next: PanelState): void {
    const other = state !== undefined && (state.recording !== next.recording || next.count < state.count);
    const more = next.count !== state?.count;
    if (other && state !== undefined) {
      if (chosen !== undefined) chosenIn.set(state.recording, chosen);
      chosenBefore = chosenIn.get(next.recording);
    }
    state = next;
    notice.show(next.instead);
    if (other) {
      source.clear();
      seen.clear();
      view = target = selected = marker = chosen = undefined;
      bottom.show(undefined, false);
      showEmpty(false);
    }
    // A view of the past stays as it is; only the end of the recording changes.
    const atEnd = target === undefined || target.to >= source.duration;
    if (more && (following() || atEnd)) source.invalidate();
    followButton.element.hidden = !next.live;
    bottom.follow(next.live);
    draw();
  }

  function onLanes(before: number): void {
    const { duration } = source;
    if (target === undefined) {
      const from = kept['from'];
      const to = kept['to'];
      const same =
        kept['recording'] === state?.recording && typeof from === 'number' && typeof to === 'number';
      if (same && !following() && to > from) target = clampRange({ from, to }, duration);
      else target = fitRange(duration);
      if (following() && duration > liveSpan) target = { from: duration - liveSpan, to: duration };
      view = target;
      if (wanted !== undefined) void reveal(wanted);
    } else if (following()) {
      const moved = panRange(target, duration - target.to);
      view = target = spanOf(target) >= duration ? fitRange(duration) : moved;
    } else if (duration > before && target.from <= 0 && target.to >= before) {
      // What shows everything goes on to do so, as a replay grows.
      view = target = fitRange(duration);
    }
    draw();
  }

  // The view.
  function animate(): void {
    if (view === undefined || target === undefined || view === target) return;
    const from = view.from + (target.from - view.from) * ease;
    const to = view.to + (target.to - view.to) * ease;
    const rest = Math.abs(from - target.from) + Math.abs(to - target.to);
    view = rest < spanOf(target) * 0.002 || reducesMotion() ? target : { from, to };
    if (view !== target) draw();
  }

  function move(next: Range, smooth: boolean): void {
    target = clampRange(next, source.duration);
    if (!smooth || view === undefined) view = target;
    // A zoom keeps following as long as the end stays in view.
    if (following() && (target.to < source.duration || target.from > source.duration)) setFollow(false);
    save();
    draw();
  }

  function zoom(factor: number): void {
    if (target === undefined) return;
    const at = following() ? target.to : (target.from + target.to) / 2;
    move(zoomRange(target, at, factor), true);
  }

  function fit(): void {
    move(fitRange(source.duration), true);
  }

  /** The wish to follow counts only while there is something to follow. */
  function following(): boolean {
    return follow && (state?.live ?? true);
  }

  function setFollow(on: boolean): void {
    if (state !== undefined && state.kind !== 'live') return;
    follow = on;
    followButton.set(on);
    if (following() && target !== undefined) {
      target = panRange(target, source.duration - target.to);
      source.invalidate();
    }
    save();
    draw();
  }

  const save = perFrame(() => {
    client.save({ follow, from: target?.from, to: target?.to, recording: state?.recording, chosen });
  });

  // The picture.
  function paint(): void {
    const width = stage.clientWidth;
    source.want(target, width);
    tracks = layout(state?.plugins ?? [], source.window, seen);
    const nothing = state?.count === 0;
    showEmpty(nothing);
    names.show(tracks, activeLane);
    if (view === undefined || width === 0) return;
    const height = Math.max(totalHeight(tracks), body.clientHeight);
    const scene: Scene = {
      width,
      height,
      view,
      tracks,
      window: source.window,
      colours,
      activeLane,
      selected,
      marker,
      pointer: pointer?.x,
    };
    drawScene(laneRenderer, scene);
    drawAxis(axisRenderer, scene, axisHeight, source.duration);
    charts.draw(scene, source.duration);
    names.memory(scene.window, pointer === undefined ? view.to : timeAt(pointer.x, view));
    const shown = formatDuration(Math.min(spanOf(view), source.duration));
    length.textContent = `${shown} of ${formatDuration(source.duration)}`;
  }

  function showEmpty(nothing: boolean): void {
    if (empty.hidden !== nothing) return;
    empty.hidden = !nothing;
    head.hidden = body.hidden = nothing;
    empty.replaceChildren();
    if (!nothing || state === undefined) return;
    const plugins = state.plugins.length > 0;
    const live = plugins ? 'Nothing has happened yet' : 'No plugin is running';
    empty.append(
      element('h2', '', state.kind === 'live' ? live : 'There is no record in it'),
      element('p', '', 'Calls, host calls, logs, reloads and memory of each plugin show here over time.'),
    );
    if (state.kind !== 'live' || (plugins && !state.canSend)) return;
    empty.append(
      button({
        label: plugins ? 'Send Event…' : 'New Plugin…',
        appearance: 'primary',
        click: () => client.post({ type: 'command', command: plugins ? 'sendEvent' : 'newPlugin' }),
      }),
    );
  }

  // Choosing.
  function timeAt(x: number, range: Range): number {
    return range.from + (x / Math.max(1, stage.clientWidth)) * spanOf(range);
  }

  function laneTracks(): LaneTrack[] {
    return tracks.filter((track) => track.type === 'lane');
  }

  function select(track: LaneTrack, slice: Slice): void {
    activeLane = laneKey(track.plugin, track.kind);
    selected = { lane: activeLane, slice };
    chosen = slice.record;
    save();
    marker = slice.from;
    bottom.show(sliceText(slice, track), slice.error);
    client.post({ type: 'select', record: slice.record });
    draw();
  }

  function clear(): void {
    selected = undefined;
    marker = undefined;
    bottom.show(undefined, false);
    draw();
  }

  function open(): void {
    if (selected === undefined) return;
    client.post({ type: 'select', record: selected.slice.record });
    openTrace();
  }

  function openTrace(): void {
    if (showInTrace === undefined) client.post({ type: 'command', command: 'openTrace' });
    else showInTrace();
  }

  function chosenTrack(): LaneTrack | undefined {
    const all = laneTracks();
    return (
      all.find((track) => laneKey(track.plugin, track.kind) === activeLane) ??
      all.find((track) => slicesOf(source.window, track).length > 0)
    );
  }

  /** Selects the slice before or after the selected one, or the first one in view. */
  async function step(by: 1 | -1): Promise<void> {
    const track = chosenTrack();
    if (track === undefined || target === undefined) return;
    const within = selected?.lane === laneKey(track.plugin, track.kind) ? selected.slice : undefined;
    const edge = by > 0 ? target.from : target.to;
    const next =
      neighbour(slicesOf(source.window, track), within, edge, by) ?? (await further(track, within, edge, by));
    if (next === undefined) return;
    if (next.from < target.from || next.to > target.to) move(centreRange(target, next), true);
    select(track, next);
  }

  /** The next slice may be far outside of the window: looks for it coarsely. */
  async function further(
    track: LaneTrack,
    within: Slice | undefined,
    edge: number,
    by: 1 | -1,
  ): Promise<Slice | undefined> {
    const from = by > 0 ? (within?.to ?? edge) : 0;
    const to = by > 0 ? source.duration : (within?.from ?? edge);
    if (to <= from) return undefined;
    const answer = await client.lanes({ from, to, buckets: 1024 }, 'step');
    return neighbour(slicesOf(answer, track), within, edge, by);
  }

  function chooseLane(by: 1 | -1): void {
    const all = laneTracks();
    const at = all.findIndex((track) => laneKey(track.plugin, track.kind) === activeLane);
    const next = all[at === -1 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
    if (next === undefined) return;
    activeLane = laneKey(next.plugin, next.kind);
    if (next.y < body.scrollTop) body.scrollTop = next.y;
    else if (next.y + next.height > body.scrollTop + body.clientHeight) {
      body.scrollTop = next.y + next.height - body.clientHeight;
    }
    bottom.show({ title: next.label, facts: [next.plugin] }, false);
    selected = undefined;
    draw();
  }

  async function reveal(record: number): Promise<void> {
    wanted = target === undefined ? record : undefined;
    if (wanted !== undefined) return;
    // The editor repeats the choice to a panel that is shown again; that is no reason to stop following.
    const again = following() && (record === chosen || record === chosenBefore);
    chosen = record;
    save();
    try {
      const detail = await client.detail(record);
      if (detail === undefined) return;
      selected = undefined;
      marker = detail.time;
      const facts = [detail.plugin, `at ${formatTime(detail.time)} s`];
      if (detail.durationMs !== undefined) facts.push(formatDuration(detail.durationMs));
      bottom.show({ title: detail.name, facts }, detail.status === 'error');
      const on = { from: marker, to: marker };
      if (!again && target !== undefined && (marker < target.from || marker > target.to)) {
        setFollow(false);
        move(centreRange(target, on), true);
      }
      draw();
    } catch (error) {
      bottom.say(error instanceof Error ? error.message : String(error));
    }
  }

  connectInput(stage, body, {
    view: () => target ?? fitRange(source.duration),
    move,
    hover: (x, y) => {
      pointer = x === undefined ? undefined : { x, y };
      const found =
        x === undefined ? undefined : sliceAt({ x, y }, tracks, source.window, view, stage.clientWidth);
      if (x !== undefined && found?.slice !== undefined) {
        const { title, facts } = sliceText(found.slice, found.track);
        const box = stage.getBoundingClientRect();
        tip.show(title, facts, box.left + x, box.top + y);
      } else tip.hide();
      draw();
    },
    click: (x, y) => {
      stage.focus();
      const found = sliceAt({ x, y }, tracks, source.window, view, stage.clientWidth);
      if (found?.slice !== undefined) select(found.track, found.slice);
      else clear();
    },
    zoom,
    step: (by) => void step(by),
    lane: chooseLane,
    fit,
    follow: () => setFollow(!follow),
    open,
    clear,
  });
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'f') setFollow(!follow);
  });
  onThemeChange(() => {
    colours = readColours();
    draw();
  });
  new ResizeObserver(draw).observe(stage);
}
