/** Replays of a recording's file in this process. */
import { headOf } from '../recording/record.ts';
import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { HostApi, RecordingId, ReplayRequest, ReplayResult } from '../host/protocol.ts';
import { openRecording, type RecordingFile } from '../recording/reader.ts';
import type { Life } from '../replay/lives.ts';
import type { Artifact, Project } from '../project/project.ts';
import type { Telling } from './differences.ts';
import type { Output } from './output.ts';

/** What a recording is replayed against. */
export interface Target {
  readonly project: Project;
  readonly artifact: Artifact;
}

/** How it is replayed. */
export type ReplayChoices = Pick<ReplayRequest, 'events' | 'edits' | 'unrecorded' | 'sourceLevel'>;

/** A recording that is open here, to see what is in it, and in the host. */
export interface OpenRecording extends AsyncDisposable {
  readonly recording: RecordingFile;
  /** As the host knows it. */
  readonly id: RecordingId;
  readonly replay: (life: Life, target: Target, more: ReplayChoices) => Promise<ReplayResult>;
}

/** Opens a recording. Throws a UserError where it cannot be read. */
export async function openFor(host: HostApi, file: string): Promise<OpenRecording> {
  const recording = await openRecording(file);
  try {
    const { id } = await host.request('openRecording', { file });
    return {
      recording,
      id,
      replay: async (life, target, more) => {
        const result = await host.request('replay', {
          recording: id,
          plugin: life.plugin,
          life: life.position,
          against: target,
          ...more,
        });
        // What was the same until then says nothing of the rest.
        if (result.report.ended?.reason === 'cancelled')
          throw new UserError('The replay was stopped.', 'Start it again.');
        return result;
      },
      async [Symbol.asyncDispose]() {
        recording.close();
        await host.request('closeRecording', { recording: id });
      },
    };
  } catch (error) {
    recording.close();
    throw error;
  }
}

/** How the differences of a life are told. */
export function tellingOf(recording: RecordingFile, life: Life, style: Output['style']): Telling {
  const pins = new Map(
    life.events.map((index) => {
      const { event, name } = headOf(recording, index);
      return [event, name];
    }),
  );
  return { style, pinOf: (event) => pins.get(event) };
}

/** Says which life a replay is of where a recording has several. */
export function titleOf(file: string, recording: RecordingFile, life: Life, lives: readonly Life[]): string {
  const plugins = new Set(lives.map(({ plugin }) => plugin));
  const name = plugins.size > 1 ? ` ${recording.info.plugins[life.plugin]?.name ?? ''}` : '';
  return lives.length > 1 ? `${basename(file)}${name} (life ${life.position})` : basename(file);
}
