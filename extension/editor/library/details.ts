/** Everything that is known of a plugin of the list, as the text of a document. */
import type { SchemaItem } from '../../contracts/chipmunk/config.ts';
import { bytesText } from '../../inputs/size.ts';
import { counted } from '../sentences.ts';
import { kindName, stateTitle, type ListedPlugin } from './listed.ts';

/** Plain text: whatever a plugin says of itself stands in it as it is, and is nothing but text. */
export function detailsText(plugin: ListedPlugin, readme: string | undefined): string {
  const { title, description, kind, origin, reason, binary, lastRun } = plugin;
  const parts: readonly (readonly [heading: string, lines: readonly string[]])[] = [
    [
      title,
      [
        ...(description === undefined ? [] : [description, '']),
        ...rows([
          ['State', stateTitle(plugin)],
          ['Reason', reason],
          ['Kind', `${kindName(kind)}${origin === 'project' ? ', a project of this workspace' : ''}`],
          ['Version', plugin.pluginVersion],
          ['Plugin API', plugin.apiVersion],
          ['Folder', plugin.id],
          ['Component', binary?.path],
          ['Size', binary === undefined ? undefined : `${bytesText(binary.bytes)} (${binary.bytes} bytes)`],
          ['Written', binary === undefined ? undefined : new Date(binary.modifiedAt).toISOString()],
          ['SHA-256', binary?.hash],
          ['Made with', plugin.producers.length === 0 ? undefined : plugin.producers.join(', ')],
        ]),
      ],
    ],
    [
      'What to mend',
      plugin.findings.map(({ severity, message, advice }) => `- ${severity}: ${message} ${advice}`),
    ],
    ['Configuration', plugin.schemas.map(schemaLine)],
    ['Columns', columnLines(plugin)],
    [
      'What it needs',
      plugin.permissions.map(({ name, given, imports }) => `- ${name}: ${given} (${imports.join(', ')})`),
    ],
    [
      'Last run',
      lastRun === undefined
        ? []
        : rows([
            ['Ended', new Date(lastRun.at).toISOString()],
            ['Rows', String(lastRun.rows)],
            ['Bytes', bytesText(lastRun.bytes)],
            ['Calls', String(lastRun.calls)],
            ['Took', `${lastRun.durationMs.toFixed(1)} ms${speed(lastRun)}`],
          ]),
    ],
    ["What Chipmunk's own manager would log", plugin.log.map(({ level, text }) => `- ${level}: ${text}`)],
    ['README.md', readme === undefined ? [] : [readme.trimEnd()]],
  ];
  return `${parts
    .filter(([, lines]) => lines.length > 0)
    .map(([heading, lines], index) => `${index === 0 ? '#' : '##'} ${heading}\n\n${lines.join('\n')}`)
    .join('\n\n')}\n`;
}

function rows(all: readonly (readonly [name: string, value: string | undefined])[]): readonly string[] {
  return all.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${value}`]));
}

function schemaLine({ id, title, description, inputType }: SchemaItem): string {
  const names = title === '' || title === id ? id : `${id} (${title})`;
  const about = description === undefined || description === '' ? '' : ` — ${description}`;
  return `- ${names}: ${typeText(inputType)}${about}`;
}

function typeText(type: SchemaItem['inputType']): string {
  switch (type.tag) {
    case 'boolean':
    case 'integer':
    case 'float':
      return `${type.tag}, default ${type.val}`;
    case 'text':
      return `text, default ${JSON.stringify(type.val)}`;
    case 'directories':
      return 'folders';
    case 'files':
      return type.val.length === 0 ? 'files' : `files (${type.val.join(', ')})`;
    case 'dropdown':
      return `one of ${type.val[0].join(', ')}; default ${type.val[1]}`;
  }
}

function columnLines({ columns }: ListedPlugin): readonly string[] {
  if (columns === undefined) return [];
  return [
    ...columns.columns.map(
      ({ caption, description, width }) =>
        `- ${caption}${description === '' ? '' : ` — ${description}`}${width < 0 ? '' : `, ${width} pixels`}`,
    ),
    `- ${counted(columns.columns.length, 'column')}, ${columns.minWidth} to ${columns.maxWidth} pixels wide`,
  ];
}

function speed({ bytes, durationMs }: NonNullable<ListedPlugin['lastRun']>): string {
  return durationMs > 0 ? `, ${bytesText((bytes / durationMs) * 1000)} a second` : '';
}
