/** A project's recordings: each is a test of what the plugin did when it was made. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { isMissing } from './config.ts';

/** Folder in a project. */
export const recordingsFolder = 'recordings';
/** How the name of a recording's file ends. */
export const recordingEnding = '.hotplug.mcap';

export interface ProjectRecording {
  /** Without the ending. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
}

/** The recordings of a project, by name. Throws a UserError where its folder of recordings cannot be read. */
export async function recordingsOf(folder: string): Promise<readonly ProjectRecording[]> {
  const place = join(folder, recordingsFolder);
  try {
    const entries = await readdir(place, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && isRecordingName(entry.name))
      .map(({ name }) => ({ name: name.slice(0, -recordingEnding.length), file: join(place, name) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(`${place} cannot be read`, 'Check that it is a folder and that you may read it.', {
      cause: error,
    });
  }
}

/** Hidden files are those that are being written. */
function isRecordingName(name: string): boolean {
  return name.endsWith(recordingEnding) && name.length > recordingEnding.length && !name.startsWith('.');
}

/** The folder of the project that a recording is a test of; undefined where it lies elsewhere. */
export function projectOfRecording(file: string): string | undefined {
  const place = dirname(file);
  return basename(place) === recordingsFolder ? dirname(place) : undefined;
}
