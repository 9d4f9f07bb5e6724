/** The frames of what a stub of the host threw. */
import { fileURLToPath } from 'node:url';
import { assetPath } from '../assets.ts';
import type { GuestFrame } from './report.ts';

const FRAME = /^\s*at (?:(?<name>.*?) \()?(?<url>file:.+?):(?<line>\d+):(?<column>\d+)\)?$/;
/** What a syntax error's stack begins with. */
const HEAD = /^(?<url>file:\S+?):(?<line>\d+)$/;

/** The frames in files of the user's, innermost first; Hotplug's own and Node's are left out. */
export function stubFrames(stack: string): readonly GuestFrame[] {
  const own = [assetPath('dist'), assetPath('extension')];
  return stack.split('\n').flatMap((text) => {
    const found = FRAME.exec(text)?.groups ?? HEAD.exec(text)?.groups;
    if (found?.['url'] === undefined) return [];
    const file = fileURLToPath(found['url']);
    if (own.some((folder) => file.startsWith(folder))) return [];
    const column = found['column'];
    return [
      {
        function: found['name'] ?? '',
        file,
        line: Number(found['line']),
        ...(column === undefined ? {} : { column: Number(column) }),
      },
    ];
  });
}
