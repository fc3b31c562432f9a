/** A walk over a page by the Tab key alone. */
import type { Page } from 'playwright-core';

/** More stops than any page has. */
const MOST_STOPS = 250;

/**
 * Opens a page and presses Tab until the focus comes round. Returns what the keyboard did not reach though it can be pressed or
 * filled, and each stop at which nothing shows the focus.
 */
export async function unreachedByTab(page: Page, address: string): Promise<string[]> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').waitFor({ state: 'detached' });
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const unseen: string[] = [];
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await noteStop(page);
    if (stop === 'round') break;
    // Tab writes into an editor. Escape gives it back to the page.
    if (stop === 'again') await page.keyboard.press('Escape');
    else if (stop !== 'seen') unseen.push(stop);
  }
  return [...unseen, ...(await unmarked(page))];
}

/** Marks the element that has the focus. Says that the walk came round, or which element does not show its focus. */
function noteStop(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'round';
    if (element.hasAttribute('data-stopped')) return element.shadowRoot === null ? 'round' : 'again';
    element.setAttribute('data-stopped', '');
    // An editor in a shadow root draws a caret.
    if (element.shadowRoot !== null) return 'seen';
    const shows = [null, '::after'].some((part) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element, part);
      return outlineStyle !== 'none' && outlineWidth !== '0px';
    });
    return shows ? 'seen' : `no focus ring: ${element.outerHTML.slice(0, 100)}`;
  });
}

/** Returns what can be pressed or filled, is shown, and was no stop. Of radio buttons of one name the keyboard stops at one. */
function unmarked(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]',
    );
    return [...all].flatMap((element) => {
      const isRadio = element instanceof HTMLInputElement && element.type === 'radio';
      const isLeftOut = element.tabIndex < 0 || isRadio || !element.checkVisibility({ visibilityProperty: true });
      return isLeftOut || element.hasAttribute('data-stopped')
        ? []
        : [`not reached: ${element.outerHTML.slice(0, 100)}`];
    });
  });
}
