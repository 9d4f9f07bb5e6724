/** A parser of text logs: each line is a row of time, level, component, keywords and message. */

/** @import { Exports, ParseReturn, RenderOptions } from 'chipmunk:parser/parser@0.1.0' */
/** @import { Config } from './config.js' */
import { readConfig, schemas } from './config.js';
import { Lines } from './lines.js';
import { readRow } from './row.js';

/**
 * The host chooses a width for -1; others are pixels.
 *
 * @type {RenderOptions}
 */
const renderOptions = {
  columnsOptions: {
    columns: [
      { caption: 'Time', description: 'When it happened, as the line or its source says', width: 200 },
      { caption: 'Level', description: 'How bad it is', width: 60 },
      {
        caption: 'Component',
        description: 'Who says so; with a question mark where nobody knows it',
        width: 120,
      },
      { caption: 'Keywords', description: 'Which of the keywords are in the message', width: 120 },
      { caption: 'Message', description: 'What happened', width: -1 },
    ],
    minWidth: 30,
    maxWidth: 1000,
  },
};

/**
 * One run: the host makes a new instance for each input and each configuration.
 *
 * @type {Config}
 */
let config;
const lines = new Lines();

/** @type {Exports} */
export const parser = {
  getVersion: () => ({ major: 0, minor: 1, patch: 0 }),
  getConfigSchemas: () => schemas,
  getRenderOptions: () => renderOptions,

  /** An error that is thrown here is shown, and the run does not begin. */
  init(_general, items) {
    config = readConfig(items);
    console.info(`${config.keywords.length} keywords, ${config.components.size} components`);
  },

  /** Gives all lines that end in `data`, in one answer: each call costs, each row hardly anything. */
  parse(data, timestamp) {
    const found = lines.split(data);
    if (found === undefined) throw { tag: 'incomplete' };
    return found.map(({ text, consumed }) => {
      const cells = readRow(text, timestamp, config);
      if (cells === undefined) return { value: null, consumed };
      return { value: { tag: 'message', val: { tag: 'columns', val: cells } }, consumed };
    });
  },
};
