/** The portal in a real Chromium, over a whole instance on an empty database. Needs `npm run build`. */
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page, Route } from 'playwright-core';
import { describe, expect } from 'vitest';
import { findChromium } from '../../verifier/test/chromium.ts';
import { createTestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { PATIENCE } from '../patience.ts';
import { cutWords, lowTargets, momentsWithoutZone } from './page-layout.ts';

const executablePath = findChromium();

/**
 * Tests in Chromium. Each continues on the page where the one before left it, so they keep their order. Without Chromium they
 * are reported as skipped on a developer's machine, and fail in CI.
 */
export function describeInChromium(name: string, tests: () => void): void {
  const isMissing = executablePath === null && process.env['CI'] === undefined;
  describe.skipIf(isMissing)(name, { shuffle: false }, tests);
}

export interface OpenPortal {
  readonly instance: TestInstance;
  readonly databaseUrl: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the browser: violations of the policy, errors of scripts, requests to elsewhere. */
  readonly faults: string[];
  heading(name: string | RegExp): Locator;
  /** Opens the link that the server prints, as the person does. */
  openSignInLink(): Promise<void>;
  /** Presses Tab until the element with this name has the focus. */
  tabTo(name: string | RegExp): Promise<void>;
  /** Goes to an element by Tab, and presses Enter. */
  press(name: string | RegExp): Promise<void>;
  /** Holds back the requests of an operation of the GraphQL API. */
  holdBack(operation: string): Promise<HeldBack>;
  close(): Promise<void>;
}

export interface HeldBack {
  /** How many requests wait. */
  held(): number;
  /** Lets them through, and all that follow. */
  letThrough(): Promise<void>;
}

/** Starts an instance and a browser with one page. Nobody is signed in. */
export async function openPortal(env: Record<string, string> = {}): Promise<OpenPortal> {
  const database = await createTestDatabase();
  const instance = await startTestInstance(database.url, env);
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath: executablePath ?? 'chromium', args: ['--no-sandbox'] });
  } catch (error) {
    await instance.close();
    await database.drop();
    throw error;
  }
  const context = await browser.newContext({ baseURL: instance.url, colorScheme: 'light' });
  // A busy machine may be twenty times slower than an idle one.
  context.setDefaultTimeout(PATIENCE.timeout);
  const page = await context.newPage();
  const faults: string[] = [];
  watch(page, instance.url, faults);
  const tabTo = async (name: string | RegExp): Promise<void> => {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await focusedName(page);
      if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    }
    throw new Error(`No element named ${String(name)} gets the focus on ${page.url()}`);
  };
  return {
    instance,
    databaseUrl: database.url,
    context,
    page,
    faults,
    heading: (name) => page.getByRole('heading', { level: 1, name }),
    openSignInLink: async () => {
      const { pathname, search } = new URL(await instance.signInLink());
      await page.goto(`${pathname}${search}`);
    },
    tabTo,
    press: async (name) => {
      await tabTo(name);
      await page.keyboard.press('Enter');
    },
    holdBack: (operation) => holdBack(page, operation),
    close: async () => {
      await browser.close();
      await instance.close();
      await database.drop();
    },
  };
}

function watch(page: Page, origin: string, faults: string[]): void {
  page.on('pageerror', ({ message }) => faults.push(`script: ${message}`));
  page.on('console', (message) => {
    const isNetwork = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isNetwork) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(`${origin}/`) || request.url().startsWith(`blob:${origin}/`);
    if (!isOwn) faults.push(`request: ${request.url()}`);
  });
}

async function holdBack(page: Page, operation: string): Promise<HeldBack> {
  let isHeld = true;
  const waiting: Route[] = [];
  await page.route('**/graphql', async (route) => {
    const { operationName } = route.request().postDataJSON() as { readonly operationName?: string };
    if (isHeld && operationName === operation) waiting.push(route);
    else await route.continue();
  });
  return {
    held: () => waiting.length,
    letThrough: async () => {
      isHeld = false;
      await Promise.all(waiting.map((route) => route.continue()));
    },
  };
}

function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const hasLabels =
      element instanceof HTMLInputElement ||
      element instanceof HTMLSelectElement ||
      element instanceof HTMLTextAreaElement;
    const label = hasLabels ? element.labels?.[0]?.querySelector('span')?.textContent : null;
    return (label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
  });
}

/** Expects a page that exists, has no serious fault of accessibility in either theme, and fits every width. */
export async function expectSound(page: Page, address: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' });
  expect((await page.goto(address))?.status()).toBe(200);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').waitFor({ state: 'detached' });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).not.toBe('There is no such page');
  expect(await page.locator('.failed').count()).toBe(0);
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // The themes differ in colours alone.
    const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
    const found = await page.evaluate(async (options) => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(options);
      return violations.map(
        ({ id, impact, nodes }) => `${impact ?? ''} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
      );
    }, rules);
    expect(found.filter((each) => /^(?:serious|critical) /.test(each))).toEqual([]);
  }
  await page.emulateMedia({ forcedColors: 'active' });
  await expectFits(page);
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
}

/** Width of a telephone, in CSS pixels. */
const PHONE = 390;

/** Fails where the page as it is shown, or a sheet of it, holds more than its width: on a telephone, a tablet, a laptop and a screen. */
export async function expectFits(page: Page): Promise<void> {
  for (const width of [PHONE, 820, 1280, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excess, `${page.url()} at ${width} px`).toBeLessThan(1);
    const overfull = await page.evaluate(() =>
      [...document.querySelectorAll('.sheet')].flatMap(({ scrollWidth, clientWidth, className, textContent }) =>
        scrollWidth > clientWidth + 1 ? [`${className}: ${textContent.slice(0, 80)}`] : [],
      ),
    );
    expect(overfull, `sheets of ${page.url()} at ${width} px`).toEqual([]);
    expect(await cutWords(page), `cut on ${page.url()} at ${width} px`).toEqual([]);
    if (width === PHONE) expect(await lowTargets(page), `too low on ${page.url()}`).toEqual([]);
  }
  expect(await momentsWithoutZone(page), page.url()).toEqual([]);
}
