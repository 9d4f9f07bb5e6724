/** What Chipmunk looks at before it runs anything of a plugin: the first of its exports. */
import { kinds, pluginKinds, type PluginKind } from './kinds.ts';

/** The one version of the plugin API that Chipmunk knows. */
const SUPPORTED = '0.1.0';
const LARGEST_PART = 65_535;

/** What the first export says. */
export interface FirstExport {
  readonly kind?: PluginKind;
  /** `0.1.0` */
  readonly apiVersion?: string;
  readonly problem?: { readonly state: 'invalid' | 'unsupported'; readonly text: string };
}

/** Checks in Chipmunk's order, with its texts. */
export function firstExport(exports: readonly string[]): FirstExport {
  const [first] = exports;
  if (first === undefined) return invalid("Plugin binary metadata doesn't have exports information");
  const at = first.indexOf('@');
  if (at < 0) return invalid("Plugin package schema doesn't match `wit` file definitions");
  const [name, apiVersion] = [first.slice(0, at), first.slice(at + 1)];
  const kind = pluginKinds.find((one) => kinds[one].exported === name);
  if (kind === undefined) return invalid(`Unknown plugin interface name '${name}'`);
  if (!isVersion(apiVersion)) return { kind, ...invalid(`Plugin version parsing failed: ${apiVersion}`) };
  if (apiVersion !== SUPPORTED) {
    const text = `Plugin version ${apiVersion} is not supported`;
    return { kind, apiVersion, problem: { state: 'unsupported', text: refused(text) } };
  }
  return { kind, apiVersion };
}

/** The message for a plugin that lies in the folder of the other kind. */
export function wrongKind(kind: PluginKind): string {
  return refused(`Invalid plugin type ${kinds[kind].upstream}`);
}

/** A reason as Chipmunk frames what it refuses while it loads. */
export function refused(reason: string): string {
  return `Plugins Host Error: Validating the plugin while loading failed. ${reason}`;
}

function invalid(text: string): FirstExport {
  return { problem: { state: 'invalid', text: refused(text) } };
}

/** Exactly three numbers of 16 bits. */
function isVersion(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 3 && parts.every((part) => /^\d{1,5}$/.test(part) && Number(part) <= LARGEST_PART);
}
