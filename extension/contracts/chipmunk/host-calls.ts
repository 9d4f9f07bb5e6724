/** What Chipmunk answers a plugin: its log, and a folder of the instance's own. */
import { mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { ImportObjects } from '../../host/adapter.ts';
import type { Boundary } from '../../host/boundary.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import type { Value } from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';
import { decodePayload, PayloadEncoder } from '../typed/encoding.ts';
import { TEMPORARY } from './guest-paths.ts';

export const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type Level = (typeof LEVELS)[number];

const STRING: WitType = { kind: 'string' };
const LOG = 'log';
const TEMP_DIRECTORY = 'temp-directory';

const logs = new PayloadEncoder({
  params: [
    { name: 'level', type: { kind: 'enum', cases: LEVELS } },
    { name: 'msg', type: STRING },
  ],
});
const folders = new PayloadEncoder({ params: [], result: { kind: 'result', ok: STRING, err: STRING } });

/** The import objects of `chipmunk:shared`. `temporary` is the folder that may be made for this instance: an absolute path. */
export function sharedImports(boundary: Boundary, temporary: string): ImportObjects {
  let folder: string | undefined;
  const make = (): Value => {
    try {
      folder ??= randomBytes(8).toString('hex');
      mkdirSync(join(temporary, folder), { recursive: true });
      const path = `${TEMPORARY}/${folder}`;
      return { type: 'variant', name: 'ok', value: { type: 'string', value: path } };
    } catch (error) {
      return { type: 'variant', name: 'err', value: { type: 'string', value: messageOf(error) } };
    }
  };
  return {
    'chipmunk:shared/shared-types': {},
    'chipmunk:shared/logging': {
      log: (level: Level, message: string) => {
        if (boundary.muted) return;
        const made = performance.now();
        const params: Value[] = [
          { type: 'variant', name: level },
          { type: 'string', value: message },
        ];
        const payload = logs.encode({ params });
        boundary.record(RecordKind.hostCall, RecordFlag.log, boundary.name(LOG), payload, made);
      },
    },
    'chipmunk:shared/sandbox': {
      tempDirectory: () => {
        const made = performance.now();
        const none: Value = {
          type: 'variant',
          name: 'err',
          value: { type: 'string', value: 'not recorded' },
        };
        const result = boundary.answer(
          TEMP_DIRECTORY,
          '',
          (bytes) => decodePayload(bytes)?.result ?? none,
          make,
          () => none,
        );
        const payload = folders.encode({ params: [], result });
        boundary.record(RecordKind.hostCall, 0, boundary.name(TEMP_DIRECTORY), payload, made);
        if (result.type !== 'variant' || result.value?.type !== 'string') return '';
        if (result.name === 'ok') return result.value.value;
        throw Object.assign(new Error(result.value.value), { payload: result.value.value });
      },
    },
  };
}
