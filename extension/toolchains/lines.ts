/** Cuts text that arrives in pieces into whole lines, each handed on with its line end. */
export function lineWriter(write: (line: string) => void): { write(text: string): void; end(): void } {
  let rest = '';
  return {
    write(text) {
      const whole = (rest + text).split(/(?<=\n)/);
      const last = whole.at(-1) ?? '';
      rest = last.endsWith('\n') ? '' : last;
      for (const line of whole) if (line.endsWith('\n')) write(line);
    },
    end() {
      if (rest !== '') write(rest);
      rest = '';
    },
  };
}
