/** Exports as Perfetto's and OpenTelemetry's own messages read them, from Python. */
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../extension/toolchains/run.ts';
import { root } from '../../scripts/paths.ts';
import { extismPython } from './libextism.ts';

/** The Python of the tools that tests need. */
const python = extismPython;

/** Says why nothing can be read; undefined where it can. */
export async function missingForExports(): Promise<string | undefined> {
  const there = await access(python).then(
    () => true,
    () => false,
  );
  const modules =
    'import perfetto.protos.perfetto.trace.perfetto_trace_pb2, opentelemetry.proto.trace.v1.trace_pb2';
  const asked = there ? await run([python, '-c', modules], { cwd: root }) : undefined;
  if (asked?.ended === 'exited' && asked.code === 0) return undefined;
  return `perfetto and opentelemetry-proto for Python not found; scripts/setup.sh --tests installs them`;
}

export interface PerfettoTrace {
  readonly clocks: readonly (readonly [clock: number, time: number])[];
  readonly tracks: readonly {
    readonly uuid: number;
    readonly parent: number;
    readonly name: string;
    readonly process?: readonly [pid: number, name: string, labels: readonly string[]];
    readonly thread?: readonly [pid: number, tid: number, name: string];
    readonly unit?: string;
  }[];
  readonly events: readonly {
    readonly time: string;
    readonly end?: string;
    /** Of TrackEvent.Type. */
    readonly type: number;
    readonly track: number;
    readonly depth: number;
    readonly name?: string;
    readonly categories: readonly string[];
    readonly begins: readonly string[];
    readonly ends: readonly string[];
    readonly correlation?: string;
    readonly annotations: Readonly<Record<string, unknown>>;
    readonly value?: number;
  }[];
}

export interface OtlpData {
  readonly spans: readonly {
    readonly service: string;
    readonly scope: readonly [name: string, version: string];
    readonly trace: string;
    readonly span: string;
    readonly parent: string | null;
    readonly name: string;
    readonly kind: number;
    readonly start: string;
    readonly end: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly links: readonly (readonly [trace: string, span: string])[];
    readonly status: readonly [code: number, message: string];
  }[];
  readonly logs: readonly {
    readonly service: string;
    readonly time: string;
    readonly severity: readonly [number: number, text: string];
    readonly body: string;
    readonly event: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly trace: string | null;
    readonly span: string | null;
  }[];
}

export async function readPerfetto(files: readonly string[]): Promise<readonly PerfettoTrace[]> {
  return (await read('read_perfetto.py', files)) as readonly PerfettoTrace[];
}

/** Files that end with `.jsonl`, `.traces.pb` or `.logs.pb`. */
export async function readOtlp(files: readonly string[]): Promise<readonly OtlpData[]> {
  return (await read('read_otlp.py', files)) as readonly OtlpData[];
}

/** Reads bodies that were posted to a collector. */
export async function readBodies(
  folder: string,
  bodies: readonly { readonly path: string; readonly type: string; readonly body: Uint8Array }[],
): Promise<readonly OtlpData[]> {
  const files: string[] = [];
  for (const [index, { path, type, body }] of bodies.entries()) {
    const signal = path.endsWith('/v1/traces') ? 'traces' : 'logs';
    const file = join(folder, `${index}.${signal}.${type === 'application/json' ? 'jsonl' : 'pb'}`);
    await writeFile(file, body);
    files.push(file);
  }
  return await readOtlp(files);
}

async function read(script: string, files: readonly string[]): Promise<unknown> {
  const { ended, code, stdout, stderr } = await run(
    [python, join(root, 'test', 'exports', script), ...files],
    // No compiled Python among the sources.
    { cwd: root, env: { PYTHONDONTWRITEBYTECODE: '1' } },
  );
  if (code !== 0)
    throw new Error(`${script} ended with ${ended} ${code}:\n${stdout.slice(0, 1000)}${stderr}`);
  return JSON.parse(stdout);
}
