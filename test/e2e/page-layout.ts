/** What a person with a telephone or a narrow window stumbles over on a page of the portal. */
import type { Page } from 'playwright-core';

/** Least height of what a finger presses, in CSS pixels. Links and chips in running text are as high as their line. */
const LEAST_HEIGHT = 40;

/** Returns the words that are cut without a title to read them whole, and the parts of a page that do not fit beside each other. */
export function cutWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cuts = (element: Element): boolean => {
      const { overflowX, textOverflow } = getComputedStyle(element);
      return textOverflow === 'ellipsis' && overflowX !== 'visible' && element.scrollWidth > element.clientWidth;
    };
    const isTold = (element: Element): boolean => element.closest('[title]') !== null;
    const words = [...document.querySelectorAll('main *')].filter((element) => cuts(element) && !isTold(element));
    const parts = [...document.querySelectorAll('.part-links')].filter(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
    );
    return [...words, ...parts].map(({ className, textContent }) => `${className}: ${textContent.slice(0, 60)}`);
  });
}

/** Returns what is too low for a finger. */
export function lowTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const pressed =
      'button:not(.link-button, .chip-button, .marked-button), select, a.button, .part-links a, .menu-views a, ' +
      'summary, input:not([type=checkbox], [type=radio], [type=file])';
    return [...document.querySelectorAll(pressed)].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const isShown = width > 1 && height > 1;
      return isShown && height < least - 0.5 ? [`${element.outerHTML.slice(0, 90)} ${Math.round(height)} px`] : [];
    });
  }, LEAST_HEIGHT);
}

/** Returns the moments that do not say their day and time zone. */
export function momentsWithoutZone(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main time')].flatMap((element) =>
      element.getAttribute('datetime') !== null && (element.getAttribute('title') ?? '') !== ''
        ? []
        : [element.outerHTML.slice(0, 120)],
    ),
  );
}
