/** Where a plugin's source handles events: for what the editor shows above it, and for breakpoints in it. */
import { contracts } from '../contracts/index.ts';
import { findDefinition } from '../toolchains/definition.ts';
import { toolchains } from '../toolchains/index.ts';
import type { LanguageId } from './project.ts';

/** A place in a text, counted from 0, in UTF-16 code units: as an editor counts. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** The handler in a source; the ends are after the last character. */
export interface HandlerRange {
  readonly start: Place;
  readonly end: Place;
  /** Between the braces. */
  readonly body: { readonly start: Place; readonly end: Place };
}

/**
 * Finds the function of a source that the contract calls for every event. Undefined where this
 * source has none, and where contract or language are not known.
 */
export function handlerRange(text: string, language: string, contract: string): HandlerRange | undefined {
  const handler = contracts[contract]?.handler;
  if (handler === undefined || !isLanguage(language)) return undefined;
  const found = findDefinition(text, toolchains[language].definition(handler));
  if (found === undefined) return undefined;
  return {
    start: placeAt(text, found.start),
    end: placeAt(text, found.end),
    body: { start: placeAt(text, found.bodyStart), end: placeAt(text, found.bodyEnd) },
  };
}

function isLanguage(language: string): language is LanguageId {
  return Object.hasOwn(toolchains, language);
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
