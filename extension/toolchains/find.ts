import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Looks a program up on the PATH and then in `extra` folders; gives its absolute path. */
export async function findProgram(name: string, extra: readonly string[] = []): Promise<string | undefined> {
  const path = process.env['PATH'] ?? '';
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), ...extra];
  const endings = process.platform === 'win32' ? ['.exe', '.com', ''] : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (await isProgram(file)) return file;
    }
  }
  return undefined;
}

/** Whether this file can be run. */
export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Whether there is a file or folder of this name. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
