/** What a form for calling a world's exports needs: the exports, their parameters with samples, and a check of what is typed. */
import { messageOf } from '../../errors.ts';
import { sampleValue } from '../../values/make.ts';
import { readTyped } from '../../values/typed.ts';
import { printValue } from '../../values/wave.ts';
import type { WitPlace, WitType, WitWorld } from '../../wit/model.ts';
import { localName, signatureText, typeText, withoutVersion } from '../../wit/text.ts';
import { callables, ownResources, type Callable } from './world.ts';

/** One parameter of an export. */
export interface ExportParam {
  readonly name: string;
  readonly type: WitType;
  /** As WIT has it: `list<point>`. */
  readonly typeText: string;
  /** A value of the type in WAVE. */
  readonly sample: string;
}

/** An export that can be called, as `{"call": name, "args": […]}`. */
export interface ExportForm {
  /** The whole name: `wasi:keyvalue/watcher@0.2.0-draft#on-set`. */
  readonly name: string;
  /** Without package and version: `watcher.on-set`. */
  readonly label: string;
  /** `(bucket: bucket, key: string) -> bool` */
  readonly signature: string;
  readonly params: readonly ExportParam[];
  /** The type of what it gives; undefined where it gives nothing. */
  readonly resultText: string | undefined;
  readonly docs?: string;
  /** Where it stands in the WIT; the path is relative to `wit/`. */
  readonly place?: WitPlace;
  /** It needs a resource that another call of the plugin gives first. */
  readonly needsResource: boolean;
}

/** Every export of a world, its own functions first; also the drop of each resource of the plugin's. */
export function exportsOf(world: WitWorld): readonly ExportForm[] {
  const isOwn = ownResources(world);
  return callables(world).map((one) => formOf(one, isOwn));
}

function formOf(
  { name, function: one, interface: owner }: Callable,
  isOwn: (resource: string) => boolean,
): ExportForm {
  // The plugin's own resources can only be named; the first one has the number 1.
  let needsResource = false;
  const handle = (resource: string): number => {
    if (!isOwn(resource)) return 0;
    needsResource = true;
    return 1;
  };
  const params = one.params.map(({ name: param, type }) => ({
    name: param,
    type,
    typeText: typeText(type),
    sample: printValue(sampleValue(type, handle)),
  }));
  return {
    name,
    label: labelOf(localName(one), owner),
    signature: signatureText(one),
    params,
    resultText: one.result === undefined ? undefined : typeText(one.result),
    needsResource,
    ...(one.docs === undefined ? {} : { docs: one.docs }),
    ...(one.place === undefined ? {} : { place: one.place }),
  };
}

function labelOf(local: string, owner: string | undefined): string {
  if (owner === undefined) return local;
  const plain = withoutVersion(owner);
  return `${plain.slice(plain.lastIndexOf('/') + 1)}.${local}`;
}

/** What is wrong with an argument in WAVE, in words; undefined where it is one of the type. */
export function checkArgument(type: WitType, text: string): string | undefined {
  try {
    readTyped(text, type);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A first file of calls, as JSON Lines: every export that can be called right away, with samples. */
export function sampleCalls(world: WitWorld): string {
  return exportsOf(world)
    .filter(({ needsResource, params }) => !needsResource && params.every(({ sample }) => sample !== ''))
    .map(
      ({ name, params }) => `${JSON.stringify({ call: name, args: params.map(({ sample }) => sample) })}\n`,
    )
    .join('');
}
