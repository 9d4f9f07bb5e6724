import type { WitWorld } from '../../wit/model.ts';

/** What a project for a user's own world is made from. */
export interface WorldTemplateRequest {
  /** The project's name, as `scaffold/name.ts` allows it: `my-plugin`. */
  readonly name: string;
  /** The world that the plugin implements; its WIT is put into the project's `wit/`. */
  readonly world: WitWorld;
  /** The files of that `wit/`, relative to it, for a template that needs what is generated from them. */
  readonly wit: readonly { readonly path: string; readonly text: string }[];
}

export interface TemplateFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * Writes a whole project in one language that builds as it is: every export is there and answers with
 * a value of its type. `wit/`, `hotplug.json` and what the bindings command makes are added by the scaffold.
 */
export type WorldTemplate = (
  request: WorldTemplateRequest,
) => readonly TemplateFile[] | Promise<readonly TemplateFile[]>;
