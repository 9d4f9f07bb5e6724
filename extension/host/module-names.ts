/** Names under which a core module, and what it is run with, are handed to the worker. */
export const MAIN = 'main';
export const KERNEL = 'kernel';
