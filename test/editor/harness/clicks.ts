import type { Locator, Page } from 'playwright-core';
import { short, worked } from './tries.ts';

/** Runs in the page: keeps the text of the element of this selector that the next click is for. */
const watch = (selector: string): string => `
  globalThis.hotplugClicked = null;
  document.addEventListener('click', (event) => {
    const hit = event.composedPath().find((node) => node instanceof Element && node.matches(${JSON.stringify(selector)}));
    globalThis.hotplugClicked = hit?.textContent.replaceAll(/\\s+/g, ' ') ?? null;
  }, { capture: true, once: true });`;

/**
 * Tries to click, and tells whether a click arrived at an element of this selector and text: where the element is drawn
 * anew between the button's way down and up there is no click, and a click that took long to report may still have
 * arrived. So that what must not be done twice can be tried again.
 */
export async function clickArrives(
  page: Page,
  target: Locator,
  selector: string,
  text = '',
): Promise<boolean> {
  await page.evaluate(watch(selector));
  await worked(target.click(short));
  const clicked = await page
    .evaluate<string | null | undefined>('globalThis.hotplugClicked')
    .catch(() => undefined);
  // Where the click has opened another page, that one knows nothing of it.
  return clicked === undefined || clicked?.includes(text) === true;
}
