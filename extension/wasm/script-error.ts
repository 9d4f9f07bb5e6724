/** What JavaScript engines inside components say of an exception that nothing caught. */

export interface ScriptError {
  /** `TypeError: x is not a function`, or only the message where the engine does not say more. */
  readonly thrown: string;
  /** As the engine wrote it; `explainScriptStack` reads it. */
  readonly stack: string;
}

/** What a release build with QuickJS writes itself, before the runtime does. */
const UNCAUGHT = /(?:^|\n)Uncaught (?<thrown>[^]*?)\n(?<stack>(?: +at [^\n]*(?:\n|$))+)/;
/** componentize-qjs's runtime prints the exception as Rust does. */
const QUICKJS =
  /Failed to (?:call|construct|evaluate) [^\n]*?Exception\(Exception \{ message: Some\("(?<message>(?:[^"\\]|\\.)*)"\), stack: Some\("(?<stack>(?:[^"\\]|\\.)*)"\)/;
/** A value that the runtime could not turn into the type that the WIT says. */
const MISFIT =
  /panicked at crates\/runtime\/src\/call\.rs:[^\n]*\n(?<what>[^\n]*?)(?:: (?:Error\()?FromJs \{ from: "(?<from>[^"]*)"[^\n]*)?\n/;
/** The runtime of componentize-qjs 0.4 looks a handle up as if it were the object's own number. */
const HANDLE = /panicked at crates\/runtime\/src\/resources\.rs:[^\n]*\nresource not found/;
/** StarlingMonkey, the runtime of ComponentizeJS. */
const SPIDERMONKEY = /(?:^|\n)(?<message>[^\n]+)\nStack:\n(?<stack>(?: {2}[^\n]*@[^\n]*\n?)+)/;

/** Reads what a development interpreter reported: the exception as text, then its stack. */
export function readReportedError(text: string): ScriptError | undefined {
  if (text === '') return undefined;
  const at = text.search(/^\s+at /m);
  return at < 0
    ? { thrown: text.trim(), stack: '' }
    : { thrown: text.slice(0, at).trim(), stack: text.slice(at) };
}

/** Reads what a component wrote to stderr before it trapped; undefined where no JavaScript engine did. */
export function readWrittenError(stderr: string): ScriptError | undefined {
  const uncaught = UNCAUGHT.exec(stderr)?.groups;
  if (uncaught !== undefined) return { thrown: uncaught['thrown'] ?? '', stack: uncaught['stack'] ?? '' };
  const quickjs = QUICKJS.exec(stderr)?.groups;
  if (quickjs !== undefined)
    return { thrown: unescaped(quickjs['message'] ?? ''), stack: unescaped(quickjs['stack'] ?? '') };
  const misfit = MISFIT.exec(stderr)?.groups;
  if (misfit !== undefined) {
    const from = misfit['from'] === undefined ? '' : `, not ${misfit['from']}`;
    return {
      thrown: `a value is not of the type that the WIT says: ${misfit['what'] ?? ''}${from}`,
      stack: '',
    };
  }
  if (HANDLE.test(stderr)) {
    return {
      thrown:
        'componentize-qjs cannot give a resource back to the plugin that exports it; a borrowed one it can, and SpiderMonkey can both',
      stack: '',
    };
  }
  const spidermonkey = SPIDERMONKEY.exec(stderr)?.groups;
  return spidermonkey === undefined
    ? undefined
    : { thrown: spidermonkey['message'] ?? '', stack: spidermonkey['stack'] ?? '' };
}

/** A string as Rust's `{:?}` writes it. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_all, code: string | undefined, letter: string) => {
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    return letters[letter] ?? letter;
  });
}

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };
