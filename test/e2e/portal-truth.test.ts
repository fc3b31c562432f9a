/**
 * What the portal says of what it does not know, files that are dropped on it, and where its views are in the address: in a
 * real Chromium. Needs `npm run build`.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page, Request } from 'playwright-core';
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
    // The clock of a tab stays installed.
    const tab = await portal.context.newPage();
    await tab.clock.install();
    await tab.goto('/portal/dashboard');
    const health = tab.getByRole('region', { name: 'Health' });
    await health.getByText('Works').first().waitFor();
    let asked = 0;
    await tab.route('**/health', () => {
      asked += 1;
    });
    await tab.clock.runFor(60_000);
    await health.getByText('The server does not say how it is.').waitFor();
    expect(asked).toBeGreaterThan(0);
    expect(await health.locator('.state-good').count()).toBe(0);
    await tab.close();
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

  it('leads from the addresses of a new agent back to the agent, and names the chosen platform in the address', async () => {
    await portal.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/portal/agents/new');
    await page.getByLabel('Name', { exact: true }).fill('evening-line');
    await page.getByRole('button', { name: 'Create the agent' }).click();
    await portal.heading('evening-line is ready').waitFor();
    await page.getByRole('button', { name: 'Copy Base URL' }).click();
    const base = await page.evaluate(() => navigator.clipboard.readText());
    expect(base).toMatch(/^http:\/\/localhost:\d+\/proxy\/agt_[0-9A-Z]{26}\/v1$/);
    await page.locator('.platform', { hasText: 'ElevenLabs' }).click();
    await page.getByText('system__conversation_id').first().waitFor();
    expect(new URL(page.url()).searchParams.get('platform')).toBe('elevenlabs');
    await page.reload();
    await portal.heading('evening-line').waitFor();
    await page.getByText('Last sessions').waitFor();
    expect(page.url()).not.toContain('mpk_');
  });

  it('asks for no key, and says so, where callers of an agent prove themselves by a secret alone', async () => {
    const caller_auth = { shared_secret: { header: 'X-Desk-Secret', secret: 'long-enough-to-hold' } };
    const agent = await portal.instance.createAgent({ upstream: 'stub', caller_auth });
    await page.goto(`/portal/agents/detail?id=${agent.id}&platform=bolna`);
    await page.getByText('Make a proxy key to place a test call.').waitFor();
    await page.getByText('For an API key instead, make a proxy key.').waitFor();
    expect(await page.getByText('this agent asks for none').count()).toBe(0);
  });

  it('asks one operation of the API for each view, beside who is signed in', async () => {
    const agent = await portal.instance.createAgent({ upstream: 'stub' });
    const views = [
      'dashboard',
      'sessions',
      'agents',
      `agents/detail?id=${agent.id}`,
      'agents/new',
      'audit?part=checkpoint',
    ].concat(
      ['reports', 'webhooks'],
      ['members', 'tokens', 'browsers', 'keys'].map((part) => `settings?part=${part}`),
    );
    for (const view of views) {
      const asked: string[] = [];
      const listen = (request: Request): void => {
        if (request.url().endsWith('/graphql'))
          asked.push((request.postDataJSON() as { readonly operationName: string }).operationName);
      };
      page.on('request', listen);
      await page.goto(`/portal/${view}`);
      await portal.heading(/./).waitFor();
      await page.locator('.loading').waitFor({ state: 'detached' });
      page.off('request', listen);
      expect(
        asked.filter((name) => name !== 'Me'),
        view,
      ).toHaveLength(1);
      expect(
        asked.filter((name) => name === 'Me'),
        view,
      ).toHaveLength(1);
    }
  });

  it('keeps the place in a long list of sessions in the address, through a reload and the way back', async () => {
    const agent = await portal.instance.createAgent({ upstream: 'stub' });
    const answer = await portal.instance.chat(agent, { messages: [{ role: 'user', content: 'I am Maria Gonzalez.' }] });
    await answer.text();
    const columns = `account_id, agent_id, started_at, last_turn_at, upstream_model, policy_name, policy_version,
      policy_digest`;
    const db = new pg.Client(portal.databaseUrl);
    await db.connect();
    await db.query(`INSERT INTO sessions (id, sealed_at, redaction_count, ${columns})
      SELECT 'sess_' || lpad(n::text, 26, '0'), now(), n, ${columns}
        FROM generate_series(1, 1000) n, (SELECT * FROM sessions LIMIT 1) s`);
    await db.end();
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto('/portal/sessions?status=ok');
    const rows = page.locator('.session-body .session-row');
    await rows.first().waitFor();
    const scrolled = async (): Promise<number> => {
      await page.keyboard.press('End');
      return Number(await rows.last().getAttribute('data-index'));
    };
    await expect.poll(scrolled, PATIENCE).toBeGreaterThan(250);
    await expect.poll(() => new URL(page.url()).searchParams.get('from'), PATIENCE).not.toBeNull();
    await page.reload();
    await page.getByText('Newer sessions are left out.').waitFor();
    expect(new URL(page.url()).searchParams.get('status')).toBe('ok');
    const first = rows.first();
    const there = await first.locator('.session-count').textContent();
    expect(Number(there)).toBeLessThan(960);
    await first.getByRole('link').click();
    await portal.heading('Session').waitFor();
    await page.goBack();
    await expect.poll(() => first.locator('.session-count').textContent(), PATIENCE).toBe(there);
    await page.getByRole('link', { name: 'Show the newest' }).click();
    await page.getByText('Newer sessions are left out.').waitFor({ state: 'detached' });
    await rows.first().getByText('Today').waitFor();
    expect(page.url()).not.toContain('from=');
  });

  it('met no violation of its policy, no error of a script and no request to elsewhere', () => {
    expect(portal.faults).toEqual([]);
  });
});
