import { open, type FileHandle } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';

/** Opens an input file; throws a UserError that names it where that cannot be done or it is a folder. */
export async function openFile(path: string): Promise<FileHandle> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    throw cannotRead(path, messageOf(error), error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw cannotRead(path, 'it is not a file');
}

function cannotRead(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    `The input ${path} cannot be read: ${why}.`,
    'Choose another file, or check its path.',
    {
      cause,
    },
  );
}

/** Reads up to `length` bytes at `position`; fewer where the file ends. */
export async function readAt(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
