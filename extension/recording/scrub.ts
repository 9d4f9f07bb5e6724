/**
 * Takes what says where and for whom this machine runs out of texts that go into a recording: the
 * project's folder becomes the root of relative paths, the home folder `~`, the temporary folder
 * `<temp>`. A path outside of the three stays as it is.
 */
import { realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { sep } from 'node:path';

export interface Scrub {
  text(text: string): string;
  /** UTF-8; the same bytes where there is nothing to take out. */
  bytes(utf8: Uint8Array): Uint8Array;
  /** Every text in a value as JSON can hold it. */
  value(value: unknown): unknown;
}

interface Place {
  readonly folder: string;
  /** What stands for the folder itself, and for it and the separator after it. */
  readonly itself: string;
  readonly inside: string;
}

/** Makes the scrub for one project; without a folder only this machine's own places are taken out. */
export function scrubber(project: string | undefined, home = homedir(), temp = tmpdir()): Scrub {
  const places = [
    ...(project === undefined ? [] : placesOf(project, '.', '')),
    ...placesOf(temp, '<temp>', '<temp>/'),
    ...placesOf(home, '~', '~/'),
  ].sort((a, b) => b.folder.length - a.folder.length);
  if (places.length === 0) return { text: (text) => text, bytes: (utf8) => utf8, value: (value) => value };

  const alternatives = places.map(({ folder }) => `(${pattern(folder)})`).join('|');
  // Not within a longer path: /root is neither in /rootfs nor in /mnt/root, but it is in -I/root.
  const before = String.raw`(?:(?<![\w.~/\\-])|(?<=(?:^|[\s"'])-[A-Za-z]))(?:file:/{2,3}|\\\\[?.]\\)?`;
  const found = new RegExp(
    String.raw`${before}(?:${alternatives})(?:([/\\]+)|(?![\w-]|\.\w))`,
    sep === '\\' ? 'gi' : 'g',
  );
  const text = (value: string): string =>
    value.replace(found, (whole: string, ...groups: unknown[]) => {
      const place = places[groups.findIndex((group) => typeof group === 'string')];
      if (place === undefined) return whole;
      return groups[places.length] === undefined ? place.itself : place.inside;
    });
  const needles = places.map(({ folder }) => Buffer.from(folder));
  return {
    text,
    bytes: (utf8) => {
      const buffer = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
      if (sep === '/' && !needles.some((needle) => buffer.includes(needle))) return utf8;
      return new TextEncoder().encode(text(buffer.toString()));
    },
    value: (value) => mapTexts(value, text),
  };
}

/** The folder as it was named and as it really is; nothing for a root, which every path starts with. */
function placesOf(folder: string, itself: string, inside: string): readonly Place[] {
  let real = folder;
  try {
    real = realpathSync.native(folder);
  } catch {
    // Not there: then nothing can have its other name.
  }
  return [...new Set([folder, real])]
    .map((name) => name.replace(/[/\\]+$/, ''))
    .filter((name) => /[/\\][^/\\]/.test(name))
    .map((name) => ({ folder: name, itself, inside }));
}

/** The folder with whatever separators a tool writes. */
function pattern(folder: string): string {
  return folder
    .split(sep)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join(sep === '\\' ? String.raw`[/\\]+` : '/');
}

function mapTexts(value: unknown, text: (text: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, text)]));
}
