/** The language of filters: docs/filters.md. Pure, so that a page can use it as well. */
export { complete } from './complete.ts';
export { parse } from './parse.ts';
export { PROBLEMS } from './problems.ts';
export { printFilter, quoted, valueText } from './print.ts';
