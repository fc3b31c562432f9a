/** A report as a PDF: what is attached is verified, and the pages must say the same. */
import { describe, expect, it } from 'vitest';
import { verifyBundle, type Verification } from '../src/verify.ts';
import { openBundle, signingKey, SIGNING_SEED, validBundle } from './bundle-builder.ts';
import { pagesOf, pdfOf, pdfOfBundle, type PdfTerms } from './pdf-builder.ts';

const trusted = { trustedKeys: [signingKey(SIGNING_SEED).publicKey] };
const bundle = validBundle();
const pages = pagesOf(bundle.report ?? {});

function pdfCheck(verification: Verification) {
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  const check = verification.checks.find(({ id }) => id === 'pdf_text');
  return { outcome: verification.outcome, verdict: check?.verdict, findings: check?.findings ?? [] };
}

/** The pages with each line that `from` matches replaced, or left out where `to` is null. */
function edited(from: string | RegExp, to: string | null): readonly (readonly string[])[] {
  const matches = (line: string): boolean => (typeof from === 'string' ? line === from : from.test(line));
  const found = pages.flat().filter(matches);
  if (found.length === 0) throw new Error(`no line ${String(from)}`);
  return pages.map((lines) => lines.flatMap((line) => (matches(line) ? (to ?? []) : line)));
}

describe('a PDF', () => {
  it('is authentic where the attached bundle is, and its pages say what the report says', () => {
    expect(pdfCheck(verifyBundle(pdfOfBundle(bundle), trusted))).toEqual({
      outcome: 'authentic',
      verdict: 'holds',
      findings: [],
    });
    expect(pdfCheck(verifyBundle(pdfOfBundle(openBundle()), trusted))).toMatchObject({ verdict: 'holds' });
  });

  it('of a report alone is not verifiable by itself, but its pages are compared', () => {
    const bytes = pdfOf({ attached: Buffer.from(JSON.stringify({ report: bundle.report })), pages });
    expect(pdfCheck(verifyBundle(bytes, trusted))).toMatchObject({ outcome: 'not verifiable', verdict: 'holds' });
  });

  it('does not hold where the attached bundle does not', () => {
    const entries = bundle.entries.slice(0, -1);
    expect(verifyBundle(pdfOfBundle({ ...bundle, entries }), trusted).outcome).toBe('does not hold');
  });

  it('leaves out the check of pages for a file of another kind', () => {
    const verification = verifyBundle(Buffer.from(JSON.stringify(bundle)), trusted);
    expect(JSON.stringify(verification)).not.toContain('pdf_text');
  });
});

describe('pages that say something else than the attached bundle', () => {
  const everyLine = pages.flat().filter((line) => /\d/.test(line) && !/^(?:Status ok 77|NAME 99|NAME 98)/.test(line));

  it('do not hold, whichever number or hash is changed', () => {
    const passed = everyLine.filter((line) => {
      const changed = line.replace(/[0-9a-f]$|\d(?=[^\d]*$)/, (digit) => (digit === '1' ? '2' : '1'));
      const { verdict } = pdfCheck(verifyBundle(pdfOfBundle(bundle, { pages: edited(line, changed) }), trusted));
      return changed === line || verdict === 'holds';
    });
    expect(everyLine.length).toBeGreaterThan(40);
    expect(passed).toEqual([]);
  });

  it('do not hold, whichever line is missing', () => {
    const passed = everyLine.filter(
      (line) => pdfCheck(verifyBundle(pdfOfBundle(bundle, { pages: edited(line, null) }), trusted)).verdict === 'holds',
    );
    expect(passed).toEqual([]);
  });

  it.each([
    ['a number beside a label', /^Sessions sealed/, 'Sessions sealed 1 Tokens issued 500', 'Tokens issued'],
    ['a number of another form', /^Withheld by policy/, 'Withheld by policy 3O', 'Withheld by policy'],
    ['a count of a kind', 'PHONE 1', 'PHONE 11', 'PHONE'],
    ['a seal', /^Sealed entries/, 'Sealed entries 14', 'Sealed entries'],
    ['a count that is not there', 'PHONE 1', null, 'PHONE'],
    ['a session', /^status ok turns/, 'status ok turns 9 redactions 3 entries 15', 'a session'],
    ['the foot of a page', /Page 2 of/, 'rep_01JD0000000000000000000001 Page 2 of 9', 'the foot of a page'],
    ['a row of figures', /^1 3 2 1$/, '1 4 2 1', 'the row of figures'],
  ])('name %s', (_what, from, to, label) => {
    const { outcome, verdict, findings } = pdfCheck(
      verifyBundle(pdfOfBundle(bundle, { pages: edited(from, to) }), trusted),
    );
    expect({ outcome, verdict }).toEqual({ outcome: 'does not hold', verdict: 'does not hold' });
    expect(findings).toMatchObject([{ code: 'wrong_text' }]);
    expect(findings[0]?.message).toBe(`${label} in the PDF is not what the attached file says`);
  });

  it('do not hold where a second line contradicts a true one', () => {
    const more = pages.map((lines, at) =>
      at === 1 ? [...lines.slice(0, -1), 'Tokens issued 9', ...lines.slice(-1)] : lines,
    );
    expect(pdfCheck(verifyBundle(pdfOfBundle(bundle, { pages: more }), trusted)).verdict).toBe('does not hold');
  });
});

/** The bytes with one text replaced by another of the same length. */
function patched(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.includes(from) || from.length !== to.length) throw new Error(`no ${from}`);
  return Buffer.from(text.replace(from, to), 'latin1');
}

describe('a PDF that Masker did not write', () => {
  const good = pdfOfBundle(bundle);
  const made = (terms: Partial<PdfTerms>) => pdfOfBundle(bundle, terms);

  it.each<readonly [string, Uint8Array]>([
    ['was changed after it was made', made({ trailer: '/Prev 15' })],
    ['is encrypted', made({ trailer: '/Encrypt 4 0 R' })],
    ['has a form', made({ catalogue: '/AcroForm 4 0 R' })],
    ['has layers', made({ catalogue: '/OCProperties 4 0 R' })],
    ['has no attached file', made({ names: '' })],
    ['has two attached files', made({ names: '(a) 4 0 R (b) 4 0 R' })],
    ['attaches a stream of another type', made({ stream: '/Type /Metadata' })],
    ['packs a stream in another way', made({ stream: '/DecodeParms << >>' })],
    ['has a note over a page', made({ page: '/Annots [<< /Subtype /FreeText >>]' })],
    ['has a link with a picture', made({ page: '/Annots [<< /Subtype /Link /AP 4 0 R >>]' })],
    ['draws a picture over a page', made({ drawn: '/Im1 Do' })],
    ['draws a picture within a page', made({ drawn: 'BI /W 1 ID x EI' })],
    ['hides text', made({ drawn: '3 Tr' })],
    ['draws text in another way', made({ drawn: 'BT /F1 9 Tf (1) Tj ET' })],
    ['draws a glyph without a character', made({ map: '1 beginbfrange <0000> <0000> [<0000>] endbfrange' })],
    ['uses a font that it does not have', made({ drawn: 'BT /F9 9 Tf ET' })],
    ['restores what it did not save', made({ drawn: 'Q' })],
    ['nests its pages', made({ kids: '2 0 R' })],
    ['lists a page twice', made({ kids: '10 0 R 10 0 R' })],
    ['has a key twice', made({ page: '/Type /Page' })],
    ['nests values too deep', made({ page: `/X ${'['.repeat(40)}${']'.repeat(40)}` })],
    ['spells a key in another way', made({ page: '/Annot#73 [<< /Subtype /FreeText /AP 4 0 R >>]' })],
    ['has further attached files in its tree', made({ names: '(x.bundle.json) 4 0 R ]\n/Kids [4 0 R' })],
    [
      'has the attached file in two forms',
      patched(good, '/Type /Filespec\n/EF <<\n/F 5 0 R\n>>', '/EF <<\n/F 5 0 R\n/UF 8 0 R\n>>      '),
    ],
    ['has an object of a later generation', patched(good, ' 00000 n \n', ' 00001 n \n')],
    ['has an object that its table does not list', made({ catalogue: '/X (\n2 0 obj << /Type /Pages >> endobj)' })],
    [
      'lists an object that is not there',
      patched(made({ catalogue: '/X (0 0 obj)' }), '0000000000 65535 f \n', '0000000015 00000 n \n'),
    ],
    ['has a second trailer', made({ catalogue: '/X (trailer << /Root 4 0 R >>)' })],
    ['has a second table, as a stream', made({ catalogue: '/X << /Type /XRef >>' })],
    ['is linearised', made({ catalogue: '/Linearized 1' })],
    ['has no end', good.subarray(0, -10)],
    ['has something behind its end', Buffer.concat([good, Buffer.from('more')])],
    ['names no table', patched(good, 'xref\n0 ', 'xrEf\n0 ')],
    ['has a malformed table', patched(good, ' 00000 n \n', ' 00000 x \n')],
    ['has an object elsewhere', patched(good, '3 0 obj', '9 0 obj')],
    ['has a length that does not fit', patched(good, '\nendstream', '\nendstreaM')],
    ['is its first line alone', Buffer.from('%PDF-1.7\n')],
  ])('and that %s is unreadable', (_what, bytes) => {
    const verification = verifyBundle(bytes, trusted);
    expect(verification).toMatchObject({ outcome: 'unreadable', problem: { code: 'not_pdf' } });
  });

  it('that lists a page twice is refused at its second place, before what is behind it is read', () => {
    const bytes = made({ kids: '10 0 R 10 0 R 999 0 R' });
    expect(verifyBundle(bytes, trusted)).toMatchObject({
      problem: { message: expect.stringContaining('a stream is missing, or is used twice') as string },
    });
  });

  it.each([
    ['white space', ' '.repeat(20_000_000)],
    ['comments', '%\n'.repeat(4_000_000)],
  ])('is read where it has more %s than one expression can step over', (_what, catalogue) => {
    expect(verifyBundle(made({ catalogue }), trusted).outcome).toBe('authentic');
  });

  it('is too large where it unpacks to more than the limit, wherever the data is', () => {
    const bomb = 'q Q '.repeat(500_000);
    for (const terms of [{ attached: Buffer.alloc(2_000_000, 32) }, { drawn: bomb }, { map: bomb }])
      expect(verifyBundle(made(terms), { limits: { bytes: 1_000_000 } })).toMatchObject({
        outcome: 'unreadable',
        problem: { code: 'too_large' },
      });
  });

  it('is unreadable where what is attached is no bundle and no report', () => {
    expect(verifyBundle(made({ attached: Buffer.from('{}') }))).toMatchObject({ problem: { code: 'not_masker' } });
    expect(verifyBundle(made({ attached: good }))).toMatchObject({ problem: { code: 'not_json' } });
  });
});
