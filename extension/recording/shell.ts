/** Command lines as text, for a POSIX shell. */

const PLAIN = /^[\w@%+=:,./-]+$/;

/** The words of a command, each quoted where the shell would read it as more than itself. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
