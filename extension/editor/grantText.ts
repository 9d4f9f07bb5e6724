import { createHash } from 'node:crypto';

import type { GrantedPath, Project } from '../project/project.ts';
import { t } from '../../webview/text.ts';

/** What a project's hotplug.json wants its plugin to have beside its contract; undefined where it wants nothing. */
export interface Wish {
  /** Other where the project or what it wants is another. */
  readonly id: string;
  /** `reach api.example.org, and read files in /home/me/data` */
  readonly text: string;
}

export function wishOf({ folder, config }: Project): Wish | undefined {
  const { allowedHosts: hosts = [], allowedPaths: paths = [] } = config;
  if (hosts.length === 0 && paths.length === 0) return undefined;
  const id = createHash('sha256')
    .update(JSON.stringify([folder, hosts, paths]))
    .digest('hex');
  const kinds = [
    hosts.length === 0 ? '' : t('reach {0}', listOf(hosts.map(hostText))),
    foldersText(paths, true),
    foldersText(paths, false),
  ];
  return { id, text: kinds.filter((kind) => kind !== '').join(t(', and ')) };
}

/** The project as it is run where that is not allowed. */
export function withoutGrants(project: Project): Project {
  const { allowedHosts: _hosts, allowedPaths: _paths, ...config } = project.config;
  return { ...project, config };
}

function hostText(host: string): string {
  return /^\*+$/.test(host) ? t('every host') : host;
}

function foldersText(paths: readonly GrantedPath[], readOnly: boolean): string {
  const folders = paths.filter((path) => path.readOnly === readOnly).map(({ host }) => host);
  if (folders.length === 0) return '';
  return readOnly
    ? t('read files in {0}', listOf(folders))
    : t('read and change files in {0}', listOf(folders));
}

/** `a`, `a and b`, `a, b and c`. */
function listOf(texts: readonly string[]): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : t('{0} and {1}', texts.slice(0, -1).join(', '), last);
}
