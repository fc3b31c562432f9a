/**
 * What a person does on the pages of the portal beside the quick start, in a real Chromium: proofs that must not outlive what
 * they are of, revealed text, keys, settings, reports and the audit pages. Needs `npm run build`.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { PATIENCE } from '../patience.ts';
import { describeInChromium, expectFits, expectSound, openPortal } from './portal-fixture.ts';
import type { OpenPortal } from './portal-fixture.ts';

describeInChromium('walks in Chromium', () => {
  let portal: OpenPortal;
  let instance: TestInstance;
  let page: Page;

  beforeAll(async () => {
    portal = await openPortal();
    ({ instance, page } = portal);
    await portal.openSignInLink();
    await portal.heading('Dashboard').waitFor();
  });
  afterAll(() => portal.close());

  async function say(agent: CreatedAgent, call: string, content: string): Promise<string> {
    const answer = await instance.chat(agent, { messages: [{ role: 'user', content }] }, { 'x-call-id': call });
    await answer.text();
    expect(answer.status).toBe(200);
    return answer.headers.get('masker-session-id') ?? '';
  }

  async function sealedSession(agent: CreatedAgent, call: string, content: string): Promise<string> {
    const id = await say(agent, call, content);
    await instance.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
    return id;
  }

  /** Lets a minute pass in a tab that sleeps: it runs no timer, and its clock runs. */
  const sleepPastTheTime = (tab: Page) =>
    tab.evaluate(() => {
      const late = Date.now() + 60_000;
      Date.now = () => late;
      document.dispatchEvent(new Event('visibilitychange'));
    });

  const focusedText = () => page.evaluate(() => document.activeElement?.textContent);

  const card = (turn: number) => page.getByRole('article', { name: `Turn ${turn}`, exact: true });

  describe('a session', () => {
    it('says how many redactions are not loaded, and loads them when asked', async () => {
      const agent = await instance.createAgent({ upstream: 'stub' });
      const many = Array.from({ length: 120 }, (_, at) => `person${at}@example.com`).join(' ');
      const id = await say(agent, 'many', many);
      await say(agent, 'many', 'And write to maria.gonzalez@example.com.');
      await page.goto(`/portal/sessions/detail?id=${id}`);
      await card(2).getByText('1 redaction, not loaded yet.').waitFor();
      expect(await card(2).getByText('It crossed as it is').count()).toBe(0);
      await card(1).getByText('20 redactions, not loaded yet.').waitFor();
      await card(2).getByRole('button', { name: /^Load/ }).click();
      await card(2).getByText('MSKV1.EMAIL').waitFor();
      expect(await page.getByText('not loaded yet').count()).toBe(0);
    });

    it('shows no verdict of another key or another session, and takes no bundle of another session', async () => {
      const agent = await instance.createAgent({ upstream: 'stub' });
      const first = await sealedSession(agent, 'one', 'My name is Theodore Whitfield.');
      const second = await sealedSession(agent, 'two', 'My name is Maria Gonzalez.');
      const verify = page.getByRole('button', { name: 'Verify in this browser' });
      await page.goto(`/portal/sessions/detail?id=${first}`);
      await verify.click();
      await page.locator('[data-outcome="consistent"]').waitFor();
      await page.getByLabel(/public key/).fill('A');
      await page.locator('[data-outcome]').waitFor({ state: 'detached' });
      await page.getByLabel(/public key/).fill('');
      await verify.click();
      await page.locator('[data-outcome="consistent"]').waitFor();
      // To the other session without a reload.
      await page.getByRole('link', { name: 'Sessions', exact: true }).last().click();
      await page.locator(`a[href*="${second}"]`).first().click();
      await page.getByText(second).first().waitFor();
      await verify.waitFor();
      expect(await page.locator('[data-outcome]').count()).toBe(0);
      const bundle = await (await instance.api('GET', `/sessions/${first}/report?format=bundle`)).text();
      await page.route('**/report?format=bundle', (route) => route.fulfill({ body: bundle }));
      await verify.click();
      await page.getByText('The server gave the bundle of another session.').waitFor();
      await page.unroute('**/report?format=bundle');
      expect(await page.locator('[data-outcome]').count()).toBe(0);
    });

    it('reveals a kept text for a purpose, and hides it when the tab wakes after its time', async () => {
      const policy_yaml = 'extends: healthcare-default\nname: keeping\naudit:\n  log_payloads: true\n';
      const agent = await instance.createAgent({ upstream: 'stub', policy_yaml });
      const id = await say(agent, 'kept', 'My name is Theodore Whitfield.');
      await page.clock.install();
      await page.goto(`/portal/sessions/detail?id=${id}&turn=1`);
      await page.getByRole('button', { name: 'Reveal the text…' }).click();
      await page.getByText('Your user ID, the time and the purpose become a leaf').waitFor();
      await page.getByLabel(/What do you read it for/).fill('A complaint');
      // What comes after a person cancelled is not shown.
      let answer: (() => void) | undefined;
      const isHeld = new Promise<void>((resolve) => (answer = resolve));
      await page.route('**/graphql', async (route) => {
        await isHeld;
        await route.continue();
      });
      const read = page.waitForResponse((response) => response.request().postData()?.includes('A complaint') === true);
      await page.getByRole('button', { name: 'Reveal', exact: true }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      answer?.();
      await (await read).finished();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Reveal the text…' }).click();
      await page.getByLabel(/What do you read it for/).fill('A complaint');
      await page.getByRole('button', { name: 'Reveal', exact: true }).click();
      await page.getByText('Theodore Whitfield').first().waitFor();
      // The keyboard goes on where the text is, and where the text was.
      expect(await focusedText()).toContain('Protected health information is on the screen');
      const back = card(1).locator('.crossing-back').filter({ hasText: 'Spoken to the caller' });
      expect(await back.locator('.crossing-said mark').allTextContents()).toEqual(['Theodore Whitfield']);
      expect(await back.locator('.crossing-seen mark').allTextContents()).toEqual([
        expect.stringMatching(/^MSKV1\.NAME\./),
      ]);
      await sleepPastTheTime(page);
      await page.getByText('Protected health information is on the screen').waitFor({ state: 'detached' });
      expect(await page.locator('body').textContent()).not.toContain('Whitfield');
      expect(await focusedText()).toContain('Hide details');
    });

    it('says that its texts are not kept, and offers nothing to reveal', async () => {
      const agent = await instance.createAgent({ upstream: 'stub' });
      const id = await say(agent, 'not-kept', 'My name is Theodore Whitfield.');
      await page.goto(`/portal/sessions/detail?id=${id}&turn=1`);
      await page.getByText('The texts of this call are not kept.').waitFor();
      await card(1).getByText('The text of this turn is not kept').waitFor();
      expect(await page.getByRole('button', { name: 'Reveal the text…' }).count()).toBe(0);
    });
  });

  it('says what made a redaction, and finds its recogniser in the kept text for a purpose', async () => {
    const policy_yaml = 'extends: healthcare-default\nname: explaining\naudit:\n  log_payloads: true\n';
    const agent = await instance.createAgent({ upstream: 'stub', policy_yaml });
    const id = await say(agent, 'explained', 'My phone number is 415-555-0142.');
    await page.goto(`/portal/sessions/detail?id=${id}`);
    await card(1).locator('.crossing-seen').getByRole('button', { name: /PHONE/ }).press('Enter');
    const panel = page.getByRole('region', { name: 'Why this is masked' });
    await panel.getByText('Phone is searched for in the pass regex').waitFor();
    await panel.getByText('action: tokenize').waitFor();
    expect(page.url()).toMatch(/[?&]entry=\d+/);
    await expectSound(page, page.url());
    await panel.getByRole('button', { name: 'Search the text again…' }).click();
    await page.getByLabel(/What do you read it for/).fill('Quality review');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await panel.getByText('phone.cue').waitFor();
    await panel.getByText('“phone number”').waitFor();
    expect(await focusedText()).toContain('Words of the caller are on the screen');
    expect(await page.locator('body').textContent()).not.toContain('415-555-0142');
    await sleepPastTheTime(page);
    await panel.getByRole('button', { name: 'Search the text again…' }).waitFor();
    expect(await focusedText()).toBe('Search the text again…');
    expect(await panel.textContent()).not.toContain('phone number”');
    await page.reload();
    await panel.getByText('action: tokenize').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('entry=');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('PHONE');
  });

  it('records that a redaction was no identifier and that words were missed, reviews both, and exports them', async () => {
    const policy_yaml = 'extends: healthcare-default\nname: reviewed\naudit:\n  log_payloads: true\n';
    const agent = await instance.createAgent({ upstream: 'stub', policy_yaml });
    const id = await say(agent, 'reviewed', 'My phone number is 415-555-0142, and the zebra ward called me.');
    await page.goto(`/portal/sessions/detail?id=${id}&turn=1`);
    await card(1).locator('.crossing-seen').getByRole('button', { name: /PHONE/ }).click();
    await page.getByRole('button', { name: 'Not PHI' }).click();
    await page.getByText('Recorded. It waits for review.').waitFor();
    expect(await focusedText()).toContain('Recorded.');
    await page.getByRole('button', { name: 'Reveal the text…' }).click();
    await page.getByLabel(/What do you read it for/).fill('Quality review');
    await page.getByRole('button', { name: 'Reveal', exact: true }).click();
    await page.getByRole('button', { name: 'Something was missed…' }).click();
    await page.getByLabel('The words, as they are in the text').fill('zebra ward');
    await page.getByText('Characters 41 to 51').waitFor();
    await page.getByRole('combobox', { name: 'What they are' }).selectOption('Organisation');
    await page.getByRole('button', { name: 'Record as missed' }).click();
    await page.getByText('Recorded. It waits for review.').first().waitFor();
    await page.getByRole('link', { name: 'Review', exact: true }).first().click();
    await page.getByRole('row', { name: /Missed.*Organisation.*by Bootstrap admin/ }).waitFor();
    await expectSound(page, '/portal/review');
    for (const said of [/Missed.*Organisation/, /Not PHI.*Phone/]) {
      const row = page.getByRole('row', { name: said });
      await row.getByRole('button', { name: /^Accept/ }).click();
      await row.waitFor({ state: 'detached' });
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Review');
    }
    await page.getByText('Nothing waits for review').waitFor();
    await page.getByRole('combobox', { name: 'State' }).selectOption('Closed');
    await page.getByRole('row', { name: /Not PHI.*Phone.*Accepted/ }).waitFor();
    expect(page.url()).toContain('state=closed');
    await page.getByRole('button', { name: 'Export the accepted…' }).click();
    await page.getByLabel(/What do you read it for/).fill('Quality review');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { spans: object }).spans)).toEqual([
      [{ start: 41, end: 51, label: 'ORG' }],
    ]);
  });

  it('corrects any kept text of a turn: JSON of a tool at its values, and earlier texts without a redaction', async () => {
    const policy_yaml = 'extends: healthcare-default\nname: all-texts\naudit:\n  log_payloads: true\n';
    const agent = await instance.createAgent({ upstream: 'stub', policy_yaml });
    const called = { id: 'call_Zb4kQ8sT2xWn5vYp', type: 'function', function: { name: 'find', arguments: '{}' } };
    const result = '[{"name":"Prudence Hallowell"},{"name":"Winifred Abernathy"},{"ward":"zebra"}]';
    const messages = [
      { role: 'assistant', content: 'This is the giraffe desk.' },
      { role: 'user', content: 'good morning' },
      { role: 'assistant', content: null, tool_calls: [called] },
      { role: 'tool', tool_call_id: called.id, content: result },
    ];
    const answer = await instance.chat(agent, { messages }, { 'x-call-id': 'all-texts' });
    await answer.text();
    const id = answer.headers.get('masker-session-id') ?? '';
    await page.goto(`/portal/sessions/detail?id=${id}&turn=1`);
    await page.getByRole('button', { name: 'Reveal the text…' }).click();
    await page.getByLabel(/What do you read it for/).fill('Quality review');
    await page.getByRole('button', { name: 'Reveal', exact: true }).click();
    const marks = card(1).locator('.crossing-said mark');
    await expect
      .poll(() => marks.allTextContents(), PATIENCE)
      .toEqual([expect.stringMatching(/^Prudence Hallowell /), expect.stringMatching(/^Winifred Abernathy /)]);
    await marks.nth(1).getByRole('button').press('Enter');
    await page.getByRole('button', { name: 'Not PHI' }).click();
    await page.getByText('Recorded. It waits for review.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Winifred');
    const record = async (near: string, words: string, place: string): Promise<void> => {
      const text = card(1).locator('.crossing-said').filter({ hasText: near });
      await text.getByRole('button', { name: 'Something was missed…' }).click();
      await page.getByLabel('The words, as they are in the text').fill(words);
      await page.getByText(place).waitFor();
      await page.getByRole('button', { name: 'Record as missed' }).click();
      await text.getByText('Recorded. It waits for review.').waitFor();
    };
    await record('Winifred', 'zebra', `Characters ${result.indexOf('zebra')} to ${result.indexOf('zebra') + 5}`);
    await page.getByText(/^3 more texts of this turn$/).click();
    await record('giraffe', 'giraffe', 'Characters 12 to 19');
    const read = await instance.api('GET', '/corrections?state=open');
    const { data } = (await read.json()) as { data: { session_id: string; path: string; verdict: string }[] };
    expect(data.filter((each) => each.session_id === id).map(({ path, verdict }) => [verdict, path])).toEqual([
      ['missed', '/messages/0/content'],
      ['missed', '/messages/3/content'],
      ['not_phi', '/messages/3/content'],
    ]);
    expect(page.url()).not.toMatch(/zebra|giraffe|Winifred/);
  });

  it('replays an ended call on its timeline, with the moment in the address', async () => {
    const agent = await instance.createAgent({ upstream: 'stub' });
    const id = await say(agent, 'replayed', 'My name is Theodore Whitfield.');
    await say(agent, 'replayed', 'Write to theodore.whitfield@example.com.');
    await page.goto(`/portal/sessions/detail?id=${id}`);
    await card(2).waitFor();
    expect(await page.getByRole('heading', { name: 'Timeline' }).count()).toBe(0);
    await page.getByRole('button', { name: 'End and seal' }).click();
    const slider = page.getByRole('slider', { name: 'Moment of the call' });
    await slider.press('Home');
    await card(1).waitFor({ state: 'detached' });
    await page.getByText('What came after this moment is not shown.').waitFor();
    await expect.poll(() => page.url(), PATIENCE).toMatch(/[?&]at=0\b/);
    await page.reload();
    await slider.waitFor();
    expect(await card(1).count()).toBe(0);
    // Without frames the replay plays, and stays where it is. The focus that passes the slider does not stop it.
    await page.evaluate(() => {
      window.requestAnimationFrame = () => 0;
    });
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await slider.focus();
    await slider.press('Tab');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await card(2).getByText('MSKV1.EMAIL').waitFor();
    await card(2).getByText('The answer came back whole').waitFor();
    await page.getByRole('button', { name: 'Replay', exact: true }).waitFor();
    expect(page.url()).not.toContain('at=');
    await expectSound(page, `/portal/sessions/detail?id=${id}&at=1`);
  });

  describe('the form of an agent', () => {
    it('says at its field what is wrong, and saves what was changed', async () => {
      await instance.createAgent({ upstream: 'stub', name: 'taken-name' });
      const agent = await instance.createAgent({ upstream: 'stub', name: 'edited-line' });
      await page.goto(`/portal/agents/detail?id=${agent.id}`);
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      const name = page.getByLabel('Name', { exact: true });
      await name.fill('taken-name');
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await page.getByText('Must be unique among the agents of the account.').waitFor();
      expect(await name.getAttribute('aria-invalid')).toBe('true');
      await name.fill('evening-line');
      await page.getByLabel('Callers who prove themselves').check();
      await page.getByLabel('Secret in a header').check();
      await page.getByLabel('Secret', { exact: true }).fill('short');
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await page.getByText('Must have 8 to 512 ASCII characters, without a space at either end.').waitFor();
      await page.getByLabel('Secret', { exact: true }).fill('long-enough-to-hold');
      await page.getByRole('combobox', { name: 'Policy', exact: true }).selectOption('A text of its own');
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await portal.heading('evening-line').waitFor();
      await page.getByText('secret in X-Vapi-Secret').waitFor();
      await page.getByText('own-policy, version 2').waitFor();
      expect(page.url()).not.toContain('part=');
      await expectSound(page, `/portal/agents/detail?id=${agent.id}&part=edit`);
    });

    it('overwrites no change that was made meanwhile, and keeps the edits', async () => {
      const agent = await instance.createAgent({ upstream: 'stub', name: 'two-editors' });
      await page.goto(`/portal/agents/detail?id=${agent.id}&part=edit`);
      await page.getByRole('combobox', { name: 'Tokens', exact: true }).selectOption('vault-random');
      expect((await instance.api('PATCH', `/agents/${agent.id}`, { name: 'renamed-by-another' })).status).toBe(200);
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await page.getByText('Name: two-editors became renamed-by-another').waitFor();
      await expectFits(page);
      await page.getByRole('button', { name: 'Keep my edits on top of that' }).click();
      await page.getByText('Changed: Tokens').waitFor();
      await page.getByRole('button', { name: 'Save the changes' }).click();
      await page.getByText('Last sessions').waitFor();
      await portal.heading('renamed-by-another').waitFor();
      await page.getByText('vault-random').waitFor();
    });
  });

  it('forgets a new proxy key when it is revoked', async () => {
    const agent = await instance.createAgent({ upstream: 'stub' });
    await page.goto(`/portal/agents/detail?id=${agent.id}`);
    await page.getByRole('button', { name: 'Make a proxy key' }).click();
    await page.locator('.new-key').getByText(/^mpk_/).waitFor();
    await page.getByRole('button', { name: /^Revoke/ }).click();
    await page.getByText('The agent has no proxy key.').waitFor();
    await page.locator('.new-key').waitFor({ state: 'detached' });
  });

  it('says that the sign-out failed, and stays', async () => {
    await page.goto('/portal/dashboard');
    await page.route('**/auth/logout', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('you are still signed in').waitFor();
    await page.unroute('**/auth/logout');
    await portal.heading('Dashboard').waitFor();
  });

  describe('the audit pages', () => {
    it('proves a leaf, and compares a kept checkpoint', async () => {
      await page.goto('/portal/audit');
      await page.locator('.leaf-actor').getByText('Bootstrap admin').first().waitFor();
      await page.locator('.leaf-kind').first().click();
      await page.getByText('✓ Checked in this browser').waitFor();
      await page.goto('/portal/audit?part=checkpoint');
      const note = await page.getByLabel('The signed note').textContent();
      const field = page.getByLabel('An earlier checkpoint, as it was signed');
      await field.fill(note ?? '');
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByText(/The log is what it was|The log only grew/).waitFor();
      await field.fill('another');
      await page.getByText(/The log is what it was|The log only grew/).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByText('This is no checkpoint').waitFor();
    });

    it('finds the session of a call, and keeps the ID of the call out of the address', async () => {
      await page.goto('/portal/audit?part=find');
      await page.getByLabel('ID of the call at the platform').fill('many');
      await page.getByRole('button', { name: 'Find', exact: true }).click();
      await page.locator('a[href*="/portal/sessions/detail"]').first().waitFor();
      expect(page.url()).not.toContain('many');
    });

    it('checks a PDF that is chosen, and forgets the verdict with another key', async () => {
      const agent = await instance.createAgent({ upstream: 'stub' });
      const id = await sealedSession(agent, 'checked', 'My name is Maria Gonzalez.');
      const pdf = await instance.api('GET', `/sessions/${id}/report?format=pdf`);
      await page.goto('/portal/audit?part=file');
      await page.locator('input[type=file]').setInputFiles({
        name: 'report.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from(await pdf.arrayBuffer()),
      });
      await page.locator('[data-outcome="consistent"]').waitFor();
      await page.getByText('The pages of the PDF say what the file attached to it says').waitFor();
      await page.getByLabel(/public key/).fill('A');
      await page.locator('[data-outcome]').waitFor({ state: 'detached' });
    });
  });

  it('makes a report of the account, and downloads it for a purpose', async () => {
    await page.goto('/portal/reports');
    await portal.heading('Reports').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /PDF/ }).click(),
    ]);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  describe('the settings', () => {
    it('invite a person by a link that is shown once, and revoke it', async () => {
      await page.goto('/portal/settings');
      await page.getByRole('button', { name: 'Invite a person' }).click();
      await page.getByLabel('Anyone who has the link').check();
      await page.getByRole('button', { name: 'Make the invitation' }).click();
      await page.locator('.secret-text').waitFor();
      expect(await page.locator('.secret-text').textContent()).toMatch(/^http/);
      await page.getByRole('button', { name: 'I have it' }).click();
      await page
        .getByRole('row', { name: /Anyone who has the link/ })
        .getByRole('button')
        .click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('heading', { name: 'Open invitations' }).waitFor({ state: 'detached' });
    });

    it('make an access token that works, and revoke it', async () => {
      await page.goto('/portal/settings?part=tokens');
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByLabel('What it is for').fill('Nightly export');
      await page.getByLabel('sessions:read').check();
      await page.getByRole('button', { name: 'Make the token' }).click();
      const secret = (await page.locator('.secret-text').textContent()) ?? '';
      const ask = () => fetch(`${instance.url}/api/v1/sessions`, { headers: { authorization: `Bearer ${secret}` } });
      expect((await ask()).status).toBe(200);
      await page.getByRole('button', { name: 'I have it' }).click();
      await page.getByRole('button', { name: 'Revoke Nightly export' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('No access tokens').waitFor();
      expect((await ask()).status).toBe(401);
    });

    it('show this browser, and the keys that sign', async () => {
      await page.goto('/portal/settings?part=browsers');
      await page.getByText('This browser').first().waitFor();
      await page.goto('/portal/settings?part=keys');
      await page.getByText('Signs now').waitFor();
      await page.getByText('Rotated in time').waitFor();
    });
  });

  it('met no violation of its policy, no error of a script and no request to elsewhere', () => {
    expect(portal.faults).toEqual([]);
  });
});
