import { isCallable } from './calls/callable.ts';
import { isOnBus } from './console/bus.ts';
import { bytesText } from '../inputs/size.ts';
import { joinSentences } from './sentences.ts';
import { progressText, runText } from './streams/runText.ts';
import { isStreamed } from './streams/streamed.ts';
import type { Verdict } from '../replay/verdict.ts';
import type { PluginStatus } from '../host/protocol.ts';
import { languages } from '../project/languages.ts';
import type { Project } from '../project/project.ts';
import { t } from '../../webview/text.ts';

/** A project, the plugin that runs from it, or both. */
export interface PluginNode {
  readonly type: 'plugin';
  readonly folder: string;
  readonly project?: Project;
  readonly status?: PluginStatus;
  /** On its last replay after a reload. */
  readonly verdict?: Verdict;
}

/** A folder whose hotplug.json cannot be used. */
export interface BrokenNode {
  readonly type: 'broken';
  readonly folder: string;
  readonly message: string;
  readonly advice: string;
}

/** One fact about a plugin. */
export interface FactNode {
  readonly type: 'fact';
  readonly id: string;
  readonly folder: string;
  readonly label: string;
  readonly value: string;
  readonly tooltip?: string;
  readonly icon: string;
  readonly opens?: 'report' | 'problems' | 'configuration' | 'replay' | 'console';
}

export type TreeNode = PluginNode | BrokenNode | FactNode;

/** What the tree shows of a node, in the terms of a TreeItem. */
export interface NodeFace {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** A theme colour for the icon. */
  readonly colour?: string;
  readonly contextValue: string;
  readonly spoken: string;
}

/** Icons for the verdict on a replay, wherever it is said. */
export const verdictIcon: Readonly<Record<Verdict['kind'], string>> = {
  running: 'sync~spin',
  same: 'check',
  different: 'diff',
  none: 'circle-slash',
  failed: 'warning',
};

/** One node for each project and for each plugin whose project is gone. */
export function pluginNodes(
  projects: readonly Project[],
  statuses: readonly PluginStatus[],
  verdictOn: (status: PluginStatus) => Verdict | undefined = () => undefined,
): readonly PluginNode[] {
  const withStatus = (status: PluginStatus | undefined): Pick<PluginNode, 'status' | 'verdict'> => {
    if (status === undefined) return {};
    const verdict = verdictOn(status);
    return verdict === undefined ? { status } : { status, verdict };
  };
  const byFolder = new Map(statuses.map((status) => [status.folder, status]));
  const known = projects.map((project): PluginNode => {
    const status = byFolder.get(project.folder);
    byFolder.delete(project.folder);
    return { type: 'plugin', folder: project.folder, project, ...withStatus(status) };
  });
  return [
    ...known,
    ...[...byFolder.values()].map((status): PluginNode => ({
      type: 'plugin',
      folder: status.folder,
      ...withStatus(status),
    })),
  ];
}

/** How a plugin node looks. */
export function pluginFace(node: PluginNode): NodeFace {
  const { project, status, verdict } = node;
  const label = status?.name ?? project?.name ?? node.folder;
  const language = languages[status?.language ?? project?.language ?? 'javascript'].title;
  const state = stateOf(status);
  const description =
    status === undefined || state.value === 'stopped'
      ? language
      : [
          state.title,
          ...(verdict === undefined || verdict.kind === 'none' ? [] : [t('replay: {0}', verdict.text)]),
          ...(state.value === 'running'
            ? [bytesText(status.memoryBytes), rateText(status.callsPerSecond)]
            : []),
        ].join(' · ');
  const input = status?.input?.running === true ? '.input' : '';
  const contract = project?.contract ?? status?.contract;
  const callable = contract !== undefined && isCallable({ contract }) ? '.callable' : '';
  const bus = contract !== undefined && isOnBus({ contract }) ? '.bus' : '';
  const stream = contract !== undefined && isStreamed({ contract }) ? '.stream' : '';
  return {
    label,
    description,
    icon: state.icon,
    ...(state.colour === undefined ? {} : { colour: state.colour }),
    contextValue: `plugin.${state.value}${callable}${bus}${stream}${input}${verdict?.kind === 'different' ? '.differs' : ''}`,
    spoken: t('{0}, {1} plugin, {2}', label, language, state.title),
  };
}

interface StateFace {
  readonly value: PluginStatus['state'];
  readonly title: string;
  readonly icon: string;
  readonly colour?: string;
}

/** The words and the icon for a plugin's state. A failed build shows although the old version runs on. */
export function stateOf(status: PluginStatus | undefined): StateFace {
  const value = status?.state ?? 'stopped';
  const building = status?.build?.status === 'building';
  const broken = status?.build?.status === 'failed';
  switch (value) {
    case 'waiting':
      if (broken) return { value, title: t('Build failed'), icon: 'error', colour: 'testing.iconFailed' };
      return { value, title: building ? t('Building') : t('Waiting for a build'), icon: 'loading~spin' };
    case 'starting':
      return { value, title: t('Starting'), icon: 'loading~spin' };
    case 'running':
      if (broken)
        return { value, title: t('Running, build failed'), icon: 'warning', colour: 'testing.iconQueued' };
      return {
        value,
        title: building ? t('Running, building') : t('Running'),
        icon: 'circle-filled',
        colour: 'testing.iconPassed',
      };
    case 'failed':
      return { value, title: t('Failed'), icon: 'error', colour: 'testing.iconFailed' };
    case 'stopped':
      return { value, title: t('Stopped'), icon: 'circle-outline' };
  }
}

/** The facts below a plugin, most useful first. */
export function facts(node: PluginNode): readonly FactNode[] {
  const { project, status, folder, verdict } = node;
  const fact = (
    id: string,
    label: string,
    value: string,
    icon: string,
    more: Partial<FactNode> = {},
  ): FactNode => ({
    type: 'fact',
    id: `${folder}#${id}`,
    folder,
    label,
    value,
    icon,
    ...more,
  });
  const found = status?.findings ?? project?.findings ?? [];
  return [
    ...(status === undefined ? [] : statusFacts(status, fact)),
    ...(verdict === undefined
      ? []
      : [
          fact('replay', t('Replay'), verdict.text, verdictIcon[verdict.kind], {
            tooltip: [t('Replay of the last run: {0}', verdict.text), ...verdict.details].join('\n'),
            ...(verdict.kind === 'different' ? { opens: 'replay' } : {}),
          }),
        ]),
    ...found.map((finding, index) =>
      fact(`finding${index}`, capitalised(finding.severity), finding.message, finding.severity, {
        tooltip: joinSentences(finding.message, finding.advice),
      }),
    ),
    ...(status === undefined && project !== undefined
      ? [
          fact('contract', t('Contract'), project.contract, 'plug'),
          fact('recognised', t('Recognised by'), project.recognisedBy, 'search'),
        ]
      : []),
  ];
}

function statusFacts(
  status: PluginStatus,
  fact: (id: string, label: string, value: string, icon: string, more?: Partial<FactNode>) => FactNode,
): readonly FactNode[] {
  const { lastError, build, input } = status;
  const list: FactNode[] = [
    fact('state', t('State'), status.stateText === '' ? stateOf(status).title : status.stateText, 'pulse'),
  ];
  if (lastError !== undefined) {
    list.push(
      fact('error', t('Last error'), lastError.what, 'error', {
        tooltip: joinSentences(lastError.what, lastError.advice),
        opens: 'report',
      }),
    );
  }
  if (status.kind !== undefined) list.push(fact('kind', t('Kind'), status.kind, 'symbol-class'));
  const live = status.state !== 'stopped';
  if (live) list.push(fact('memory', t('Memory'), bytesText(status.memoryBytes), 'server'));
  if (live) list.push(fact('calls', t('Calls'), rateText(status.callsPerSecond), 'dashboard'));
  const handled =
    status.waiting > 0
      ? t('{0} handled, {1} waiting', status.events, status.waiting)
      : t('{0} handled', status.events);
  list.push(fact('events', t('Events'), handled, 'arrow-right'));
  if (build !== undefined)
    list.push(
      fact(
        'build',
        t('Build'),
        buildText(status),
        'tools',
        build.status === 'failed' ? { opens: 'problems' } : {},
      ),
    );
  const reloads =
    status.lastReloadMs === undefined
      ? String(status.reloads)
      : t('{0}, last in {1} ms', status.reloads, Math.round(status.lastReloadMs));
  list.push(fact('reloads', t('Reloads'), reloads, 'refresh'));
  if (status.bus !== undefined)
    list.push(fact('bus', t('Hears'), busText(status.bus), 'broadcast', { opens: 'console' }));
  if (input !== undefined) list.push(fact('input', t('Input'), inputText(input), 'play'));
  if (input?.run !== undefined) list.push(...runFacts(input.run, fact));
  return list;
}

/** Why a run ended early, and what was odd in it. */
function runFacts(
  { failure, notes }: NonNullable<NonNullable<PluginStatus['input']>['run']>,
  fact: (id: string, label: string, value: string, icon: string, more?: Partial<FactNode>) => FactNode,
): readonly FactNode[] {
  return [
    ...(failure === undefined ? [] : [fact('run', t('Run failed'), failure, 'error')]),
    ...notes.map(({ severity, text, advice, times }, index) =>
      fact(
        `note${index}`,
        capitalised(severity),
        times === 1 ? text : `${text} (${t('{0} times', times)})`,
        severity,
        { tooltip: joinSentences(text, advice) },
      ),
    ),
  ];
}

function buildText(status: PluginStatus): string {
  const { build, mode } = status;
  if (build === undefined) return '';
  if (build.status === 'building') return t('running');
  if (build.status === 'failed') return build.failure ?? failedText(build.errors);
  const what = mode === 'release' ? t('release') : t('development');
  return build.durationMs === undefined ? what : t('{0} in {1} ms', what, Math.round(build.durationMs));
}

function failedText(errors: number): string {
  return errors === 1 ? t('failed with 1 error') : t('failed with {0} errors', errors);
}

/** `location:*, global:news, 12 dropped` */
function busText({ patterns, dropped }: NonNullable<PluginStatus['bus']>): string {
  const heard =
    patterns.length === 0
      ? t('nothing')
      : patterns.map((one) => (one === '' ? t('(empty)') : one)).join(', ');
  return dropped > 0 ? t('{0}, {1} dropped', heard, dropped) : heard;
}

/** `tone.wav, 120 of 500` and whether it goes on. */
function inputText(input: NonNullable<PluginStatus['input']>): string {
  if (input.run !== undefined) return `${input.title}, ${runText(input.run)}`;
  const amount =
    input.total === undefined ? t('{0} sent', input.sent) : t('{0} of {1}', input.sent, input.total);
  return `${input.title}, ${amount}${input.running ? '' : `, ${t('ended')}`}`;
}

function rateText(callsPerSecond: number): string {
  const rate =
    callsPerSecond < 10 && callsPerSecond % 1 !== 0 ? callsPerSecond.toFixed(1) : Math.round(callsPerSecond);
  return t('{0} calls/s', rate);
}

/** The text of the status-bar item; undefined hides it. */
export function statusBarText(
  projects: readonly Project[],
  statuses: readonly PluginStatus[],
): { text: string; spoken: string; failed: boolean } | undefined {
  const active = statuses.filter((status) => status.state !== 'stopped');
  const failed = active.filter((status) => status.state === 'failed' || status.build?.status === 'failed');
  if (active.length === 0) {
    return projects.length === 0
      ? undefined
      : {
          text: '$(plug) Hotplug',
          spoken:
            projects.length === 1
              ? t('Hotplug: 1 plugin project, none running')
              : t('Hotplug: {0} plugin projects, none running', projects.length),
          failed: false,
        };
  }
  const [only] = active;
  const what =
    active.length === 1 && only !== undefined
      ? `${only.name}: ${stateOf(only).title}${only.input?.run?.state === 'running' ? `, ${progressText(only.input.run)}` : ''}`
      : [
          t('{0} running', active.length - failed.length),
          ...(failed.length > 0 ? [t('{0} failed', failed.length)] : []),
        ].join(', ');
  const busy = active.some((status) => status.build?.status === 'building' || status.state === 'starting');
  const icon = failed.length > 0 ? '$(warning)' : busy ? '$(sync~spin)' : '$(plug)';
  return { text: `${icon} ${what}`, spoken: `Hotplug: ${what}`, failed: failed.length > 0 };
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
