import { existsSync } from 'node:fs';

const candidates = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser that tests drive: $CHROMIUM or an installed one; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  return (named === undefined ? candidates : [named]).find((path) => existsSync(path));
}
