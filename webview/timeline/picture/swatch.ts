import type { LaneKind } from '../../protocol.ts';
import { laneKinds } from '../../kinds.ts';
import { t } from '../../text.ts';
import { attributes, element } from '../../dom.ts';
import { lanePatterns, trapPattern } from './colours.ts';
import type { Pattern } from './colours.ts';
import { patternPaths, tile } from './patterns.ts';

const svg = 'http://www.w3.org/2000/svg';

/** Colour and pattern of a kind of lane, as they are drawn; the colour comes from `--lane`. */
export function swatch(pattern: Pattern): SVGElement {
  const made = document.createElementNS(svg, 'svg');
  attributes(made, { class: 'swatch', viewBox: `0 0 ${2 * tile} ${2 * tile}`, 'aria-hidden': 'true' });
  const ground = document.createElementNS(svg, 'rect');
  attributes(ground, { width: String(2 * tile), height: String(2 * tile), class: 'ground' });
  made.append(ground);
  if (patternPaths[pattern] === '') {
    ground.classList.add('whole');
    return made;
  }
  for (let at = 0; at < 4; at += 1) {
    const strokes = document.createElementNS(svg, 'path');
    const shift = `translate(${(at % 2) * tile} ${(at >> 1) * tile})`;
    attributes(strokes, { d: patternPaths[pattern], transform: shift });
    made.append(strokes);
  }
  return made;
}

/** What colours and patterns mean. */
export function legend(): HTMLElement {
  const list = element('ul', 'legend');
  const add = (kind: string, pattern: Pattern, text: string): void => {
    const item = element('li');
    item.dataset['lane'] = kind;
    item.append(swatch(pattern), element('span', '', text));
    list.append(item);
  };
  const kinds: readonly LaneKind[] = [
    'calls',
    'effects',
    'spans',
    'telemetry',
    'logs',
    'lifecycle',
    'counter',
  ];
  for (const kind of kinds) add(kind, lanePatterns[kind], laneKinds[kind].label);
  add('failed', 'plain', t('Failed, with a triangle'));
  add('failed', trapPattern, t('Ended in a trap'));
  return list;
}
