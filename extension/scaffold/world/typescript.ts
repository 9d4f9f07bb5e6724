import { scriptTemplate } from './script.ts';

/** A project in TypeScript. */
export const typescript = scriptTemplate('typescript');
