/** PDFs that another program has saved again: the attached file is verified and the pages compared, or one sentence says why not. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, secondFile } from '../../tools/bundle-verifier.mjs';
import { asText } from '../src/printout.ts';
import { plainPdf, withRewrittenPdf } from '../src/with-rewritten-pdf.ts';
import { verifyBundle, type Verification, type VerifyOptions } from '../src/verify.ts';
import { bytesOf, signingKey, SIGNING_SEED, validBundle } from './bundle-builder.ts';
import { pagesOf, pdfOfBundle } from './pdf-builder.ts';
import { rewritten, type RewrittenTerms } from './rewritten-pdf-builder.ts';

const bundle = validBundle();
const original = pdfOfBundle(bundle);
const key = signingKey(SIGNING_SEED).publicKey;
const trusted = { trustedKeys: [key] };
const verified = (bytes: Uint8Array, options: VerifyOptions = trusted): Verification =>
  withRewrittenPdf(bytes, verifyBundle(bytes, options), options);
const problemOf = (bytes: Uint8Array): unknown => {
  const verification = verified(bytes);
  return verification.outcome === 'unreadable' ? verification.problem.message : verification.outcome;
};

describe('a PDF that was saved again', () => {
  const FORMS: readonly (readonly [string, RewrittenTerms])[] = [
    ['with a classic table and CRLF', { lineEnd: '\r\n' }],
    ['with lengths that are objects', { indirectLengths: true }],
    ['with object streams', { perStream: 5 }],
    ['with one object stream and a predictor', { perStream: 1000, predicted: true }],
    ['with object streams and lengths that are objects', { perStream: 1, indirectLengths: true, predicted: true }],
  ];

  it.each(FORMS)('%s is verified as the original is', (_form, terms) => {
    const bytes = rewritten(original, terms);
    expect(verifyBundle(bytes, trusted)).toMatchObject({ outcome: 'unreadable' });
    expect(verified(bytes)).toEqual(verifyBundle(original, trusted));
    expect(verified(bytes)).toMatchObject({ outcome: 'authentic' });
  });

  it('does not hold where its pages or its attached file say something else', () => {
    const pages = pdfOfBundle(bundle, { pages: pagesOf({ ...bundle.report, id: 'another' }) });
    expect(verified(rewritten(pages, { perStream: 9 })).outcome).toBe('does not hold');
    const cut = pdfOfBundle({ ...bundle, entries: bundle.entries.slice(0, -1) });
    expect(verified(rewritten(cut, { perStream: 9 })).outcome).toBe('does not hold');
  });

  it('leaves every other file and verification as it is', () => {
    expect(verified(original)).toEqual(verifyBundle(original, trusted));
    const json = bytesOf(bundle);
    expect(plainPdf(json)).toBe(json);
    for (const bytes of [json, Buffer.from('{'), new Uint8Array()])
      expect(verified(bytes)).toEqual(verifyBundle(bytes, trusted));
  });
});

describe('a PDF that cannot be read', () => {
  const unreadable = 'the PDF is not as Masker writes it: ';
  const form = (terms: RewrittenTerms): Buffer => rewritten(original, { perStream: 5, ...terms });
  const swapped: RewrittenTerms['places'] = (places) => {
    const one = places.get(1) ?? ([0, 0, 0] as const);
    places.set(1, places.get(2) ?? one);
    places.set(2, one);
  };

  it.each<readonly [string, Uint8Array, string]>([
    [
      'was changed later',
      form({ table: '/Prev 15' }),
      'it has two tables of objects: it was changed after it was made, or is linearised',
    ],
    [
      'has a classic table beside the stream',
      rewritten(original, { table: '/XRefStm 15' }),
      'it has two tables of objects: it was changed after it was made, or is linearised',
    ],
    ['is encrypted', form({ table: '/Encrypt 4 0 R' }), 'it is encrypted'],
    ['has an object elsewhere in its stream', form({ places: swapped }), 'an object is not where the table says'],
    [
      'names a stream that is not there',
      form({ places: (places) => places.set(1, [2, 900, 0]) }),
      'a stream of objects is missing',
    ],
    [
      'names a stream in a stream',
      form({ places: (places) => places.set(1, [2, 2, 0]) }),
      'a stream of objects is missing',
    ],
    [
      'has objects of another kind',
      form({ places: (places) => places.set(1, [3, 0, 0]) }),
      'its table of objects is malformed',
    ],
    [
      'has an object of a later generation',
      form({ places: (places) => places.set(5, [1, 9, 1]) }),
      'an object was changed',
    ],
    [
      'has overlapping objects',
      form({ objects: (pairs, texts) => [pairs.replace(/(\d+) (\d+) (\d+) (\d+) $/, '$1 $4 $3 $2 '), texts] }),
      'a stream of objects is malformed',
    ],
    [
      'has numbers that are none',
      form({ objects: (pairs, texts) => [pairs.replace(/\d/, 'x'), texts] }),
      'a number is missing',
    ],
    [
      'has a form',
      rewritten(pdfOfBundle(bundle, { catalogue: '/AcroForm 4 0 R' }), { perStream: 5 }),
      'it has forms or layers',
    ],
    [
      'has an object of a later generation in a classic table',
      Buffer.from(rewritten(original).toString('latin1').replace(' 00000 n', ' 00001 n'), 'latin1'),
      'its table of objects is malformed',
    ],
    [
      'has an object that its table does not list',
      rewritten(pdfOfBundle(bundle, { catalogue: '/X (2 0 obj << >> endobj)' })),
      'it has more than its table says',
    ],
    [
      'has a second table',
      rewritten(pdfOfBundle(bundle, { catalogue: '/X << /Type /XRef >>' })),
      'it has more than its table says',
    ],
    [
      'is linearised',
      rewritten(pdfOfBundle(bundle, { catalogue: '/Linearized 1' })),
      'it has more than its table says',
    ],
    [
      'spells a key in another way',
      rewritten(pdfOfBundle(bundle, { page: '/Annot#73 [4 0 R]' }), { perStream: 5 }),
      'a dictionary is malformed',
    ],
    [
      'lists an object twice',
      form({ table: '/Index [0 26 1 1]', data: (rows) => Buffer.concat([rows, rows.subarray(7, 14)]) }),
      'its table lists an object twice',
    ],
    ['has a table that is cut off', form({ data: (rows) => rows.subarray(0, -7) }), 'its table of objects is cut off'],
    [
      'has a table with more rows than it says',
      form({ data: (rows) => Buffer.concat([rows, rows.subarray(0, 7)]) }),
      'its table of objects is malformed',
    ],
    ['packs its table in another way', form({ filter: '/LZWDecode' }), 'its objects are packed in another way'],
    ['has no end', form({}).subarray(0, -10), 'its end is missing'],
    ['says nothing of objects', Buffer.from('%PDF-1.7\nstartxref\n0\n%%EOF\n'), 'it has no table of objects'],
  ])('because it %s is named with the reason', (_what, bytes, reason) => {
    expect(problemOf(bytes)).toBe(unreadable + reason);
  });

  it.each<readonly [string, RewrittenTerms]>([
    ['its table has more sections', { table: `/Index [${'0 0 '.repeat(10_001)}]` }],
    ['its table has more objects', { table: '/Index [200000 1]' }],
    ['a stream has more objects', { count: 20_001 }],
  ])('is too large where %s than the limit', (_what, terms) => {
    expect(verified(form(terms))).toMatchObject({ problem: { code: 'too_large' } });
  });

  it('is too large where objects overlap or unpack to more than the limit', () => {
    const limits = { bytes: 1_000_000 };
    const bomb = rewritten(pdfOfBundle(bundle, { catalogue: `/X (${'a'.repeat(1_200_000)})` }), { perStream: 50 });
    expect(bomb.length).toBeLessThan(200_000);
    expect(verified(bomb, { limits })).toMatchObject({ problem: { code: 'too_large' } });
    // Each object is a text in which all later objects lie.
    const heads = Array.from({ length: 20_000 }, (_, at) => `${at + 1} 0 obj (`);
    let length = 9;
    const rows = heads.map((head) => {
      const row = `${String(length).padStart(10, '0')} 00000 n \n`;
      length += head.length;
      return row;
    });
    const body = `%PDF-1.7\n${heads.join('')}${') endobj '.repeat(20_000)}\n`;
    const table = `xref\n1 20000\n${rows.join('')}trailer\n<< /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
    expect(verified(Buffer.from(body + table), { limits })).toMatchObject({ problem: { code: 'too_large' } });
  });
});

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'masker-rewritten-'));
  const alone = mkdtempSync(join(tmpdir(), 'masker-rewritten-alone-'));
  const file = join(folder, 'again.pdf');
  const bytes = rewritten(original, { perStream: 5, predicted: true });
  const linear = join(folder, 'changed.pdf');
  beforeAll(async () => {
    writeFileSync(join(folder, 'masker-verify.mjs'), await commandLine());
    writeFileSync(join(folder, 'masker-verify-more.mjs'), await secondFile());
    writeFileSync(join(alone, 'masker-verify.mjs'), await commandLine());
    writeFileSync(file, bytes);
    writeFileSync(linear, rewritten(original, { table: '/Prev 15' }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(alone, { recursive: true });
  });
  const run = (at: string, ...args: readonly string[]): readonly [number | null, string] => {
    const all = [join(at, 'masker-verify.mjs'), ...args, '--trusted-key', key.toString('hex')];
    const { status, stdout } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    return [status, stdout];
  };

  it('says what the library says, with its second file', () => {
    expect(run(folder, file)).toEqual([0, asText(file, verified(bytes))]);
    expect(run(folder, linear)).toEqual([2, asText(linear, verified(readFileSync(linear)))]);
  });

  it('finds it unreadable without its second file', () => {
    expect(run(alone, file)).toEqual([2, asText(file, verifyBundle(bytes, trusted))]);
  });

  // No script installs qpdf, so that a machine without it has no test that is skipped.
  const hasQpdf = spawnSync('qpdf', ['--version']).status === 0;
  const options = ['--object-streams=generate', '--object-streams=disable', '--qdf', '--stream-data=uncompress'];
  it.each(hasQpdf ? options : [])('reads what qpdf saves with %s', (option) => {
    const [from, to] = [join(folder, 'original.pdf'), join(folder, 'qpdf.pdf')];
    writeFileSync(from, original);
    execFileSync('qpdf', [option, from, to]);
    const [status, text] = run(folder, to);
    expect([status, text]).toEqual([0, expect.stringContaining('=> authentic') as string]);
  });
});
