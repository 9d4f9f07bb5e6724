/** Limits of a parser's run, as Chipmunk 4.2.0 has them, and our own. */

/** Errors of `parse` in a row, of both kinds, above which a `parse` error ends the run. Source: PluginErrorLimits::PARSE_ERROR_LIMIT (plugins_host/src/parser_shared). */
export const PARSE_ERROR_LIMIT = 2000;
/** The same for `incomplete`. Source: PluginErrorLimits::INCOMPLETE_ERROR_LIMIT. */
export const INCOMPLETE_ERROR_LIMIT = 50;
/** Bytes skipped for one item above which a `parse` error ends a run that has no item yet. Source: INITIAL_PARSE_ERROR_LIMIT (processor/src/producer). */
export const INITIAL_PARSE_ERROR_LIMIT = 1024;
/** Bytes dropped after an error before the next try. Source: DROP_STEP (processor/src/producer). */
export const DROP_STEP = 1;

/** Calls without progress that are shown of a run which the real host would never end. Ours. */
export const SPIN_SHOWN = 1000;
/** Bytes that a strict run holds for one item; a row of 100 MB is fine, a parser that always wants more is not. Ours. */
export const STRICT_LIMIT = 256 * 1024 * 1024;
