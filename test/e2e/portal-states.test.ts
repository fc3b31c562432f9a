/**
 * The pages of the portal in a real Chromium without data, while they load, when the server fails, and by keyboard alone.
 * Needs `npm run build`.
 */
import axe from 'axe-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { PATIENCE } from '../patience.ts';
import { describeInChromium, expectFits, expectSound, openPortal } from './portal-fixture.ts';
import type { OpenPortal } from './portal-fixture.ts';
import { unreachedByTab } from './page-keyboard.ts';

const LISTS = ['sessions', 'agents', 'policies', 'review', 'audit', 'reports', 'webhooks', 'settings', 'dashboard'].map(
  (name) => `/portal/${name}`,
);
const PARTS = ['audit?part=find', 'audit?part=file', 'audit?part=checkpoint'].concat(
  ['members', 'tokens', 'browsers', 'keys'].map((part) => `settings?part=${part}`),
);
const FORMS = ['agents/new', 'policies/new'];

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

describeInChromium('the states of the pages in Chromium', () => {
  let portal: OpenPortal;
  let page: Page;

  beforeAll(async () => {
    portal = await openPortal();
    ({ page } = portal);
    await portal.openSignInLink();
    await portal.heading('Dashboard').waitFor();
  });
  afterAll(() => portal.close());

  it.each(LISTS)('%s without data has no serious fault of accessibility, and fits every width', async (address) => {
    await expectSound(page, address);
  });

  it.each(LISTS)('%s says that it loads, and that the server failed, without a serious fault', async (address) => {
    let answer: (() => void) | undefined;
    const isHeld = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/graphql', async (route) => {
      const { operationName } = route.request().postDataJSON() as { readonly operationName?: string };
      if (operationName === 'Me') return route.continue();
      await isHeld;
      return route.fulfill({ status: 500, body: '' });
    });
    await page.goto(address);
    await page.locator('.loading').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    answer?.();
    await page.locator('.failed').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await expectFits(page);
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).first().press('Enter');
    await page.locator('.failed').first().waitFor({ state: 'detached' });
  });

  describe('by keyboard alone', () => {
    let agent = '';
    let session = '';

    beforeAll(async () => {
      const made = await portal.instance.createAgent({ upstream: 'stub' });
      const said = { messages: [{ role: 'user', content: 'I am Maria Gonzalez.' }] };
      const response = await portal.instance.chat(made, said);
      await response.text();
      session = response.headers.get('masker-session-id') ?? '';
      agent = made.id;
    });

    it.each([...LISTS, ...PARTS.map((part) => `/portal/${part}`), ...FORMS.map((form) => `/portal/${form}`)])(
      '%s is reached whole by Tab, and shows where the focus is',
      async (address) => {
        expect(await unreachedByTab(page, address)).toEqual([]);
      },
    );

    it('the pages of an agent, of its form, of a session and of a policy are reached whole by Tab', async () => {
      const addresses = [
        `agents/detail?id=${agent}`,
        `agents/detail?id=${agent}&part=edit`,
        `sessions/detail?id=${session}&turn=1`,
        'policies/detail?name=healthcare-default',
      ];
      for (const address of addresses) expect(await unreachedByTab(page, `/portal/${address}`), address).toEqual([]);
    });

    it('the list of 10,000 sessions has only rows near the window in the page, and loads more as one scrolls', async () => {
      const columns = `account_id, agent_id, started_at, last_turn_at, upstream_model, policy_name, policy_version,
      policy_digest`;
      const db = new pg.Client(portal.databaseUrl);
      await db.connect();
      const { rowCount } = await db.query(`INSERT INTO sessions (id, sealed_at, ${columns})
      SELECT 'sess_' || lpad(n::text, 26, '0'), now(), ${columns} FROM generate_series(1, 10000) n, (SELECT * FROM sessions LIMIT 1) s`);
      await db.end();
      expect(rowCount).toBe(10_000);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto('/portal/sessions');
      const rows = page.locator('.session-body .session-row');
      await rows.first().waitFor();
      const last = async (): Promise<number> => Number(await rows.last().getAttribute('data-index'));
      // A page that comes after the key was pressed makes the list longer below the window.
      const scrolled = async (): Promise<number> => {
        await page.keyboard.press('End');
        expect(await rows.count()).toBeLessThan(80);
        return last();
      };
      await expect.poll(scrolled, PATIENCE).toBeGreaterThan(500);
    });
  });

  it('the menu of a narrow window opens by Enter and shows its links to Tab', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/portal/dashboard');
    await portal.heading('Dashboard').waitFor();
    await portal.press('Menu');
    await portal.press('Reports');
    await portal.heading('Reports').waitFor();
    await portal.tabTo('Menu');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('the note that the browser is offline has no serious fault of accessibility', async () => {
    await portal.context.setOffline(true);
    await page.getByText('This browser is offline.').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await portal.context.setOffline(false);
    await page.getByText('This browser is offline.').waitFor({ state: 'detached' });
  });

  it('every page asks for a new sign-in after the end of the old one, without a serious fault', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await portal.heading('Sign in').waitFor();
    for (const address of LISTS) {
      await page.goto(address);
      await portal.heading('Sign in again').waitFor();
    }
    expect(await seriousFaults(page)).toEqual([]);
    await expectFits(page);
  });

  it('met no violation of its policy, no error of a script and no request to elsewhere', () => {
    expect(portal.faults).toEqual([]);
  });
});
