/** What Chipmunk looks at before it runs anything of a plugin: the first of its exports. */
import { check, PARSER } from '../contracts/chipmunk/check.ts';
import type { ComponentInfo } from '../host/component.ts';
import type { Finding } from '../host/contract.ts';
import { kinds, pluginKinds, type PluginKind } from './kinds.ts';

/** How the messages begin by which Chipmunk refuses a plugin while it loads. */
const REFUSED = 'Plugins Host Error: Validating the plugin while loading failed. ';

/** The kind and the version of the plugin API that the first export says; undefined what it does not say. */
export function firstExport([first = '']: readonly string[]): {
  readonly kind?: PluginKind;
  readonly apiVersion?: string;
} {
  const [name, apiVersion] = first.split('@');
  const kind = pluginKinds.find((one) => kinds[one].upstream.interface === name);
  if (kind === undefined) return {};
  return { kind, ...(apiVersion === undefined ? {} : { apiVersion }) };
}

/** What Chipmunk refuses about a component whose first export is that of neither kind. */
export function noPlugin(component: ComponentInfo): readonly Finding[] {
  return check(component, PARSER);
}

/** The reason, and Chipmunk's frame around it, where a message is one of a plugin that is refused while it loads. */
export function refusalIn(message: string): string | undefined {
  const at = message.indexOf(REFUSED);
  return at < 0 ? undefined : message.slice(at);
}

/** The message for a plugin that lies in the folder of the other kind. */
export function wrongKind(kind: PluginKind): string {
  return refused(`Invalid plugin type ${kinds[kind].upstream.title}`);
}

/** A reason as Chipmunk frames what it refuses while it loads. */
export function refused(reason: string): string {
  return `${REFUSED}${reason}`;
}
