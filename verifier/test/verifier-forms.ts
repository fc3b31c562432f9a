/** The forms of the verifier side by side: the library, the command line in one file, and the page in one file. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandLine, page, secondFile } from '../../tools/bundle-verifier.mjs';
import { asText } from '../src/printout.ts';
import { verifyBundle } from '../src/verify.ts';
import { withRewrittenPdf } from '../src/with-rewritten-pdf.ts';
import { signingKey, SIGNING_SEED } from './bundle-builder.ts';
import { Chromium } from './chromium.ts';
import { FakePage, fakeFile } from './fake-page.ts';

type File = readonly [name: string, bytes: Uint8Array];
type Shown = readonly { readonly outcome: string; readonly text: string }[];

const key = signingKey(SIGNING_SEED).publicKey;
const CARDS = `[...document.querySelectorAll('[data-outcome]')].map((card) => ({ outcome: card.dataset.outcome, text: card.querySelector('.printed pre').textContent }))`;

export class VerifierForms {
  readonly #folder: string;
  readonly #browser: Chromium | null;
  readonly #fake: FakePage;

  private constructor(folder: string, browser: Chromium | null) {
    this.#folder = folder;
    this.#browser = browser;
    this.#fake = new FakePage(readFileSync(join(folder, 'masker-verify.html'), 'utf8'));
    this.#fake.element('trusted').value = key.toString('base64');
  }

  /** Builds the files in an empty folder. `chromium` is the path of a browser; without one the page runs in Node. */
  static async open(folder: string, chromium: string | null): Promise<VerifierForms> {
    const html = join(folder, 'masker-verify.html');
    writeFileSync(join(folder, 'masker-verify.mjs'), await commandLine());
    writeFileSync(join(folder, 'masker-verify-more.mjs'), await secondFile());
    writeFileSync(html, await page());
    const browser = chromium === null ? null : await Chromium.open(chromium, pathToFileURL(html).href);
    await browser?.evaluate(`document.getElementById('trusted').value = '${key.toString('base64')}'`);
    return new VerifierForms(folder, browser);
  }

  /** Names the files of which a form does not print what the library prints, under one trusted key. */
  async disagreements(files: readonly File[]): Promise<readonly string[]> {
    const options = { trustedKeys: [key] };
    const expected = files.map(([name, bytes]) => {
      const verification = withRewrittenPdf(bytes, verifyBundle(bytes, options), options);
      return { outcome: verification.outcome, text: asText(name, verification) };
    });
    const shown = await this.#shown(files);
    const printed = this.#printed(files);
    const onPage = files.flatMap(([name], at) =>
      JSON.stringify(shown[at]) === JSON.stringify(expected[at]) ? [] : [`${name}: the page`],
    );
    // Behind the files it names forks among them.
    const isSame = printed.startsWith(expected.map(({ text }) => text).join(''));
    return [...onPage, ...(isSame ? [] : this.#onCommandLine(files, expected))];
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }

  async #shown(files: readonly File[]): Promise<Shown> {
    if (this.#browser === null) return this.#fake.drop(...files.map(([name, bytes]) => fakeFile(name, bytes)));
    const folder = join(this.#folder, 'given');
    mkdirSync(folder);
    const paths = files.map(([name, bytes]) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
    await this.#browser.choose('#files', paths);
    const [first] = files;
    // Results of the files before have other names.
    await this.#browser.until(
      `${CARDS}.length === ${files.length} && ${CARDS}[0].text.startsWith(${JSON.stringify(first?.[0] ?? '')})`,
    );
    const shown = (await this.#browser.evaluate(CARDS)) as Shown;
    rmSync(folder, { recursive: true });
    return shown;
  }

  #printed(files: readonly File[]): string {
    for (const [name, bytes] of files) writeFileSync(join(this.#folder, name), bytes);
    const args = [...files.map(([name]) => name), '--trusted-key', key.toString('hex')];
    const program = join(this.#folder, 'masker-verify.mjs');
    const { stdout } = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      cwd: this.#folder,
      maxBuffer: 1 << 28,
    });
    for (const [name] of files) rmSync(join(this.#folder, name));
    return stdout;
  }

  #onCommandLine(files: readonly File[], expected: Shown): readonly string[] {
    return files.flatMap((file, at) =>
      this.#printed([file]) === expected[at]?.text ? [] : [`${file[0]}: the command line`],
    );
  }
}
