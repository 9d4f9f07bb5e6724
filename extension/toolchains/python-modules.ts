/** A Python process that stays between builds and reads a plugin's modules: `python/hotplug_compiler.py`. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { assetPath } from '../assets.ts';
import type { Diagnostic } from '../project/project.ts';

/** A module as the interpreter gets it. */
export interface PythonModule {
  /** The name of its file in tracebacks, as in a release build: `/0/node.py`, where 0 counts the roots. */
  readonly file: string;
  readonly source: string;
  readonly package?: true;
}

export interface PythonModules {
  /** By their full names. */
  readonly modules: Readonly<Record<string, PythonModule>>;
  readonly diagnostics: readonly Diagnostic[];
  /** Modules that are libraries for components: only a component that is built with them has them. */
  readonly linked: readonly string[];
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Answer {
  readonly id: number;
  readonly modules: PythonModules['modules'];
  readonly errors: readonly Place[];
  readonly warnings: readonly Place[];
  readonly linked: readonly string[];
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One process; it starts with the first question and again where it was lost. */
export class PythonReader {
  readonly #python: string;
  readonly #waiting = new Map<number, Waiting>();
  #process: ChildProcessWithoutNullStreams | undefined;
  #nextId = 1;

  /** @param python absolute path of the Python that runs it */
  constructor(python: string) {
    this.#python = python;
  }

  get python(): string {
    return this.#python;
  }

  /**
   * Reads the module `entry` and all that it imports from these folders, in their order: the plugin's
   * own sources first, then its packages. Rejects where Python cannot be run.
   */
  async read(roots: readonly string[], entry: string): Promise<PythonModules> {
    const id = this.#nextId++;
    const started = (this.#process ??= this.#start());
    hold(started, true);
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      started.stdin.write(`${JSON.stringify({ id, roots, entry })}\n`);
    }).finally(() => {
      if (this.#waiting.size === 0) hold(started, false);
    });
    const diagnostics = [
      ...answer.errors.map((place) => diagnostic('error', place)),
      ...answer.warnings.map((place) => diagnostic('warning', place)),
    ];
    return { modules: answer.modules, diagnostics, linked: answer.linked };
  }

  dispose(): void {
    // The end of its input ends it; so does the end of this process.
    this.#process?.stdin.end();
    this.#process = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    const script = assetPath('python', 'hotplug_compiler.py');
    const started = spawn(this.#python, ['-I', '-S', '-B', '-X', 'utf8', script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let errors = '';
    started.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
    createInterface({ input: started.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      waiting?.resolve(answer);
    });
    const lost = (reason: string): void => {
      if (this.#process === started) this.#process = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error(reason));
      this.#waiting.clear();
    };
    // What could not be written is answered by its end.
    started.stdin.on('error', () => undefined);
    started.on('error', (error) => {
      lost(`${this.#python} could not be started: ${error.message}`);
    });
    started.on('close', () => {
      lost(`${this.#python} ended while it read the plugin's modules: ${errors.trim()}`);
    });
    return started;
  }
}

/** Whether our own process waits for this one before it ends. */
function hold(started: ChildProcessWithoutNullStreams, wanted: boolean): void {
  const call = wanted ? 'ref' : 'unref';
  started[call]();
  for (const pipe of [started.stdin, started.stdout, started.stderr]) {
    if (pipe instanceof Socket) pipe[call]();
  }
}

function diagnostic(severity: Diagnostic['severity'], { file, line, column, message }: Place): Diagnostic {
  const code = /^(\w+(?:Error|Warning)): /.exec(message)?.[1];
  return { severity, file, line, column, message, ...(code === undefined ? {} : { code }) };
}
