/** What the plugin is configured with: the form that the host shows, and the values that it passes. */
import type { ConfigItem, ConfigSchemaItem } from 'chipmunk:parser/parser@0.1.0';
import { namesIn, readFile } from './files.ts';
import { decodeUtf8 } from './utf8.ts';

/** The least important level first. */
export const levels = ['trace', 'debug', 'info', 'warn', 'error'];

export interface Config {
  /** What stands between the fields of a line. */
  separator: string;
  /** The least important level that is shown, as its place in `levels`. */
  level: number;
  /** Whether empty lines are rows, too. */
  keepEmpty: boolean;
  /** Most characters of a message that are shown; all for 0. */
  longest: number;
  /** Share of printable characters, from 0 to 1, below which a line is shown as bytes. */
  printable: number;
  keywords: string[];
  /** Everything is a component where there are none. */
  components: Set<string>;
}

/** The form, asked for before `init` and of another instance. */
export const schemas: ConfigSchemaItem[] = [
  {
    id: 'separator',
    title: 'Separator',
    description: 'What stands between time, level, component and message',
    inputType: { tag: 'text', val: ' ' },
  },
  {
    id: 'level',
    title: 'Level',
    description: 'The least important level that is shown',
    inputType: { tag: 'dropdown', val: [levels, 'trace'] },
  },
  {
    id: 'keep-empty',
    title: 'Empty lines',
    description: 'Whether empty lines are rows, too',
    inputType: { tag: 'boolean', val: false },
  },
  {
    id: 'longest',
    title: 'Longest message',
    description: 'Most characters of a message that are shown; 0 for all',
    inputType: { tag: 'integer', val: 0 },
  },
  {
    id: 'printable',
    title: 'Printable share',
    description: 'Lines with a smaller share of printable characters are shown as bytes',
    inputType: { tag: 'float', val: 0.7 },
  },
  {
    id: 'keywords',
    title: 'Keywords',
    description: 'Files with a keyword a line',
    inputType: { tag: 'files', val: ['txt'] },
  },
  {
    id: 'components',
    title: 'Components',
    description: 'Folders with a file or a folder for each known component',
    inputType: { tag: 'directories' },
  },
];

/** Reads the values, and the files and folders that they name: the host lets the plugin read what lies beside them. */
export function readConfig(items: ConfigItem[]): Config {
  const config: Config = {
    separator: ' ',
    level: 0,
    keepEmpty: false,
    longest: 0,
    printable: 0.7,
    keywords: [],
    components: new Set(),
  };
  for (const item of items) readItem(config, item);
  return config;
}

function readItem(config: Config, { id, value }: ConfigItem): void {
  if (id === 'separator' && value.tag === 'text') {
    if (value.val === '') refuse('the separator is empty');
    config.separator = value.val;
  } else if (id === 'level' && value.tag === 'dropdown') {
    config.level = levels.indexOf(value.val);
    if (config.level < 0) refuse(`there is no level ${value.val}`);
  } else if (id === 'keep-empty' && value.tag === 'boolean') {
    config.keepEmpty = value.val;
  } else if (id === 'longest' && value.tag === 'integer') {
    if (value.val < 0) refuse(`a message cannot have ${value.val} characters`);
    config.longest = value.val;
  } else if (id === 'printable' && value.tag === 'float') {
    if (!(value.val >= 0 && value.val <= 1)) refuse(`a share is from 0 to 1, not ${value.val}`);
    config.printable = value.val;
  } else if (id === 'keywords' && value.tag === 'files') {
    const words = value.val.flatMap((file) => decodeUtf8(readable(file, readFile)).split('\n'));
    config.keywords = words.map((word) => word.trim()).filter((word) => word !== '');
  } else if (id === 'components' && value.tag === 'directories') {
    const names = value.val.flatMap((folder) => readable(folder, namesIn));
    config.components = new Set(names.map((name) => name.replace(/(?<=.)\.[^.]*$/, '')));
  } else {
    refuse(`the configuration ${id} is not of the form`);
  }
}

/** What is read at a path; fails with the path where it cannot be. */
function readable<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (error) {
    throw {
      tag: 'io',
      val: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** An error of `init` is a value of the contract. */
function refuse(why: string): never {
  throw { tag: 'config', val: why };
}
