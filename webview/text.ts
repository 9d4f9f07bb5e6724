/**
 * What panels say, in the editor's language. The English message is the key, as with `vscode.l10n.t`.
 * Call {@link t} with a literal: `scripts/texts.ts` collects the messages from the sources.
 */

/** Element of the page that holds the translations as JSON; `html.ts` makes it. */
export const textsElement = 'texts';

/** What is needed of a page, so that modules which say something also run where there is none. */
interface Surroundings {
  readonly JSON: JSON;
  readonly document?: {
    getElementById(id: string): { readonly textContent: string | null } | null;
  };
}

const { document: page }: Surroundings = globalThis;

let bundle: Readonly<Record<string, unknown>> | undefined;

/**
 * The message in the editor's language, or as it is where there is no translation. `{0}` stands for the
 * first argument; a placeholder without an argument stays. The result is text and never markup.
 */
export function t(message: string, ...args: readonly (string | number)[]): string {
  bundle ??= readBundle();
  const known = Object.hasOwn(bundle, message) ? bundle[message] : undefined;
  return fill(typeof known === 'string' ? known : message, args);
}

/** The same for a message that another module wrote in English; `scripts/texts.ts` knows where they are. */
export function translated(message: string, ...args: readonly (string | number)[]): string {
  return t(message, ...args);
}

/** Replaces `{0}`, `{1}` … once: what an argument holds is not looked at again. */
function fill(message: string, args: readonly (string | number)[]): string {
  return message.replaceAll(/\{(\d+)\}/g, (placeholder, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? placeholder : String(value);
  });
}

/** Gives the translations where there is no page to read them from: in the editor's process. */
export function useTexts(texts: Readonly<Record<string, string>> | undefined): void {
  bundle = texts ?? {};
}

function readBundle(): Readonly<Record<string, unknown>> {
  const text = page?.getElementById(textsElement)?.textContent ?? '';
  if (text.trim() === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
