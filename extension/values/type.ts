/** What is shared by those who make, read and fit values of WIT types. */
import { UserError } from '../errors.ts';
import type { WitType } from '../wit/model.ts';
import type { Value } from './value.ts';

/** One case of a type that has cases. */
export interface Case {
  readonly name: string;
  readonly type?: WitType;
}

export const NONE: Value = { type: 'variant', name: 'none' };

/** Cases of what has cases, in the order of their numbers; those of an option and of a result are `none`, `some` and `ok`, `err`. */
export function casesOf(
  type: Extract<WitType, { kind: 'variant' | 'enum' | 'option' | 'result' }>,
): readonly Case[] {
  switch (type.kind) {
    case 'variant':
      return type.cases;
    case 'enum':
      return type.cases.map((name) => ({ name }));
    case 'option':
      return [{ name: 'none' }, { name: 'some', type: type.some }];
    case 'result':
      return [
        { name: 'ok', ...(type.ok === undefined ? {} : { type: type.ok }) },
        { name: 'err', ...(type.err === undefined ? {} : { type: type.err }) },
      ];
  }
}

/** How a list's value names the type of its elements: by their kind. */
export function elementName(type: WitType): string {
  return type.kind;
}

/** The name of a resource without its interface. */
export function resourceName(resource: string): string {
  return resource.slice(resource.lastIndexOf('#') + 1);
}

/** A type for messages: its own name and kind, `color (an enum)`, or its kind. */
export function kindText(type: WitType): string {
  if (type.kind === 'own' || type.kind === 'borrow') return resourceName(type.resource);
  const kind = type.kind === 'list' ? `list of ${elementText(type.element)}` : type.kind;
  return type.name === undefined ? kind : `${resourceName(type.name)} (${kind})`;
}

function elementText(type: WitType): string {
  return type.name === undefined ? type.kind : resourceName(type.name);
}

export function article(noun: string): string {
  if (noun === 'flags') return noun;
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** The error of a type that plugins of WASI 0.2 do not have. */
export function unsupported({ kind }: WitType): UserError {
  return new UserError(
    `Hotplug has no values of the type ${kind}, which is of WASI 0.3.`,
    'Use a world for WASI 0.2: lists, or resources such as wasi:io streams.',
  );
}
