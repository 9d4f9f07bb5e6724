/** A plugin's `<folder's name>.toml`: its title and description, as Chipmunk reads them. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { messageOf } from '../errors.ts';
import type { Finding } from '../host/contract.ts';
import { isObject } from './files.ts';
import type { LogEntry } from './plugin.ts';

/** Bytes of UTF-8. Source: Chipmunk's validation of metadata. */
const LIMITS = { title: 2048, description: 10_240 } as const;
/** A file of two texts that is larger was put there by mistake, and is not read to its end. */
const LARGEST = 1024 * 1024;
/** What Chipmunk's own template calls the file; Chipmunk does not look at it. */
const IGNORED = 'metadata.toml';

export interface PluginTitle {
  /** The folder's name where the file says nothing that counts. */
  readonly title: string;
  readonly description?: string;
  readonly log: readonly LogEntry[];
  readonly findings: readonly Finding[];
}

/** Reads the title of the plugin in this folder; `names` are the files in it. Never throws: a plugin is as valid without a title. */
export async function readTitle(
  folder: string,
  name: string,
  names: ReadonlySet<string>,
): Promise<PluginTitle> {
  const own = `${name}.toml`;
  const findings = names.has(IGNORED) && own !== IGNORED ? [ignoredFile(folder, own)] : [];
  if (!names.has(own)) {
    return { title: name, log: [{ level: 'warning', text: 'Metadata file not found' }], findings };
  }
  const read = await readToml(join(folder, own));
  const title = 'text' in read ? titleOf(read.text, name, own) : failed(read.problem, name, own);
  return { ...title, findings: [...findings, ...title.findings] };
}

/** The title that the text of a metadata file gives to the plugin of this name. Never throws. */
export function titleOf(text: string, name: string, file: string): PluginTitle {
  let value: unknown;
  try {
    value = parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    return failed(messageOf(error).replace(/\n+/g, '\n').trim(), name, file);
  }
  const { title, description } = isObject(value) ? value : {};
  const named = isObject(value) && 'name' in value ? [namedOtherwise(file)] : [];
  if (typeof title !== 'string') {
    const problem = title === undefined ? 'missing field `title`' : 'invalid type: `title` is no string';
    const found = failed(problem, name, file);
    return named.length > 0 ? { ...found, findings: named } : found;
  }
  if (description !== undefined && typeof description !== 'string')
    return failed('invalid type: `description` is no string', name, file);
  const long =
    tooLong('title', title, LIMITS.title) ??
    (description === undefined ? undefined : tooLong('description', description, LIMITS.description));
  if (long !== undefined) {
    return {
      title: name,
      log: [{ level: 'warning', text: `Plugins metadata are invalid. Error: ${long}` }],
      findings: [
        {
          severity: 'warning',
          message: `${file}: ${long}.`,
          advice: 'Shorten it; Chipmunk ignores the file.',
        },
      ],
    };
  }
  return {
    title: title === '' ? name : title,
    ...(description === undefined ? {} : { description }),
    log: [{ level: 'info', text: 'Metadata file found and load' }],
    findings: named,
  };
}

function tooLong(field: string, text: string, limit: number): string | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes > limit ? `the ${field} has ${bytes} bytes, and ${limit} are allowed` : undefined;
}

function failed(problem: string, name: string, file: string): PluginTitle {
  return {
    title: name,
    log: [{ level: 'error', text: `Parsing metadata file failed with error: ${problem}` }],
    findings: [
      {
        severity: 'warning',
        message: `${file} gives no title: ${problem.split('\n')[0] ?? ''}.`,
        advice: 'Write title = "…", and description = "…" where you want one.',
      },
    ],
  };
}

function ignoredFile(folder: string, own: string): Finding {
  return {
    severity: 'warning',
    message: `${join(folder, IGNORED)} is ignored by Chipmunk, which reads ${own}.`,
    advice: `Rename it to ${own}, with title = "…" in it.`,
  };
}

function namedOtherwise(file: string): Finding {
  return {
    severity: 'warning',
    message: `${file} has a name, which Chipmunk does not read: the title is what it shows.`,
    advice: 'Write title = "…" instead of name = "…".',
  };
}

async function readToml(path: string): Promise<{ readonly text: string } | { readonly problem: string }> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > LARGEST) return { problem: `it has ${size} bytes, and ${LARGEST} are read` };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile()) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
