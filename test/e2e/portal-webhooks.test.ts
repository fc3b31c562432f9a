/** The webhooks of the portal in a real Chromium, with a receiver that takes events or does not. Needs `npm run build`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startWebhookReceiver } from '../webhook-receiver.ts';
import type { WebhookReceiver } from '../webhook-receiver.ts';
import { describeInChromium, expectSound, openPortal } from './portal-fixture.ts';
import type { OpenPortal } from './portal-fixture.ts';

describeInChromium('webhooks in Chromium', () => {
  let portal: OpenPortal;
  let page: Page;
  let receiver: WebhookReceiver;
  let address = '';

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    portal = await openPortal();
    ({ page } = portal);
    await portal.openSignInLink();
    await portal.heading('Dashboard').waitFor();
  });
  afterAll(async () => {
    await portal.close();
    await receiver.down();
  });

  const state = (label: string) => page.getByRole('region', { name: 'Summary' }).locator('.state', { hasText: label });

  it('are made, tried and read by keyboard alone', async () => {
    await portal.press('Webhooks');
    await page.getByText('No webhooks yet').waitFor();
    await portal.press('New webhook');
    await portal.tabTo('Address of the receiver');
    await page.keyboard.type(`${receiver.url}/masker`);
    await page.keyboard.press('Enter');
    await page.getByText(/^whsec_/).waitFor();
    await portal.press('Send a test event');
    await page.getByText('Nothing was sent yet').waitFor();
    address = page.url();
    await state('Not tried yet').waitFor();
    await portal.press('Send a test event');
    await page.getByText('Taken, 204').first().waitFor();
    await page.getByRole('row', { name: /webhook\.test/ }).waitFor();
    await state('Delivers').waitFor();
    expect(receiver.taken.map(({ event }) => event.type)).toEqual(['webhook.test']);
    expect(await page.locator('body').textContent()).not.toContain('whsec_');
  });

  it('say what is wrong with an address', async () => {
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByLabel('Address of the receiver').fill('ftp://receiver.example/');
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('url').waitFor();
    await page.getByLabel('Address of the receiver').fill(`${receiver.url}/masker`);
    await page.getByLabel('All, also those of later versions').uncheck();
    await page.getByLabel(/^session\.sealed/).check();
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByRole('region', { name: 'Summary' }).getByText('session.sealed').waitFor();
  });

  it('wait while they are paused, and are delivered then', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('Paused').waitFor();
    const agent = await portal.instance.createAgent({ upstream: 'stub' });
    await (await portal.instance.chat(agent, { messages: [{ role: 'user', content: 'Hello.' }] })).text();
    await page.getByRole('button', { name: 'Resume' }).click();
    await receiver.took(2);
    expect(receiver.taken.at(-1)?.event.type).toBe('session.sealed');
    await expect
      .poll(async () => {
        await page.reload();
        await page.getByRole('heading', { name: 'Attempts of the last 30 days' }).waitFor();
        return page.getByRole('row', { name: /session\.sealed/ }).count();
      })
      .toBe(1);
  });

  it('send the events of a window again', async () => {
    await page.getByLabel('From').fill('2026-01-01T00:00');
    await page.getByRole('button', { name: 'Send them again' }).click();
    await page.getByText(/^\d+ events? of this window will be sent again\.$/).waitFor();
    await receiver.took(3);
    expect(receiver.taken.at(-1)?.id).toBe(receiver.taken.at(-2)?.id);
  });

  it('are stalled where the receiver asks for a pause, and say so in the list', async () => {
    receiver.reply = () => 503;
    const arrived = receiver.received.length;
    await page.getByRole('button', { name: 'Send them again' }).click();
    // A page that is loaded again takes back what it has not sent yet.
    await receiver.arrived(arrived + 1);
    await expect
      .poll(async () => {
        await page.reload();
        await page.getByRole('heading', { name: 'Attempts of the last 30 days' }).waitFor();
        return state('Stalled').count();
      })
      .toBe(1);
    await page.getByText(/Events wait; next try: /).waitFor();
    await page.getByRole('row', { name: /Answered 503/ }).waitFor();
    await page.getByRole('link', { name: 'Webhooks' }).first().click();
    await page.getByRole('row', { name: /Stalled/ }).waitFor();
    receiver.reply = () => 204;
  });

  it('get a new secret, which is shown once', async () => {
    await page.goto(address);
    await page.getByRole('button', { name: 'Rotate the secret' }).click();
    await page.getByRole('button', { name: 'Rotate it' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await page.locator('body').textContent()).not.toContain('whsec_');
  });

  it('have no serious fault of accessibility, and fit every width', async () => {
    await expectSound(page, address);
    await expectSound(page, '/portal/webhooks');
  });

  it('are deleted after a question, and the list is shown though a view of the page is slow to come again', async () => {
    await page.goto(address);
    await page.getByRole('heading', { name: 'Attempts of the last 30 days' }).waitFor();
    const slow = await portal.holdBack('Me');
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No webhooks yet').waitFor();
    expect(slow.held()).toBeGreaterThan(0);
    await slow.letThrough();
    await page.goto(address);
    await page.getByText('There is no such webhook').waitFor();
  });

  it('met no violation of the policy, no error of a script and no request to elsewhere', () => {
    expect(portal.faults).toEqual([]);
  });
});
