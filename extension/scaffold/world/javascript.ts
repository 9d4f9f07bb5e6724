import { scriptTemplate } from './script.ts';

/** A project in JavaScript whose types are checked. */
export const javascript = scriptTemplate('javascript');
