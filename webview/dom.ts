/** Makes an element with a class and text. Text is always text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** Sets attributes; `undefined` removes one. */
export function attributes(target: Element, values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) target.removeAttribute(name);
    else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
  }
}

/** The page's own element that `html.ts` made. */
export function panelRoot(): HTMLElement {
  const root = document.getElementById('panel');
  if (root === null) throw new Error('The page has no #panel element.');
  return root;
}

/** Runs the function once in the next animation frame, however often it is asked to. */
export function perFrame(work: (now: number) => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame((now) => {
      asked = false;
      work(now);
    });
  };
}

/** Whether the key press belongs to a control that takes text, so that it is no command. */
export function isTyping(event: Event): boolean {
  return (
    event.target instanceof Element &&
    event.target.closest('input, select, textarea, vscode-text-field') !== null
  );
}
