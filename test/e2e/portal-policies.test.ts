/** The policies of the portal in a real Chromium: the editor, what a change would do, versions and the way back. Needs `npm run build`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { describeInChromium, expectFits, expectSound, openPortal } from './portal-fixture.ts';
import type { OpenPortal } from './portal-fixture.ts';

const CLINIC = 'extends: healthcare-default\nname: clinic\ndescription: The clinic\n';
const DETAIL = '/portal/policies/detail?name=clinic';

describeInChromium('policies in Chromium', () => {
  let portal: OpenPortal;
  let page: Page;

  beforeAll(async () => {
    portal = await openPortal();
    ({ page } = portal);
    await portal.openSignInLink();
    await portal.heading('Dashboard').waitFor();
  });
  afterAll(() => portal.close());

  /** The text of the editor, which is in a shadow root. */
  const editor = () => page.locator('.cm-content');
  /** Replaces the text as a person does. The editor may not have seen yet what a script selects for it. */
  const write = async (text: string): Promise<void> => {
    await editor().focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text);
  };

  /** Whether the browser would ask before it closes the page. */
  const isAskedOnLeaving = () =>
    page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));

  it('are listed, those of the server too, with no editor loaded', async () => {
    const scripts: string[] = [];
    page.on('response', (response) => scripts.push(response.url()));
    await portal.press('Policies');
    await page.getByRole('row', { name: /healthcare-default/ }).waitFor();
    expect(scripts.filter((url) => url.includes('editor'))).toEqual([]);
    await page.getByRole('link', { name: 'healthcare-default' }).click();
    await page.getByText('This server’s').waitFor();
    expect(await page.getByRole('link', { name: 'Edit', exact: true }).count()).toBe(0);
  });

  it('are created by keyboard alone, with each problem at its place while one types', async () => {
    await page.goto('/portal/policies');
    await portal.press('New policy');
    await portal.heading('New policy').waitFor();
    await editor().waitFor();
    await page.getByText('✓ Valid').waitFor();
    await editor().focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('name: clinic');
    await page.keyboard.press('Enter');
    await page.keyboard.type('sensitivity: high');
    await page.getByText('× 1 problem').waitFor();
    await page.locator('.cm-problem', { hasText: 'high' }).waitFor();
    expect(await page.getByRole('button', { name: 'Create and publish' }).isDisabled()).toBe(true);
    // Tab leaves the editor: a keyboard is not trapped.
    await portal.press('Line 2, column 14');
    await write(CLINIC);
    await page.getByText('✓ Valid').waitFor();
    await portal.press('Create and publish');
    await portal.heading('clinic').waitFor();
    await page.getByRole('region', { name: 'Summary' }).getByText('Version 1').waitFor();
  });

  it('show what they would mask in a text, and why', async () => {
    await page.goto(`${DETAIL}&part=edit`);
    await page.getByText('✓ Valid').waitFor();
    await page.getByLabel(/A text to search/).fill('My name is Maria Gonzalez, my number is 415-555-0142.');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.locator('mark', { hasText: 'Maria Gonzalez' }).waitFor();
    const considered = page.getByRole('list', { name: 'What was considered' }).getByRole('listitem');
    await considered.filter({ hasText: '415-555-0142' }).getByText('Masked', { exact: true }).waitFor();
    await expectFits(page);
    await page.getByLabel(/A text to search/).fill('Another text.');
    await page.getByText('Try it again.').waitFor();
    expect(await page.locator('mark').count()).toBe(0);
  });

  it('show what a text would change and have done before it is saved, and then are saved and published', async () => {
    const agent = await portal.instance.createAgent({ upstream: 'stub', policy_name: 'clinic' });
    const said = { messages: [{ role: 'user', content: 'My name is Maria Gonzalez, my number is 415-555-0142.' }] };
    await (await portal.instance.chat(agent, said)).text();
    await write(`${CLINIC}entities:\n  PHONE:\n    action: passthrough\n`);
    await page.getByText('Not saved', { exact: true }).waitFor();
    // What is not saved is there again after a look at another page, from which the browser is not left unasked either.
    await portal.press('Agents');
    await portal.heading('Agents').waitFor();
    expect(await isAskedOnLeaving()).toBe(true);
    await page.goBack();
    await page.getByText('Not saved', { exact: true }).waitFor();
    await editor().getByText('passthrough').waitFor();
    await page.getByRole('link', { name: 'Difference' }).click();
    await page.getByText('entities.PHONE.action').waitFor();
    await page.getByRole('link', { name: 'Effect' }).click();
    const phone = page
      .getByRole('region', { name: 'Effect on recorded redactions' })
      .getByRole('row', { name: /Phone/ });
    await phone.waitFor();
    expect(await phone.getByRole('cell').allTextContents()).toEqual(['Phone', '1', '0', '1', '1', '0']);
    await page.getByText('What records cannot tell').waitFor();
    await page.getByLabel('Calls of the last').selectOption('30d');
    expect(page.url()).toContain('since=30d');
    await page.getByRole('button', { name: 'Save as a draft' }).click();
    await page.getByText('Saved as version 2').waitFor();
    expect(await isAskedOnLeaving()).toBe(false);
    await page.getByRole('button', { name: /^Publish version 2/ }).click();
    await page.getByText(/1 agent uses it from the next request on/).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Publish version 2/ })
      .click();
    await page.getByText('No changes').waitFor();
  });

  it('say that a text could not be checked, and check it when asked again', async () => {
    await page.goto(`${DETAIL}&part=edit&look=difference`);
    await page.getByText('✓ Valid').waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await write(`${CLINIC}# nothing else\n`);
    await page.getByText('? Could not be checked').waitFor();
    await page.getByText('The text could not be checked, so what it would do is not known.').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('✓ Valid').waitFor();
  });

  it('lead to the sign-in where it has expired, and back to what was typed', async () => {
    await page.goto(`${DETAIL}&part=edit`);
    await page.getByText('✓ Valid').waitFor();
    await page.context().clearCookies();
    await write(`${CLINIC}# typed after the end of the sign-in\n`);
    await portal.heading('Sign in again').waitFor();
    expect(await isAskedOnLeaving()).toBe(true);
    const other = await page.context().newPage();
    const { pathname, search } = new URL(await portal.instance.signInLink());
    await other.goto(`${pathname}${search}`);
    await other.close();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await editor().getByText('typed after the end of the sign-in').waitFor();
    await page.getByText('✓ Valid').waitFor();
  });

  it('have no serious fault of accessibility, and fit every width', async () => {
    await expectSound(page, DETAIL);
    await expectSound(page, `${DETAIL}&part=edit&look=effect`);
    await expectSound(page, `${DETAIL}&part=versions&version=1`);
    await expectSound(page, '/portal/policies/new');
  });

  it('are rolled back to an earlier version, whose text is a new version', async () => {
    await page.goto(`${DETAIL}&part=versions`);
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByRole('region', { name: 'Version 1' }).getByText('The clinic').waitFor();
    await page.getByRole('button', { name: /^Roll back to it/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Roll back to it/ })
      .click();
    await page.getByRole('row', { name: /Version 3.*The text of version 1.*In force/ }).waitFor();
  });

  it('keep what is typed while an earlier text is being saved', async () => {
    await page.goto(`${DETAIL}&part=edit`);
    await page.getByText('✓ Valid').waitFor();
    await write(`${CLINIC}# the first text\n`);
    await page.getByText('✓ Valid').waitFor();
    const isSaving = page.waitForRequest((request) => request.postData()?.includes('savePolicy') === true);
    let answer = (): void => undefined;
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('savePolicy') === true) await mayAnswer;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Save as a draft' }).click();
    await isSaving;
    await write(`${CLINIC}# the second text\n`);
    const isSaved = page.waitForResponse((response) => response.request().postData()?.includes('savePolicy') === true);
    answer();
    await isSaved;
    await page.unroute('**/graphql');
    await page.getByText('Not saved', { exact: true }).waitFor();
    expect(await isAskedOnLeaving()).toBe(true);
    await portal.press('Agents');
    await portal.heading('Agents').waitFor();
    await page.goBack();
    await editor().getByText('# the second text').waitFor();
  });

  it('are not deleted while an agent names them', async () => {
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByText('Agents use it, so it cannot be deleted yet.').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.goto('/portal/policies/detail?name=nothing');
    await page.getByText('There is no such policy').waitFor();
  });

  it('met no violation of the policy, no error of a script and no request to elsewhere', () => {
    expect(portal.faults).toEqual([]);
  });
});
