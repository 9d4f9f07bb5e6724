/** What a plugin's language said itself of the failure: Python's exception, Go's panic. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { readConfig } from '../project/config.ts';
import { readGoPanic, type GoPanic } from '../wasm/go-stack.ts';
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

/**
 * Reads what an interpreter reported, or what a component wrote before it trapped. Undefined where neither
 * says anything.
 */
export async function thrownBy(
  { kind, scriptStack }: WorkerFailure,
  stderr: string,
  folder: string,
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
