/** Calls back after the editor's theme changed: it rewrites the body's class and the root's style. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  const options = { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-kind'] };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  return () => observer.disconnect();
}

/** The value of the first of the theme's variables that has one. */
export function themeColour(...names: readonly string[]): string {
  const style = getComputedStyle(document.documentElement);
  for (const name of names) {
    const value = style.getPropertyValue(name).trim();
    if (value !== '') return value;
  }
  return 'currentcolor';
}

export function isHighContrast(): boolean {
  const { classList } = document.body;
  return classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
}

/** The editor's own setting reaches a webview as a class only, so both are asked. */
export function reducesMotion(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
