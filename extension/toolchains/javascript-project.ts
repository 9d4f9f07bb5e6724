/** The component that a JavaScript or TypeScript project is to become. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { assetPath } from '../assets.ts';
import { UserError } from '../errors.ts';
import type { Diagnostic, Project } from '../project/project.ts';
import { readWitFolder, type WitFile } from '../wit/files.ts';
import { exists } from './find.ts';
import { quickjsLimits, unsupportedInJavaScript } from './javascript-limits.ts';
import { componentWit, type ComponentWit } from './javascript-wit.ts';

/** The last WIT that was read of each folder; a save of a source does not change it. */
const known = new Map<string, { readonly hash: string; readonly component: Promise<ComponentWit> }>();

/** The component that a project is to become. Throws a UserError where its WIT is wrong, or nothing for JavaScript. */
export async function projectComponent(project: Project): Promise<ComponentWit> {
  const files = await projectWit(project);
  const wanted = project.config.world;
  const hash = createHash('sha256')
    .update(JSON.stringify([wanted, files]))
    .digest('hex');
  const before = known.get(project.folder);
  if (before?.hash === hash) return before.component;
  const component = componentWit(files, wanted).then(possible);
  known.set(project.folder, { hash, component });
  component.catch(() => known.delete(project.folder));
  return component;
}

/** The project's own `wit/`, or where it has none that of its contract. */
async function projectWit({ folder, contract }: Project): Promise<readonly WitFile[]> {
  const own = join(folder, 'wit');
  const shipped = assetPath('wit', contract);
  return readWitFolder(!(await exists(own)) && (await exists(shipped)) ? shipped : own);
}

function possible(component: ComponentWit): ComponentWit {
  const wrong = unsupportedInJavaScript(component.own);
  if (wrong !== undefined) throw new UserError(wrong, 'Choose another world or another language.');
  return component;
}

/** Warnings, at their place in the WIT, of exports that do not work in components with QuickJS. */
export function limitWarnings({ folder }: Project, { own }: ComponentWit): readonly Diagnostic[] {
  return quickjsLimits(own).map(({ function: one, why }): Diagnostic => ({
    severity: 'warning',
    file: join(folder, 'wit', ...(one.place?.file ?? '').split('/')),
    line: one.place?.line ?? 1,
    column: one.place?.column ?? 1,
    message: `Calls of ${one.exportName} end with a trap in a component that componentize-qjs made: ${why}. With "engine": "spidermonkey" in hotplug.json a release build can do it.`,
  }));
}
