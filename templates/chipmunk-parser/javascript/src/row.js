/** One line as a row. */
/** @import { Config } from './config.js' */
import { levels } from './config.js';
import { decodeUtf8 } from './utf8.js';

/** Bytes of a binary line that are shown. */
const shown = 16;

/**
 * The cells of a line, one for each column; undefined where it is not to be shown.
 *
 * @param {Uint8Array} line
 * @param {number | null} timestamp
 * @param {Config} config
 * @returns {string[] | undefined}
 */
export function readRow(line, timestamp, config) {
  if (line.at(-1) === 13) line = line.subarray(0, -1);
  if (line.length === 0 && !config.keepEmpty) return undefined;
  const at = timestamp === null ? '' : (timestamp / 1000).toFixed(3);
  // What is no UTF-8 is replaced: one wrong byte must not cost a line. The host separates cells with U+0004.
  const text = decodeUtf8(line).replaceAll('\u0004', '\ufffd');
  if (isBinary(text, config.printable)) return [at, 'binary', '', '', hex(line)];
  const [time = '', level = '', component, ...rest] = text.split(config.separator);
  if (component === undefined || rest.length === 0) {
    return [at, '', '', keywordsIn(text, config), shortened(text, config.longest)];
  }
  const rank = levels.indexOf(level.toLowerCase());
  if (rank >= 0 && rank < config.level) return undefined;
  const name = component.endsWith(':') ? component.slice(0, -1) : component;
  const known = config.components.size === 0 || config.components.has(name);
  const message = rest.join(config.separator);
  return [
    time,
    level,
    known ? name : `${name}?`,
    keywordsIn(message, config),
    shortened(message, config.longest),
  ];
}

/**
 * Whether fewer than a share of the characters can be printed.
 *
 * @param {string} text
 * @param {number} share
 */
function isBinary(text, share) {
  const unprintable = text.match(/[\0-\x08\n-\x1f\x7f\ufffd]/g)?.length ?? 0;
  if (unprintable === 0) return false;
  const all = [...text].length;
  return all - unprintable < share * all;
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  const pairs = Array.from(bytes.subarray(0, shown), (byte) => byte.toString(16).padStart(2, '0'));
  return `${bytes.length} bytes: ${pairs.join(' ')}${bytes.length > shown ? ' …' : ''}`;
}

/**
 * At most so many characters; all of them for 0.
 *
 * @param {string} text
 * @param {number} longest
 */
function shortened(text, longest) {
  if (longest === 0 || text.length <= longest) return text;
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest).join('')}…`;
}

/**
 * The keywords that are in a message.
 *
 * @param {string} message
 * @param {Config} config
 */
function keywordsIn(message, { keywords }) {
  return keywords.filter((word) => message.includes(word)).join(', ');
}
