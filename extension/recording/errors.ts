import { messageOf, UserError } from '../errors.ts';
import { FORMAT_VERSION } from './layout.ts';

/** Every error that a recording's file can end in, in one place. */
export const recordingError = {
  cannotOpen: (path: string, cause: unknown) =>
    new UserError(
      `The recording ${path} cannot be opened: ${messageOf(cause)}.`,
      'Check the path and that you may read the file.',
      { cause },
    ),
  cannotRead: (path: string, offset: number, cause: unknown) =>
    new UserError(
      `The recording ${path} cannot be read at offset ${offset}: ${messageOf(cause)}.`,
      'Look whether the file is still there and you may read it, then open it again.',
      { cause },
    ),
  changed: (path: string, offset: number, cause?: unknown) =>
    new UserError(
      `The recording ${path} was changed or cut off while it was open, and is not what it was at offset ${offset}.`,
      'Open it again to see what it has now.',
      { cause },
    ),
  cannotCreate: (path: string, cause: unknown) =>
    new UserError(
      `The recording ${path} cannot be created: ${messageOf(cause)}.`,
      'Choose a folder that exists and that you may write to.',
      { cause },
    ),
  cannotWrite: (path: string, cause: unknown) =>
    new UserError(
      `The recording ${path} cannot be written any further: ${messageOf(cause)}. What is in it so far stays readable.`,
      'Make room on the disk, then restart the plugin: it is recorded in another file. Where you named the file, run the command again.',
      { cause },
    ),
  empty: (path: string) => new UserError(`The recording ${path} is empty (0 bytes).`, 'Record it again.'),
  notMcap: (path: string) =>
    new UserError(
      `${path} is not a recording: it does not start like an MCAP file (offset 0).`,
      'Choose a .mcap file that Hotplug wrote.',
    ),
  newerMcap: (path: string) =>
    new UserError(
      `${path} is an MCAP file of a newer version than this one of Hotplug reads (offset 5).`,
      'Update Hotplug.',
    ),
  otherTool: (path: string, tool: string) =>
    new UserError(
      `${path} is an MCAP file, but not one of Hotplug's: ${tool} (offset 8).`,
      'Choose a .mcap file that Hotplug wrote.',
    ),
  newer: (path: string, version: string, offset: number) =>
    new UserError(
      `The recording ${path} has format version ${version} (offset ${offset}); this Hotplug reads up to version ${FORMAT_VERSION}.`,
      'Update Hotplug.',
    ),
  nothingLeft: (path: string, offset: number) =>
    new UserError(
      `The recording ${path} was cut off at offset ${offset}, before its first record.`,
      'Record it again: there is nothing in it to read.',
    ),
  damaged: (path: string, offset: number, what: string, cause?: unknown) =>
    new UserError(
      `The recording ${path} is damaged at offset ${offset}: ${what}.`,
      'Take another copy of the file; the mcap command line tool (mcap recover) can save what is whole in this one.',
      { cause },
    ),
  compression: (path: string, offset: number, name: string) =>
    new UserError(
      `The recording ${path} is compressed with ${name} (chunk at offset ${offset}), which this Node ${process.version} does not read.`,
      name === 'zstd' ? 'Use Node 22.15 or newer.' : 'Pack it again with: mcap compress --compression zstd.',
    ),
} as const;
