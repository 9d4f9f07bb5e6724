import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { assetPath } from '../../extension/assets.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `hotplug …`, from the sources, as a process of its own. */
export class Hotplug {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  readonly #waiting = new Set<() => void>();

  constructor(argv: readonly string[], cwd?: string) {
    this.child = spawn(process.execPath, [assetPath('extension', 'cli', 'main.ts'), ...argv], {
      cwd,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#look();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
        this.#look();
      });
    });
  }

  /** Waits until stdout has the text at or after `from`, and gives the position behind it. */
  prints(text: string | RegExp, from = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const rest = this.stdout.slice(from);
        const found = typeof text === 'string' ? rest.indexOf(text) : rest.search(text);
        if (found >= 0) resolve(from + found + (typeof text === 'string' ? text.length : 1));
        else if (this.child.exitCode !== null) {
          reject(new Error(`it ended without printing ${String(text)}:\n${this.stdout}\n${this.stderr}`));
        } else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Runs `hotplug …` to its end. */
export function hotplug(...argv: readonly string[]): Promise<Ended> {
  return new Hotplug(argv).ended;
}

/** Starts `hotplug …`; it does not outlive the test. */
export function startHotplug(t: TestContext, ...argv: readonly string[]): Hotplug {
  const started = new Hotplug(argv);
  t.after(async () => {
    started.child.kill('SIGKILL');
    await started.ended;
  });
  return started;
}

/** A folder of the test's own that goes away with it. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hotplug-cli-')));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
