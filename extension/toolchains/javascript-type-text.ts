/** Types of WIT as TypeScript writes them; what componentize-qjs makes of values decides. */
import { interfaceOf } from '../wit/text.ts';
import type { WitType } from '../wit/model.ts';
import { memberName, propertyKey } from './javascript-names.ts';

/** What a named type or a resource is called where it is written, by its whole name. */
export type Named = (name: string) => string;

/** A type where it is used: by its name where an interface declares it. */
export function typeText(type: WitType, named: Named): string {
  const { name } = type;
  if (name !== undefined && interfaceOf(name) !== '') return named(name);
  return structureText(type, named, ' ').trim();
}

/**
 * What a type consists of, after a space or a line's end.
 *
 * @param separator what stands before a union's cases: a space or a line's beginning
 */
export function structureText(type: WitType, named: Named, separator: string): string {
  const of = (part: WitType): string => typeText(part, named);
  const tagged = (tag: string, part: WitType | undefined): string =>
    part === undefined ? `{ tag: '${tag}' }` : `{ tag: '${tag}'; val: ${of(part)} }`;
  const union = (cases: readonly string[]): string => {
    const line = cases.length === 0 ? 'never' : cases.join(' | ');
    if (separator === ' ' || (line.length < 70 && !line.includes('\n'))) return ` ${line}`;
    return cases.map((one) => `${separator}| ${one}`).join('');
  };
  switch (type.kind) {
    case 'bool':
      return ' boolean';
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      return ' number';
    case 'char':
    case 'string':
      return ' string';
    case 'list':
      return ` ${listText(type.element, named)}`;
    case 'option':
      return type.some.kind === 'option'
        ? union([`{ tag: 'some'; val: ${of(type.some)} }`, "{ tag: 'none' }"])
        : union([of(type.some), 'null']);
    case 'result':
      return union([tagged('ok', type.ok), tagged('err', type.err)]);
    case 'tuple':
      return ` [${type.items.map((item) => of(item)).join(', ')}]`;
    case 'record':
      return ` { ${type.fields.map((field) => `${propertyKey(memberName(field.name))}: ${of(field.type)};`).join(' ')} }`;
    case 'variant':
      return union(
        type.cases.map(
          (one) =>
            `${separator === ' ' ? '' : docComment([one.docs]).replaceAll('\n', separator.replace('\n', '\n  '))}${tagged(one.name, one.type)}`,
        ),
      );
    case 'enum':
      return union(type.cases.map((name) => `'${name}'`));
    case 'flags':
      return ` { ${type.flags.map((flag) => `${propertyKey(memberName(flag))}?: boolean;`).join(' ')} }`;
    case 'own':
    case 'borrow':
      return ` ${named(type.resource)}`;
    case 'future':
    case 'stream':
    case 'error-context':
      return ' unknown';
  }
}

function listText(element: WitType, named: Named): string {
  if (element.kind === 'u8') return 'Uint8Array';
  if (element.kind === 's8') return 'Int8Array';
  const text = typeText(element, named);
  return /^[\w.$]+$/.test(text) ? `${text}[]` : `Array<${text}>`;
}

/** Texts as the comment before a declaration; nothing where there are none. */
export function docComment(texts: readonly (string | undefined)[]): string {
  const lines = texts
    .filter((text) => text !== undefined && text.trim() !== '')
    .flatMap((text, index) => [...(index === 0 ? [] : ['']), ...(text ?? '').trim().split('\n')])
    .map((line) => line.trimEnd().replaceAll('*/', '* /'));
  if (lines.length === 0) return '';
  if (lines.length === 1) return `/** ${lines.join('')} */\n`;
  return `/**\n${lines.map((line) => ` *${line === '' ? '' : ` ${line}`}\n`).join('')} */\n`;
}
