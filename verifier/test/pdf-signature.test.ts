/** The field of a signature in a PDF: left out where nothing can be shown in it, and refused in any other form. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, secondFile } from '../../tools/bundle-verifier.mjs';
import { verifyBundle } from '../src/verify.ts';
import { withRewrittenPdf } from '../src/with-rewritten-pdf.ts';
import { signingKey, SIGNING_SEED, validBundle } from './bundle-builder.ts';
import { pagesOf, pdfOfBundle } from './pdf-builder.ts';
import { rewritten } from './rewritten-pdf-builder.ts';
import { signedPdfOfBundle, type SignedTerms } from './signed-pdf-builder.ts';

const bundle = validBundle();
const original = pdfOfBundle(bundle);
const key = signingKey(SIGNING_SEED).publicKey;
const trusted = { trustedKeys: [key] };
const verified = (bytes: Uint8Array): ReturnType<typeof verifyBundle> =>
  withRewrittenPdf(bytes, verifyBundle(bytes, trusted), trusted);

describe('a PDF with the field of a signature', () => {
  it('is verified as one without it, also after it was saved again', () => {
    expect(verifyBundle(signedPdfOfBundle(bundle), trusted)).toMatchObject({ outcome: 'unreadable' });
    for (const bytes of [signedPdfOfBundle(bundle), rewritten(signedPdfOfBundle(bundle), { perStream: 6 })])
      expect(verified(bytes)).toEqual(verifyBundle(original, trusted));
    expect(verified(signedPdfOfBundle(bundle))).toMatchObject({ outcome: 'authentic' });
  });

  it('does not hold where its pages say something else', () => {
    expect(verified(signedPdfOfBundle(bundle, { pages: pagesOf({ ...bundle.report, id: 'another' }) })).outcome).toBe(
      'does not hold',
    );
  });

  it.each<readonly [string, SignedTerms]>([
    ['has an appearance', { field: '/AP << /N 91 0 R >>' }],
    ['has a look', { field: '/MK << /CA (1) >>' }],
    ['has an action', { field: '/AA << >>' }],
    ['has an area', { area: '0 0 100 20' }],
    ['is a text', { kind: '/FT /Tx' }],
    ['has a form with a picture of its own (XFA)', { form: '/XFA 91 0 R' }],
    ['has a form that is drawn by the reader', { form: '/NeedAppearances true' }],
    ['has another field beside it', { fields: '90 0 R 91 0 R' }],
    ['has no field', { fields: '' }],
    ['stands on a page with another annotation', { page: '/Annots [90 0 R << /Subtype /FreeText >>]' }],
    ['is not on its page by itself', { page: '/Annots [91 0 R 90 0 R]' }],
    ['has a layer beside it', { form: '/SigFlags 3 >> /OCProperties << ' }],
  ])('is unreadable if the field %s', (_, terms) => {
    expect(verified(signedPdfOfBundle(bundle, terms))).toMatchObject({
      outcome: 'unreadable',
      problem: { code: 'not_pdf' },
    });
  });
});

describe('the command line with a signed PDF', () => {
  const folder = mkdtempSync(join(tmpdir(), 'masker-signed-'));
  const program = join(folder, 'masker-verify.mjs');
  const file = join(folder, 'signed.pdf');
  const trust = ['--trusted-key', Buffer.from(key).toString('hex')];
  beforeAll(async () => {
    writeFileSync(program, await commandLine());
    writeFileSync(join(folder, 'masker-verify-more.mjs'), await secondFile());
    writeFileSync(file, signedPdfOfBundle(bundle));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('finds it authentic', () => {
    expect(execFileSync('node', [program, file, ...trust], { encoding: 'utf8' })).toContain('authentic');
  });

  it('cannot read it without its second file', () => {
    rmSync(join(folder, 'masker-verify-more.mjs'));
    expect(spawnSync('node', [program, file, ...trust]).status).toBe(2);
  });
});
