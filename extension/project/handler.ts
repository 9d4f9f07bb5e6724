/** Where a plugin's source handles events: for what the editor shows above it, and for breakpoints in it. */
import { contracts } from '../contracts/index.ts';
import type { Contract } from '../host/contract.ts';
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

/** A handler, and the events that it is called for. */
export interface FoundHandler extends HandlerRange {
  /** Name of those events; all of them where absent. */
  readonly event?: string;
}

/**
 * Finds the function of a source that the contract calls for every event. Undefined where this
 * source has none, where contract or language are not known, and where the contract's exports are the
 * project's own: {@link handlerRanges} finds those.
 */
export function handlerRange(text: string, language: string, contract: string): HandlerRange | undefined {
  const known = contracts[contract];
  return known === undefined ? undefined : handlerRanges(text, language, known)[0];
}

/** Finds the functions of a source that a contract calls for events, once it is bound to the project. */
export function handlerRanges(text: string, language: string, contract: Contract): readonly FoundHandler[] {
  if (!isLanguage(language)) return [];
  return contract.handlers.flatMap(({ function: exported, event }): readonly FoundHandler[] => {
    const found = findDefinition(text, toolchains[language].definition(exported));
    if (found === undefined) return [];
    return [
      {
        start: placeAt(text, found.start),
        end: placeAt(text, found.end),
        body: { start: placeAt(text, found.bodyStart), end: placeAt(text, found.bodyEnd) },
        ...(event === undefined ? {} : { event }),
      },
    ];
  });
}

function isLanguage(language: string): language is LanguageId {
  return Object.hasOwn(toolchains, language);
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
