/** What a plugin's language said itself of the failure: Python's or JavaScript's exception, Go's panic. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { readConfig } from '../project/config.ts';
import type { Artifact } from '../project/project.ts';
import { readGoPanic, type GoPanic } from '../wasm/go-stack.ts';
import { readReportedError, readWrittenError, type ScriptError } from '../wasm/script-error.ts';
import { explainScriptStack } from '../wasm/script.ts';
import { readTraceback } from '../wasm/traceback.ts';
import type { WorkerFailure } from './messages.ts';
import type { GuestFrame } from './report.ts';

export interface Thrown {
  /** Continues the sentence that begins with the call's name: `raised ZeroDivisionError: division by zero`. */
  readonly what: string;
  /** The same without the verb. */
  readonly text: string;
  /** Innermost first, with the paths of the project's files. */
  readonly frames: readonly GuestFrame[];
  readonly outOfMemory: boolean;
}

/** What ran. */
interface Ran {
  /** The project's folder. */
  readonly folder: string;
  readonly artifact: Artifact;
  /** SHA-256 of the component. */
  readonly hash: string;
}

/**
 * Reads what an interpreter reported, or what a component wrote before it trapped. Undefined where neither
 * says anything.
 */
export async function thrownBy(
  { kind, scriptStack, goesOn }: WorkerFailure,
  stderr: string,
  { folder, artifact, hash }: Ran,
): Promise<Thrown | undefined> {
  const trapped = kind === 'trap' || kind === 'start' || kind === 'unrecorded';
  const raised = readTraceback(scriptStack ?? '') ?? (trapped ? readTraceback(stderr) : undefined);
  if (raised !== undefined) {
    return {
      what: `raised ${raised.thrown}`,
      text: raised.thrown,
      frames: await pythonFiles(raised.frames, folder),
      outOfMemory: raised.thrown.startsWith('MemoryError'),
    };
  }
  // An error that a plugin survives is the exception that its interpreter told of in the same call.
  const script =
    trapped || (goesOn === true && scriptStack !== undefined) ? scriptError(scriptStack, stderr) : undefined;
  if (script !== undefined) {
    return {
      what: `threw ${script.thrown}`,
      text: script.thrown,
      frames: await scriptFrames(script.stack, artifact, hash),
      outOfMemory: /out of memory/i.test(script.thrown),
    };
  }
  const panic = trapped ? readGoPanic(stderr) : undefined;
  // A fatal error without a stack says too little to stand for the frames that the engine knows.
  if (panic === undefined || (panic.frames.length === 0 && panic.kind === 'panic')) return undefined;
  return {
    what: panic.kind === 'panic' ? `panicked: ${goText(panic)}` : `ended with ${goText(panic)}`,
    text: goText(panic),
    frames: await goFiles(panic.frames, folder),
    outOfMemory: panic.text.startsWith('out of memory') || panic.text.includes('cannot allocate memory'),
  };
}

/** What the interpreter reported counts: of a call that trapped, it is what the engine wrote as well. */
function scriptError(reported: string | undefined, stderr: string): ScriptError | undefined {
  const written = readWrittenError(stderr);
  const told = reported === undefined ? undefined : readReportedError(reported);
  // An exception that was reported may have become the error of a call before this one.
  return told !== undefined && (written === undefined || told.thrown.endsWith(written.thrown))
    ? told
    : written;
}

/**
 * Frames in the author's sources, by the map beside the bundle: that of a development build is the
 * artifact, that of a release lies beside the component that was made of it.
 */
export async function scriptFrames(
  stack: string,
  { kind, path }: Artifact,
  hash: string,
): Promise<readonly GuestFrame[]> {
  const bundle = kind === 'source' ? path : join(dirname(path), 'plugin.js');
  // A newer build has taken its place: its lines would be wrong.
  if (kind !== 'source' && (await hashOf(path)) !== hash) return [];
  const map = await readFile(`${bundle}.map`, 'utf8').catch(() => undefined);
  if (kind !== 'source' && map === undefined) return [];
  return explainScriptStack(stack, map, dirname(bundle)).filter(({ file }) => file !== undefined);
}

async function hashOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex');
}

function goText({ kind, text, goroutine }: GoPanic): string {
  const where = goroutine === undefined || goroutine === 1 ? '' : ` [goroutine ${goroutine}]`;
  return `${kind === 'fatal' ? 'fatal error: ' : ''}${text}${where}`;
}

/** Go names a module's files by the module's path, those of its library by their package's: `strings/strings.go`. */
async function goFiles(frames: readonly GuestFrame[], folder: string): Promise<readonly GuestFrame[]> {
  const text = await readFile(join(folder, 'go.mod'), 'utf8').catch(() => '');
  const module = /^\s*module\s+["`]?([^\s"`]+)/m.exec(text)?.[1];
  return Promise.all(
    frames.map(async (frame) => {
      const { file } = frame;
      if (file === undefined || isAbsolute(file)) return frame;
      const own = module !== undefined && file.startsWith(`${module}/`);
      const inside = own ? join(folder, ...file.slice(module.length + 1).split('/')) : undefined;
      return { ...frame, file: inside !== undefined && (await isFile(inside)) ? inside : `go:/${file}` };
    }),
  );
}

/**
 * Frames with the paths of the plugin's own sources, which a component has in `/0`: the folder of the
 * entry module. Libraries are in other folders, and keep their names.
 */
async function pythonFiles(frames: readonly GuestFrame[], folder: string): Promise<readonly GuestFrame[]> {
  const config = await readConfig(folder).catch(() => undefined);
  const entry = config?.config.entry;
  const roots = [...(entry === undefined ? [] : [dirname(join(folder, entry))]), folder, join(folder, 'src')];
  return Promise.all(
    frames.map(async (frame) => {
      const inside = /^\/0\/(.*)$/.exec(frame.file ?? '')?.[1];
      if (inside === undefined) return frame;
      for (const root of roots) {
        const file = join(root, ...inside.split('/'));
        if (await isFile(file)) return { ...frame, file };
      }
      return frame;
    }),
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
