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
