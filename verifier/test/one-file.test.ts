/** The command line and the page, each as one file: they say what the library says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, page, secondFile } from '../../tools/bundle-verifier.mjs';
import { main } from '../src/cli.ts';
import { asText } from '../src/printout.ts';
import { parseConsistencyProof, parsePolicy, verifyBundle, type VerifyOptions } from '../src/verify.ts';
import { withRewrittenPdf } from '../src/with-rewritten-pdf.ts';
import { VERSION } from '../src/version.ts';
import { bytesOf, signedReport, signingKey, SIGNING_SEED, validBundle, type JsonRecord } from './bundle-builder.ts';
import { Chromium, findChromium } from './chromium.ts';
import { FakePage, fakeFile, unreadableFile } from './fake-page.ts';
import { pagesOf, pdfOfBundle } from './pdf-builder.ts';
import { rewritten } from './rewritten-pdf-builder.ts';
import { signedPdfOfBundle } from './signed-pdf-builder.ts';
import { checkpointNote, consistencyProof, loggedBytes, LOG, WITNESSES } from './log-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'masker-one-file-'));
const program = join(folder, 'masker-verify.mjs');
const html = join(folder, 'masker-verify.html');
beforeAll(async () => {
  writeFileSync(program, await commandLine());
  writeFileSync(join(folder, 'masker-verify-more.mjs'), await secondFile());
  writeFileSync(html, await page());
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const key = signingKey(SIGNING_SEED).publicKey;
const bundle = validBundle();
const entries = bundle.entries.map((entry, at) => (at === 2 ? { ...(entry as JsonRecord), confidence: 0.9 } : entry));
const files: readonly (readonly [string, Uint8Array])[] = [
  ['good.json', loggedBytes({ signers: [LOG, ...WITNESSES] })],
  ['plain.json', bytesOf(bundle)],
  ['changed.json', bytesOf({ ...bundle, entries })],
  ['cut.json', bytesOf({ ...bundle, entries: bundle.entries.slice(0, -1) })],
  ['report.json', bytesOf(bundle.report)],
  [
    'odd-report.json',
    bytesOf({ ...bundle, report: signedReport({ ...(bundle.report ?? {}), redactions_by_kind: { NAME: 9 } }) }),
  ],
  ['unsigned-part.json', bytesOf({ ...bundle, more: '\u001b[2J' })],
  ['broken.json', new TextEncoder().encode('{"entries": [')],
  ['other.json', bytesOf({ hello: 'world' })],
  ['good.pdf', pdfOfBundle(bundle)],
  ['changed.pdf', pdfOfBundle(bundle, { pages: pagesOf({ ...bundle.report, id: 'another' }) })],
  ['later.pdf', pdfOfBundle(bundle, { trailer: '/Prev 9' })],
  ['again.pdf', rewritten(pdfOfBundle(bundle), { perStream: 6 })],
  ['signed.pdf', signedPdfOfBundle(bundle)],
  ['cut.pdf', pdfOfBundle(bundle).subarray(0, 900)],
  ['empty.json', new Uint8Array()],
  ['bytes.json', Uint8Array.from({ length: 300 }, (_, at) => (at * 7) & 255)],
];
const expected = (options: VerifyOptions) =>
  files.map(([name, bytes]) => {
    const verification = withRewrittenPdf(bytes, verifyBundle(bytes, options), options);
    return { outcome: verification.outcome, text: asText(name, verification) };
  });

describe('the command line in one file', () => {
  it('has fewer than 100,000 bytes and asks for nothing but Node', () => {
    const text = readFileSync(program, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
    expect([...text.matchAll(/\bfrom"([^"]+)"/g)].map(([, name]) => name).sort()).toEqual([
      'node:crypto',
      'node:fs',
      'node:util',
    ]);
    expect(text).not.toMatch(/\brequire\(/);
  });

  it('states the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(VERSION).toBe(version);
    expect(execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
  });

  it('prints what the library prints, with the same exit status', async () => {
    const paths = files.map(([name, bytes]) => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    });
    for (const args of [paths, [...paths, '--json', '--trusted-key', key.toString('hex')], ['--nope']]) {
      let [out, err] = ['', ''];
      const status = await main(args, { out: (text) => void (out += text), err: (text) => void (err += text) });
      const ran = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder });
      expect({ status: ran.status, out: ran.stdout, err: ran.stderr }).toEqual({ status, out, err });
    }
  });
});

describe('the page in one file', () => {
  it('names no address, and allows its own script and style alone', () => {
    const text = readFileSync(html, 'utf8');
    expect(text.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/https?:|\bsrc=|\bhref=|url\(|@import/);
    expect(text).not.toMatch(/\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|innerHTML|eval)\b/);
    const csp = /Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
    const hashOf = (tag: string): string => {
      const content = new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(text)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    };
    expect(csp).toBe(
      `default-src 'none'; script-src ${hashOf('script')}; style-src ${hashOf('style')}; base-uri 'none'; form-action 'none'`,
    );
  });

  it('says of each file what the command line says', async () => {
    const fake = new FakePage(readFileSync(html, 'utf8'));
    const dropped = files.map(([name, bytes]) => fakeFile(name, bytes));
    expect(await fake.drop(...dropped)).toEqual(expected({}));
    fake.element('trusted').value = key.toString('base64');
    fake.element('sealed').checked = true;
    expect(await fake.drop(...dropped)).toEqual(expected({ trustedKeys: [key], requireSealed: true }));
  });

  it('takes an earlier checkpoint, a consistency proof and a witness policy, as the command line does', async () => {
    const fake = new FakePage(readFileSync(html, 'utf8'));
    const text = (content: string): Uint8Array => new TextEncoder().encode(content);
    const [earlier, proof] = [checkpointNote({ size: 4 }), consistencyProof(4)];
    const policy = `witness w ${WITNESSES[0]?.vkey ?? ''}\nquorum w\n`;
    fake.element('previous').files = [fakeFile('earlier.txt', text(earlier))];
    fake.element('proofs').files = [fakeFile('proof.txt', text(proof))];
    fake.element('policy').files = [fakeFile('policy.txt', text(policy))];
    const given = {
      previousCheckpoints: [earlier],
      consistencyProofs: [parseConsistencyProof(proof)],
      policy: parsePolicy(policy),
    };
    const shown = await fake.drop(...files.map(([name, bytes]) => fakeFile(name, bytes)));
    expect(shown).toEqual(expected(given));
    expect(shown[0]?.text).toMatch(/^ {2}log consistency +holds /m);
    expect(shown[0]?.text).toMatch(/^ {2}witnesses +holds /m);
  });

  it('shows a file that the browser cannot read as UNREADABLE, and nothing of the files before it', async () => {
    const fake = new FakePage(readFileSync(html, 'utf8'));
    const good = fakeFile('good.json', bytesOf(bundle));
    expect(await fake.drop(good)).toMatchObject([{ outcome: 'consistent' }]);
    expect(await fake.drop(unreadableFile('folder'))).toEqual([
      { outcome: 'unreadable', text: expect.stringMatching(/^folder\n.* \(no_file\)\n {2}=> UNREADABLE\n$/) as string },
    ]);
    expect(await fake.drop(good, unreadableFile('gone.json'))).toMatchObject([
      { outcome: 'consistent' },
      { outcome: 'unreadable' },
    ]);
    fake.element('policy').files = [unreadableFile('policy.txt')];
    expect(await fake.drop(good)).toEqual([]);
    expect(fake.element('status').textContent).toContain('policy.txt cannot be used');
  });

  it.each([
    ['trusted', 'abc', 'A trusted key must be'],
    ['chain', 'abc', 'A chain key must be'],
    ['receipts', 'abc', 'A receipt must be'],
  ])('says so where what was given as %s cannot be used, and verifies nothing', async (id, value, message) => {
    const fake = new FakePage(readFileSync(html, 'utf8'));
    fake.element(id).value = value;
    expect(await fake.drop(fakeFile('good.json', bytesOf(bundle)))).toEqual([]);
    expect(fake.element('status').textContent).toContain(message);
  });

  it.each(['policy', 'previous', 'proofs'])('refuses a file of another kind as %s', async (id) => {
    const fake = new FakePage(readFileSync(html, 'utf8'));
    fake.element(id).files = [fakeFile('x', bytesOf(bundle))];
    expect(await fake.drop(fakeFile('good.json', bytesOf(bundle)))).toEqual([]);
    expect(fake.element('status').textContent).toContain('cannot be used');
  });
});

const chromium = findChromium();
describe('the page in Chromium', () => {
  it.skipIf(chromium === null)(
    'says what the command line says, works by keyboard alone, and asks the network for nothing',
    async () => {
      const browser = await Chromium.open(chromium ?? '', pathToFileURL(html).href);
      try {
        await browser.press('Tab');
        expect(await browser.evaluate('document.activeElement.id')).toBe('files');
        await browser.press('Tab');
        await browser.send('Input.insertText', { text: key.toString('base64') });
        expect(await browser.evaluate('document.getElementById("trusted").value')).toBe(key.toString('base64'));
        const paths = files.map(([name, bytes]) => {
          writeFileSync(join(folder, name), bytes);
          return join(folder, name);
        });
        await browser.choose('#files', paths);
        await browser.until(`document.querySelectorAll('[data-outcome]').length === ${files.length}`);
        const shown = await browser.evaluate(
          `[...document.querySelectorAll('[data-outcome]')].map((card) => ({ outcome: card.dataset.outcome, text: card.querySelector('.printed pre').textContent }))`,
        );
        expect(shown).toEqual(expected({ trustedKeys: [key] }));
        expect(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        // The policy of the page refuses a request even to this machine.
        expect(await browser.evaluate(`fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.name)`)).toBe(
          'TypeError',
        );
        const requests = browser.reported.filter((line) => line.startsWith('Network.requestWillBeSent '));
        expect(requests.filter((line) => !line.includes('"url":"file:'))).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
