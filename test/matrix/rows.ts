import type { Row } from './row.ts';
import { chipmunkByteSource, chipmunkParser } from './chipmunk.ts';
import { custom } from './custom.ts';
import { holomush } from './holomush.ts';
import { streamkit } from './streamkit.ts';

/** The lines of the matrix; a contract adds its own file and a line here. */
export const rows: readonly Row[] = [streamkit, holomush, chipmunkParser, chipmunkByteSource, custom];
