/** What there is to see in each frame. */
import { outcomeOf } from '../lives.ts';
import { CallStatus, RecordKind, type RawRecord } from '../../recording/record.ts';
import { outcomeText, resultOf, type Side } from '../compare.ts';
import type { Difference } from '../types.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import { groupNode, textNode, valueNode, type Node } from './tree.ts';

export type FrameKind = 'event' | 'call' | 'hostCall';

export interface ScopeNode {
  readonly node: Node;
  readonly hint?: 'arguments' | 'locals';
  readonly expensive: boolean;
}

/** The reference of the plugin's linear memory, at the moment where one stands. */
export const MEMORY = 'memory';

/** The scopes of a frame, what one looks for first at the beginning. */
export function scopesOf(run: Run, place: Place, frame: FrameKind): readonly ScopeNode[] {
  const scopes: ScopeNode[] = [];
  if (frame === 'hostCall') scopes.push({ node: hostCallNode(run, place), hint: 'locals', expensive: false });
  if (frame === 'call') scopes.push({ node: callNode(run, place), hint: 'locals', expensive: false });
  // A client unfolds what is called locals.
  const hint = frame === 'event' ? 'locals' : 'arguments';
  scopes.push({ node: eventNode(run, place), hint, expensive: false });
  const parent = run.branch?.parent;
  if (parent !== undefined)
    scopes.push({
      node: sideNode('Original', run, place, frame, parent.actual(place.position)),
      expensive: false,
    });
  scopes.push({
    node: sideNode('Recorded', run, place, frame, run.recorded(place.position)),
    expensive: false,
  });
  scopes.push({ node: instanceNode(run, place), expensive: false });
  return scopes;
}

function eventNode(run: Run, { position }: Place): Node {
  const first = run.group(position)?.first;
  if (first === undefined) return groupNode('Event', []);
  return groupNode('Event', eventParts(run.record(first), run, 'event'));
}

/** The number and the arguments of an event; they are edited where they belong to the run. */
function eventParts(event: RawRecord, run: Run, expression: string | undefined): readonly Node[] {
  const args = run.execution.options.contract.values(event)?.arguments ?? [];
  return [
    valueNode('number', { type: 'u32', value: event.event }, expression && 'event.number', undefined),
    ...args.map(({ name, value }) =>
      valueNode(
        name,
        value,
        expression === undefined ? undefined : `${expression}.${name}`,
        expression === undefined ? undefined : { of: 'event', path: [name] },
      ),
    ),
  ];
}

function hostCallNode(run: Run, { position, step }: Place): Node {
  const index = run.hostCalls(position)[step - 1];
  if (index === undefined) return groupNode('Host call', []);
  return groupNode('Host call', callParts(run.record(index), run, true));
}

function callParts(call: RawRecord, run: Run, own: boolean): readonly Node[] {
  const crossing = run.execution.options.contract.values(call);
  if (crossing === undefined) return [textNode('bytes', Buffer.from(call.payload).toString('hex'))];
  const { result } = crossing;
  return [
    ...crossing.arguments.map(({ name, value }) =>
      valueNode(name, value, own ? `call.${name}` : undefined, undefined),
    ),
    ...(result === undefined
      ? []
      : [
          valueNode(
            'result',
            result,
            own ? 'call.result' : undefined,
            own ? { of: 'result', path: ['result'] } : undefined,
          ),
        ]),
  ];
}

function callNode(run: Run, { position, step }: Place): Node {
  const group = run.group(position);
  const calls = run.hostCalls(position).length;
  const nodes = [textNode('host calls', `${Math.min(step, calls)} of ${calls}`)];
  if (group !== undefined && step > calls) nodes.push(...outcomeNodes({ recording: run.trace, group }, run));
  return groupNode('Call', nodes);
}

function outcomeNodes(side: Side, run: Run): readonly Node[] {
  const { contract } = run.execution.options;
  const outcome = outcomeOf(side.recording, side.group);
  const text = textNode('outcome', outcomeText(side, contract), { expression: 'outcome' });
  if (outcome === undefined) return [text];
  const result = resultOf(side, contract);
  return [
    ...(result === undefined ? [text] : [valueNode('result', result, 'result', undefined)]),
    textNode('status', statusName(outcome.status)),
    textNode('duration', `${outcome.durationMs.toFixed(3)} ms`),
  ];
}

function statusName(status: CallStatus): string {
  switch (status) {
    case CallStatus.ok:
      return 'ok';
    case CallStatus.error:
      return 'error';
    case CallStatus.trap:
      return 'trap';
  }
}

/** The same event or host call on another side: in the recording, or in what was branched off. */
function sideNode(
  name: 'Recorded' | 'Original',
  run: Run,
  place: Place,
  frame: FrameKind,
  side: Side | undefined,
): Node {
  if (side === undefined) return groupNode(name, [textNode('event', 'not there')]);
  const { recording, group } = side;
  const nodes: Node[] = [];
  if (frame === 'hostCall') {
    const call = run.counterpart(place, side);
    nodes.push(
      ...(call === undefined
        ? [textNode('host call', name === 'Recorded' ? 'not recorded' : 'not made')]
        : callParts(call, run, false)),
    );
  } else {
    const event = recording.at(group.first ?? 0);
    nodes.push(...eventParts({ ...event, payload: event.payload.slice() }, run, undefined));
    nodes.push(textNode('outcome', outcomeText(side, run.execution.options.contract)));
  }
  const isBaseline = (name === 'Original') === (run.branch !== undefined);
  if (isBaseline) nodes.push(differencesNode(run.differences(place.position)));
  return groupNode(name, nodes);
}

function differencesNode(differences: readonly Difference[]): Node {
  const nodes = differences.map((difference, index) => textNode(`[${index}]`, differenceText(difference)));
  return {
    ...groupNode('differences', [], nodes.length === 0 ? 'same' : String(nodes.length)),
    indexed: nodes.length,
    parts: (start, count) => nodes.slice(start, start + count),
  };
}

/** A difference in one line. */
export function differenceText({ kind, name, path, expected, actual }: Difference): string {
  const where = path === undefined || path === '' ? name : `${name} ${path}`;
  switch (kind) {
    case 'missing':
      return `${name} is not called any more: ${expected ?? ''}`;
    case 'added':
      return `${name} is called now: ${actual ?? ''}`;
    case 'order':
      return `${name} is called in another order`;
    case 'argument':
    case 'metadata':
    case 'not-replayed':
    case 'output':
    case 'result':
      return `${where}: ${expected ?? 'nothing'} became ${actual ?? 'nothing'}`;
  }
}

function instanceNode(run: Run, place: Place): Node {
  const { execution, branch } = run;
  const { life, artifact, contract, language, recording } = execution.options;
  const { bytes } = memorySize(run, place);
  return groupNode('Instance', [
    textNode('plugin', recording.info.plugins[life.plugin]?.name ?? ''),
    textNode('contract', contract.title),
    textNode('language', language),
    textNode('parameters', life.params ?? 'none'),
    textNode('memory', bytes === undefined ? 'linear memory' : `${bytes} bytes`, { memoryReference: MEMORY }),
    textNode('artifact', artifact.path),
    textNode('sha256', execution.hash),
    textNode('recorded sha256', life.artifact ?? 'unknown'),
    textNode('life', `${life.position}, ${run.length} events`),
    ...(branch === undefined ? [] : [textNode('branch', branch.what)]),
  ]);
}

/** The size of the linear memory as it was last recorded before a place. */
function memorySize(run: Run, place: Place): { readonly bytes: number | undefined } {
  const { trace } = run;
  const until = run.group(place.position + 1)?.first ?? trace.count;
  for (let index = until - 1; index >= 0 && index > until - 10_000; index--) {
    const { kind, payload } = trace.at(index);
    if (kind !== RecordKind.memory || payload.length < 8) continue;
    return {
      bytes: new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getFloat64(0, true),
    };
  }
  return { bytes: undefined };
}
