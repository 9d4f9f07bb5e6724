import { UserError } from '../errors.ts';
import type { WitPackage, WitWorld } from './model.ts';

/**
 * The world that a plugin implements: the one with this name, or the only one that exports something.
 * Throws a UserError that lists the choices where that leaves it open.
 */
export function chooseWorld({ name, worlds }: WitPackage, wanted?: string): WitWorld {
  const choices = worlds.filter(
    ({ exports }) => exports.functions.length > 0 || exports.interfaces.length > 0,
  );
  const names = (choices.length > 0 ? choices : worlds).map((world) => world.name).join(', ');
  if (wanted !== undefined) {
    const found = worlds.find((world) => world.name === wanted);
    if (found !== undefined) return found;
    throw new UserError(
      `The package ${name} has no world "${wanted}"`,
      names === ''
        ? 'Write a world into the WIT.'
        : `Name one of these as "world" in hotplug.json: ${names}.`,
    );
  }
  const [only, ...others] = choices;
  if (only !== undefined && others.length === 0) return only;
  throw new UserError(
    only === undefined
      ? `The package ${name} has no world that exports anything`
      : `The package ${name} has several worlds`,
    only === undefined
      ? 'Write a world with the exports that a plugin is to have.'
      : `Name one of these as "world" in hotplug.json: ${names}.`,
  );
}
