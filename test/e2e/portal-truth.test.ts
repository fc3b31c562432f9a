/**
 * What the portal says of what it does not know, files that are dropped on it, and where its views are in the address: in a
 * real Chromium. Needs `npm run build`.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { PATIENCE } from '../patience.ts';
import { describeInChromium, expectFits, openPortal } from './portal-fixture.ts';
import type { OpenPortal } from './portal-fixture.ts';

/** Drops a file on the heading of the page, as a person does with the mouse. */
function dropFile(page: Page, name: string, type: string, base64: string): Promise<void> {
  return page.evaluate(
    ([fileName, fileType, content]) => {
      const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], fileName, { type: fileType }));
      const target = document.querySelector('h1');
      for (const event of ['dragover', 'drop'])
        target?.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, type, base64] as const,
  );
}

describeInChromium('what the portal knows, in Chromium', () => {
  let portal: OpenPortal;
  let page: Page;

  beforeAll(async () => {
    portal = await openPortal();
    ({ page } = portal);
    await portal.openSignInLink();
    await portal.heading('Dashboard').waitFor();
  });
  afterAll(() => portal.close());

  const figure = (name: string) => page.locator('.numbers > div').filter({ hasText: name }).locator('dd');

  it('says nothing good of turns before there was one, and offers to create an agent', async () => {
    await page.goto('/portal/dashboard');
    await expect.poll(() => figure('Refused turns').textContent(), PATIENCE).toBe('0no turn yet');
    expect(await figure('Uninspected turns').textContent()).toBe('0no turn yet');
    expect(await page.locator('.numbers .state-good').count()).toBe(0);
    await page.getByRole('link', { name: 'Create an agent' }).waitFor();
  });

  it('counts turns with parts that the policy let through without a search', async () => {
    const policy_yaml = 'extends: healthcare-default\nname: pictures\nbinary_content: allow\n';
    const agent = await portal.instance.createAgent({ upstream: 'stub', policy_yaml });
    const content = [
      { type: 'text', text: 'I am Maria Gonzalez.' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    ];
    const answer = await portal.instance.chat(agent, { messages: [{ role: 'user', content }] });
    await answer.text();
    expect(answer.status).toBe(200);
    await page.goto('/portal/dashboard');
    await expect.poll(() => figure('Uninspected turns').textContent(), PATIENCE).toMatch(/^1media or files/);
    expect(await figure('Sessions').textContent()).toBe('11 turn masked');
    await expectFits(page);
  });

  it('takes back that parts of the server work once it stops to answer how it is', async () => {
    await page.clock.install();
    await page.goto('/portal/dashboard');
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByText('Works').first().waitFor();
    let asked = 0;
    await page.route('**/health', () => {
      asked += 1;
    });
    await page.clock.runFor(60_000);
    await health.getByText('The server does not say how it is.').waitFor();
    expect(asked).toBeGreaterThan(0);
    expect(await health.locator('.state-good').count()).toBe(0);
    await page.unroute('**/health');
  });

  it('checks a file that is dropped anywhere on the page', async () => {
    const agent = await portal.instance.createAgent({ upstream: 'stub' });
    const answer = await portal.instance.chat(agent, { messages: [{ role: 'user', content: 'I am Maria Gonzalez.' }] });
    await answer.text();
    const id = answer.headers.get('masker-session-id') ?? '';
    await portal.instance.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
    await page.goto('/portal/audit?part=file');
    await page.getByText('Drop files on this page, or choose them').waitFor();
    for (const [format, type] of [
      ['bundle', 'application/json'],
      ['pdf', 'application/pdf'],
    ] as const) {
      const file = await portal.instance.api('GET', `/sessions/${id}/report?format=${format}`);
      const base64 = Buffer.from(await file.arrayBuffer()).toString('base64');
      await dropFile(page, `report.${format}`, type, base64);
      await page.locator('[data-outcome="consistent"]').getByText(`report.${format}`).waitFor();
    }
    await dropFile(page, 'altered.json', 'application/json', Buffer.from('{}').toString('base64'));
    await page.locator('[data-outcome="unreadable"]').getByText('altered.json').waitFor();
  });

  it('met no violation of its policy, no error of a script and no request to elsewhere', () => {
    expect(portal.faults).toEqual([]);
  });
});
