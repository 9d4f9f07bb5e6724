/** Which of a recording's lives a request means. */
import { UserError } from '../errors.ts';
import type { ReplayRequest } from '../host/protocol.ts';
import { refuseImported } from '../imports/errors.ts';
import type { Recording } from '../recording/record.ts';
import { livesOf, type Life } from './lives.ts';

/** Which life: the one of this position, else the one that a record is of, else the last one with events. */
export interface LifeChoice extends Pick<ReplayRequest, 'plugin' | 'life'> {
  /** Index of a record. */
  readonly record?: number;
}

/** The life that is asked for. Throws a UserError that says which there are. */
export function lifeOf(recording: Recording, { plugin, life, record }: LifeChoice): Life {
  refuseImported(recording, 'replayed');
  const names = recording.info.plugins.map(({ name }) => name);
  const isMeant = (one: number): boolean => plugin === undefined || plugin === one || plugin === names[one];
  const lives = livesOf(recording).filter((one) => isMeant(one.plugin));
  const withEvents = lives.filter(({ events }) => events.length > 0);
  if (plugin === undefined && new Set(withEvents.map((one) => one.plugin)).size > 1) {
    throw new UserError(
      `The recording is of ${names.length} plugins: ${names.join(', ')}.`,
      'Say which one to replay.',
    );
  }
  if (plugin !== undefined && !names.some((_, index) => isMeant(index))) {
    throw new UserError(
      `The recording has no plugin ${JSON.stringify(plugin)}.`,
      names.length === 0 ? 'It has none at all.' : `It has ${names.join(', ')}.`,
    );
  }
  const found =
    life === undefined
      ? (withEvents.findLast(({ events: [first = 0] }) => first <= (record ?? first)) ?? withEvents.at(-1))
      : lives.find(({ position }) => position === life);
  if (found !== undefined) return found;
  if (life === undefined) throw noEvents();
  throw new UserError(
    `The recording has no life ${life}; it has ${lives.length}.`,
    'Lives are counted from 0.',
  );
}

/** What tells which plugin of a recording is meant. */
export interface Meant {
  /** Name of the plugin, where somebody said it. */
  readonly plugin?: string | undefined;
  /** Name of the project. */
  readonly project: string;
}

/**
 * Every life with events of the plugin that was named, of the one that is called as the project is,
 * or of the only one. Throws a UserError where there is none, or no one of several.
 */
export function livesFor(recording: Recording, { plugin, project }: Meant): readonly Life[] {
  const names = recording.info.plugins.map(({ name }) => name);
  const lives = livesOf(recording).filter(({ events }) => events.length > 0);
  const named = (name: string): readonly Life[] => lives.filter((life) => names[life.plugin] === name);
  if (plugin !== undefined) {
    const found = named(plugin);
    return found.length > 0 ? found : [lifeOf(recording, { plugin })];
  }
  const own = named(project);
  if (own.length > 0) return own;
  if (lives.length === 0) throw noEvents();
  if (new Set(lives.map((life) => life.plugin)).size === 1) return lives;
  throw new UserError(
    `The recording is of ${names.length} plugins, and none is called ${project}: ${names.join(', ')}.`,
    'Say which one is meant with `hotplug replay --plugin`, or give the project its name in hotplug.json.',
  );
}

export function noEvents(): UserError {
  return new UserError(
    'The recording has no events, so there is nothing to replay.',
    'Record the plugin while it is given events.',
  );
}
