/** The exports of a world as the form of calls and the lenses have them. */
import { checkArgument, exportsOf } from '../../contracts/custom/forms.ts';
import type { WitPlace, WitWorld } from '../../wit/model.ts';
import type { CallableExport } from '../../../webview/protocol.ts';

export interface WorldExports {
  readonly exports: readonly CallableExport[];
  /** Whole names of the resources that the plugin itself makes. */
  readonly own: readonly string[];
  /** Where exports stand in the WIT, the first by their names; files are relative to `wit/`. */
  readonly places: readonly { readonly export: string; readonly name: string; readonly place: WitPlace }[];
}

/** Throws a UserError where the world has what nothing can call. */
export function worldExports(world: WitWorld): WorldExports {
  const forms = exportsOf(world);
  return {
    exports: forms.map(({ name, label, signature, docs, params }) => ({
      name,
      label,
      signature: `func${signature}`,
      params,
      ...(docs === undefined ? {} : { docs }),
    })),
    own: world.exports.interfaces.flatMap(({ name, resources }) =>
      resources.map((resource) => `${name}#${resource}`),
    ),
    places: forms.flatMap(({ name, place }) =>
      place === undefined ? [] : [{ export: name, name: name.slice(name.search(/[^#.]*$/)), place }],
    ),
  };
}

/** What is wrong with a text for a parameter of an export; undefined where nothing is, or there is no such parameter. */
export function argumentProblem(
  { exports }: WorldExports,
  name: string,
  parameter: number,
  text: string,
): string | undefined {
  const found = exports.find((one) => one.name === name)?.params[parameter];
  return found === undefined ? undefined : checkArgument(found.type, text);
}
