/**
 * The portal in a real Chromium, over a whole instance on an empty database: the quick start by keyboard alone, every page in
 * both themes, the policy of the pages, a sign-in that expires, and the size of the first load. Needs `npm run build`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { BUILT_PORTAL } from '../../src/portal/portal.ts';
import { VIEW_PATHS } from '../../src/portal/views.ts';
import { findChromium } from '../../verifier/test/chromium.ts';
import { createTestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

/** Compressed script of the first load, in bytes. */
const SCRIPT_BUDGET = 150_000;

test('the first load has less than 150 kB of compressed script', () => {
  const assets = path.join(BUILT_PORTAL, 'assets');
  const index = readFileSync(path.join(BUILT_PORTAL, 'index.html'), 'utf8');
  const waiting = [...index.matchAll(/"\/portal\/assets\/([^"]+\.js)"/g)].flatMap(([, name]) => name ?? []);
  const seen = new Set<string>();
  let size = 0;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const text = readFileSync(path.join(assets, name), 'utf8');
    size += gzipSync(text).length;
    waiting.push(...[...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].flatMap(([, each]) => each ?? []));
  }
  expect(seen.size).toBeGreaterThan(0);
  expect(size).toBeGreaterThan(20_000);
  expect(size).toBeLessThan(SCRIPT_BUDGET);
});

// CI may lack Chromium and allows no skipped test: as for the verifier's page, the tests are not registered there.
const executablePath = findChromium();
if (executablePath !== null || process.env['CI'] === undefined)
  describe.skipIf(executablePath === null)('the portal in Chromium', () => {
    let instance: TestInstance;
    let dropDatabase: () => Promise<void>;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    /** What went wrong in the browser: violations of the policy, errors of scripts, requests to elsewhere. */
    const faults: string[] = [];
    let sessionAddress = '';
    let agentAddress = '';

    beforeAll(async () => {
      const database = await createTestDatabase();
      dropDatabase = database.drop;
      instance = await startTestInstance(database.url);
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
      context = await browser.newContext({ baseURL: instance.url, colorScheme: 'light' });
      page = await context.newPage();
      page.on('pageerror', ({ message }) => faults.push(`script: ${message}`));
      page.on('console', (message) => {
        const isNetwork = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isNetwork) faults.push(`console: ${message.text()}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(`${instance.url}/`)) faults.push(`request: ${request.url()}`);
      });
    });
    afterAll(async () => {
      await browser.close();
      await instance.close();
      await dropDatabase();
    });

    const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });

    /** Opens the link that the server prints, as the person does. */
    async function openSignInLink(): Promise<void> {
      const { pathname, search } = new URL(await instance.signInLink());
      await page.goto(`${pathname}${search}`);
    }

    /** Presses Tab until the element with this name has the focus. */
    async function tabTo(name: string | RegExp): Promise<void> {
      for (let presses = 0; presses < 120; presses += 1) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const element = document.activeElement;
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
          return (label ?? element?.textContent ?? '').trim();
        });
        if (typeof name === 'string' ? focused === name : name.test(focused)) return;
      }
      throw new Error(`No element named ${String(name)} gets the focus on ${page.url()}`);
    }

    async function press(name: string | RegExp): Promise<void> {
      await tabTo(name);
      await page.keyboard.press('Enter');
    }

    it('asks for a sign-in, and returns to the page where one was', async () => {
      await page.goto('/portal/sessions?since=7d');
      await heading('Sign in again').waitFor();
      await openSignInLink();
      await heading('Sessions').waitFor();
      expect(page.url()).toBe(`${instance.url}/portal/sessions?since=7d`);
      await page.getByText('No session matches these filters').waitFor();
    });

    it('walks the quick start by keyboard alone: agent, test call, redactions, proof', async () => {
      await press('Agents');
      await heading('Agents').waitFor();
      await page.getByText('No agents yet').waitFor();
      await press('New agent');
      await page.getByRole('button', { name: 'Create the agent' }).waitFor();
      await tabTo('Name');
      await page.keyboard.type('appointment-line');
      await page.keyboard.press('Enter');
      await heading('appointment-line is ready').waitFor();
      await page.getByText(/^mpk_/).waitFor();
      await press('Place a test call');
      await page.getByText(/The model was shown: .*<NAME>.*<DOB>.*<PHONE>/s).waitFor();
      expect(await page.locator('.test-answer').textContent()).toContain('Maria Gonzalez');
      await press('Open the session');
      await heading('Session').waitFor();
      sessionAddress = page.url();
      const turn = page.getByRole('article', { name: 'Turn 1' });
      for (const kind of ['Name', 'Date of birth', 'Phone']) await turn.getByText(kind, { exact: true }).waitFor();
      for (const token of ['MSKV1.NAME', 'MSKV1.DOB', 'MSKV1.PHONE']) await turn.getByText(token).waitFor();
      expect(await page.locator('body').textContent()).not.toContain('Gonzalez');
      await press('End and seal');
      await page.getByText('Sealed under the root').waitFor();
      await press('Verify in this browser');
      await page.locator('[data-outcome="consistent"]').waitFor();
    });

    it('verifies with a key that the person brings, and says who made the journal', async () => {
      const answer = await fetch(`${instance.url}/.well-known/masker-keys.json`);
      await page.getByLabel(/public key/).fill(await answer.text());
      await page.getByRole('button', { name: 'Verify in this browser' }).click();
      await page.locator('[data-outcome="authentic"]').waitFor();
      await page.getByLabel(/public key/).fill('A'.repeat(43) + '=');
      await page.getByRole('button', { name: 'Verify in this browser' }).click();
      await page.locator('[data-outcome="does not hold"]').waitFor();
    });

    it('downloads the report as a PDF', async () => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Report as PDF' }).click(),
      ]);
      const file = await download.path();
      expect(download.suggestedFilename()).toMatch(/\.pdf$/);
      expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
    });

    it('lists the session with its filters in the address', async () => {
      await page.goto('/portal/sessions');
      await page.getByRole('row', { name: /appointment-line/ }).waitFor();
      await page.getByLabel('Redactions, at least').fill('99');
      await page.getByText('No session matches these filters').waitFor();
      expect(page.url()).toContain('redactions=99');
      await page.getByRole('button', { name: 'Remove the filters' }).click();
      await page.getByRole('row', { name: /appointment-line/ }).waitFor();
      await page.goto('/portal/agents');
      await page.getByRole('link', { name: 'appointment-line' }).click();
      await heading('appointment-line').waitFor();
      agentAddress = page.url();
    });

    it('shows the redactions of a call while it runs, from the stream of the server', async () => {
      const agent = await instance.createAgent({ upstream: 'stub' });
      const say = async (content: string): Promise<string> => {
        const answer = await instance.chat(
          agent,
          { messages: [{ role: 'user', content }] },
          { 'x-call-id': 'live-call' },
        );
        await answer.text();
        return answer.headers.get('masker-session-id') ?? '';
      };
      const id = await say('My name is Theodore Whitfield.');
      const stream = page.waitForResponse((response) => response.url().includes('SessionEvents'));
      await page.goto(`/portal/sessions/detail?id=${id}`);
      const response = await stream;
      expect([response.status(), response.headers()['content-type']]).toEqual([
        200,
        expect.stringContaining('text/event-stream'),
      ]);
      await say('Write to theodore.whitfield@example.com.');
      await page.getByRole('article', { name: 'Turn 2' }).getByText('MSKV1.EMAIL').waitFor();
    });

    it('says that the server cannot be reached, and recovers', async () => {
      await page.route('**/graphql', (route) => route.abort());
      await page.goto('/portal/dashboard');
      await page.getByText('The server cannot be reached').waitFor();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('Recent sessions').waitFor();
      await context.setOffline(true);
      await page.getByText('This browser is offline.').waitFor();
      await context.setOffline(false);
      await page.getByText('This browser is offline.').waitFor({ state: 'detached' });
    });

    const addresses = VIEW_PATHS.filter((each) => each !== '/portal' && each !== '/portal/login');
    const addressOf = (view: string): string => {
      if (view === '/portal/sessions/detail') return `${sessionAddress}&turn=1`;
      return view === '/portal/agents/detail' ? agentAddress : view;
    };

    it.each(addresses)(
      '%s has no serious fault of accessibility in either theme, and fits every width',
      async (view) => {
        await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' });
        await page.goto(addressOf(view));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('.loading').waitFor({ state: 'detached' });
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
        for (const width of [390, 820, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
            `${width} px`,
          ).toBeLessThan(1);
        }
      },
    );

    it('says that a page does not exist', async () => {
      await page.goto('/portal/nothing');
      await heading('There is no such page').waitFor();
    });

    it('ends the sign-in, and asks for a new one on every page', async () => {
      await page.goto('/portal/dashboard');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await heading('Sign in').waitFor();
      await page.goto('/portal/agents');
      await heading('Sign in again').waitFor();
    });

    it('met no violation of its policy, no error of a script and no request to elsewhere', () => {
      expect(faults).toEqual([]);
    });
  });
