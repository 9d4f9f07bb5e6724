/** Line icons on a 16 by 16 grid; the font of the editor's own icons is not loaded for these few. */
const paths = {
  search: 'M10.5 10.5 14 14M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Z',
  follow: 'M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  differs: 'M8 2.5v6M5 5.5h6M5 12h6',
  replay: 'M13 8A5 5 0 1 1 11 4.2M13 2v3h-3',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v4M8 10.5v1',
  warning: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3.5M8 11.2v.8',
  zoomIn: 'M10.5 10.5 14 14M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM7 4.8v4.4M4.8 7h4.4',
  zoomOut: 'M10.5 10.5 14 14M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM4.8 7h4.4',
  fit: 'M2 8h12M5 5 2 8l3 3M11 5l3 3-3 3',
  table: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M6 6.5V13',
  file: 'M4 1.5h5l3 3v10H4zM9 1.5v3h3',
  previous: 'm4 10 4-4 4 4',
  next: 'm4 6 4 4 4-4',
  timeline: 'M2.5 4h6M5.5 8h8M2.5 12h5',
  pause: 'M5 3v10M11 3v10',
  play: 'M5 3v10l8-5Z',
  star: 'm8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5Z',
  edit: 'M3 13v-2.5L10.5 3 13 5.5 5.5 13ZM9 4.5 11.5 7',
  remove: 'M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.5M9.2 7v3.5',
  note: 'M3 2.5h10v8l-3 3H3ZM13 10.5h-3v3M5.5 5.5h5M5.5 8h3',
  statistics: 'M2.5 13.5h11M4.5 11V8M8 11V3M11.5 11V5.5',
  keys: 'M2 4.5h12v7H2ZM4.5 7h0M7 7h0M9.5 7h0M12 7h0M5 9.5h6',
  export: 'M8 10V2M5 5l3-3 3 3M3 9v4.5h10V9',
  compare: 'M3 3h4v10H3ZM9 3h4v10H9ZM5 6v0M11 8v0',
  announce: 'M3 6v4h2.5L9 13V3L5.5 6ZM11 6.2a3 3 0 0 1 0 3.6M12.8 4.5a5.5 5.5 0 0 1 0 7',
  left: 'm10 4-4 4 4 4',
  right: 'm6 4 4 4-4 4',
  selection: 'M4 2.5v11M12 2.5v11M4 8h8M6.5 6 4.5 8l2 2M9.5 6l2 2-2 2',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6',
  more: 'M2.9 8a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0ZM7.4 8a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0ZM11.9 8a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0Z',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  group: 'M3 3.5h10M6 8h7M6 12.5h7M3 3.5v9',
  swap: 'M3 5.5h9M9.5 3 12 5.5 9.5 8M13 10.5H4M6.5 8 4 10.5 6.5 13',
} as const;

export type IconName = keyof typeof paths;

const svg = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGElement {
  const made = document.createElementNS(svg, 'svg');
  made.setAttribute('viewBox', '0 0 16 16');
  made.setAttribute('class', 'icon');
  made.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', paths[name]);
  made.append(path);
  return made;
}
