import { join, resolve } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Project } from '../project/project.ts';
import { failed, missing, report } from './javascript-answer.ts';
import type { Engine } from './javascript-boundary.ts';
import { Bundler } from './javascript-bundle.ts';
import { checkProject } from './javascript-check.ts';
import {
  componentizerInstall,
  componentizeSource,
  findComponentizer,
  type ComponentizeRequest,
} from './javascript-componentize.ts';
import { releaseModules } from './javascript-entry.ts';
import { findEntry, noEntry } from './javascript-entry-file.ts';
import { limitWarnings, projectComponent } from './javascript-project.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { componentizeWithSpidermonkey, findSpidermonkey, spidermonkeyInstall } from './spidermonkey.ts';
import type { BuildRequest, BuildResult } from './toolchain.ts';

/** Makes a component of its own, with the engine that hotplug.json says. */
export async function buildComponent(request: BuildRequest): Promise<BuildResult> {
  const { project, signal } = request;
  const { folder } = project;
  const entry = await findEntry(folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const engine = project.config.engine ?? 'quickjs';
  const maker = await findMaker(project, engine);
  if (typeof maker === 'string') return failed(maker);
  const component = await projectComponent(project);
  const file = resolve(folder, entry);
  const disguise = component.disguise && engine === 'quickjs';
  const release = releaseModules(component.world, engine, file, { disguise });
  const bundler = await Bundler.create({ folder, entry: file, world: component.javaScript, release });
  // Both look at all of the sources: the one needs a processor, the other mostly another one.
  const [types, result] = await Promise.all([
    checkProject(request),
    bundler.bundle().finally(() => bundler.dispose()),
  ]);
  report(request, result.diagnostics);
  const limits = engine === 'quickjs' ? limitWarnings(project, component) : [];
  report(request, limits);
  const diagnostics = [...result.diagnostics, ...types, ...limits];
  if (!result.ok || types.some(({ severity }) => severity === 'error')) return failed(undefined, diagnostics);
  if (signal.aborted) return failed('The build was cancelled.', diagnostics);

  const source = join(outputFolder(project, 'release'), 'plugin.js');
  await replaceFile(source, result.bundle.code);
  await replaceFile(`${source}.map`, result.bundle.map);
  const made = await maker(
    {
      wit: component.files,
      world: component.worldName,
      source: result.bundle.code,
      fileName: 'plugin.js',
      disguise,
    },
    request,
  );
  if (typeof made === 'string') return failed(made, diagnostics);
  const path = componentPath(project, 'release');
  await replaceFile(path, made);
  return { ok: true, artifact: { kind: 'component', path }, diagnostics };
}

/** Makes a component; a sentence where it cannot be made. */
type Maker = (request: ComponentizeRequest, build: BuildRequest) => Promise<Uint8Array | string>;

/** What makes components with an engine; a sentence where it is not installed. */
async function findMaker(project: Project, engine: Engine): Promise<Maker | string> {
  if (engine === 'spidermonkey') {
    const spidermonkey = await findSpidermonkey(project.folder);
    if (spidermonkey === undefined)
      return missing(
        project,
        'ComponentizeJS, which makes release builds with SpiderMonkey',
        spidermonkeyInstall,
      );
    return async (request, { signal, write }) => {
      const result = await componentizeWithSpidermonkey(spidermonkey, request, signal);
      if ('component' in result) return result.component;
      write(result.output);
      return result.failure;
    };
  }
  const componentizer = findComponentizer(project.folder);
  if (componentizer === undefined)
    return missing(project, 'componentize-qjs, which makes release builds', componentizerInstall);
  return async (request) => {
    try {
      return await componentizeSource(componentizer, request);
    } catch (error) {
      return `componentize-qjs failed: ${messageOf(error)}`;
    }
  };
}
