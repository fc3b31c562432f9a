/**
 * The portal in a real Chromium, over a whole instance on an empty database: the quick start by keyboard alone, every page in
 * both themes, the policy of the pages, a sign-in that expires, and the size of the first load. Needs `npm run build`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { BUILT_PORTAL } from '../../src/portal/portal.ts';
import { VIEW_PATHS } from '../../src/portal/views.ts';
import type { TestInstance } from '../instance.ts';
import { describeInChromium, expectSound, openPortal } from './portal-fixture.ts';
import type { OpenPortal } from './portal-fixture.ts';

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

/** Pages of several parts, each of which has an address. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  '/portal/audit': ['log', 'find', 'file', 'checkpoint'],
  '/portal/settings': ['members', 'tokens', 'browsers', 'keys'],
};

describeInChromium('the portal in Chromium', () => {
  let portal: OpenPortal;
  let instance: TestInstance;
  let context: BrowserContext;
  let page: Page;
  let sessionAddress = '';
  let agentAddress = '';

  beforeAll(async () => {
    portal = await openPortal();
    ({ instance, context, page } = portal);
  });
  afterAll(() => portal.close());

  const heading: OpenPortal['heading'] = (name) => portal.heading(name);
  const press: OpenPortal['press'] = (name) => portal.press(name);
  const tabTo: OpenPortal['tabTo'] = (name) => portal.tabTo(name);

  it('asks for a sign-in, and returns to the page where one was', async () => {
    await page.goto('/portal/sessions?since=7d');
    await heading('Sign in again').waitFor();
    await portal.openSignInLink();
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

  const addresses = VIEW_PATHS.filter((each) => each !== '/portal' && each !== '/portal/login').flatMap(
    (path) => PARTS[path]?.map((part) => `${path}?part=${part}`) ?? [path],
  );
  const addressOf = (view: string): string => {
    if (view === '/portal/sessions/detail') return `${sessionAddress}&turn=1`;
    return view === '/portal/agents/detail' ? agentAddress : view;
  };

  it.each(addresses)('%s has no serious fault of accessibility in either theme, and fits every width', async (view) => {
    await expectSound(page, addressOf(view));
  });

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
    expect(portal.faults).toEqual([]);
  });
});
