/** A token that markup cuts is restored, and no bracket of the text around it goes with it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESTORE_ALL, SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { TextLane, type TextForm } from '../../../../src/masking/rehydration/text-lane.ts';
import { cut, FOREIGN, NAME, PHONE, rehydrator, VALUES } from './answers.ts';

function whole(text: string, form: TextForm = 'plain', counts = new RehydrationCounts()): string {
  return rehydrator(counts, { ...RESTORE_ALL, urls: [] }).text(text, SPEECH, form);
}

function streamed(text: string, at: readonly number[], form: TextForm = 'plain'): string {
  const lane = new TextLane(rehydrator(undefined, { ...RESTORE_ALL, urls: [] }), form);
  const out = cut(text, at).map((piece) => (lane.passes(piece) ? piece : lane.push(piece, SPEECH, false)));
  return out.join('') + lane.push('', SPEECH, true);
}

const VALUE = PHONE.slice(PHONE.lastIndexOf('.') + 1);

const CUT: readonly (readonly [string, string, string])[] = [
  ['a link of Markdown', `[MSKV1.PHONE](http://MSKV1.PHONE).K_HEALTHCARE.${VALUE}`, '[555-0100](http://)'],
  ['a link without a target', `[MSKV1.PHONE]().K_HEALTHCARE.${VALUE}`, '[555-0100]()'],
  [
    'a link in lower case',
    `[mskv1.phone](https://mskv1.phone).k_healthcare.${VALUE.toLowerCase()}`,
    '[555-0100](https://)',
  ],
  ['parentheses', `(MSKV1.PHONE.K)_HEALTHCARE.${VALUE}`, '(555-0100)'],
  ['square brackets', `[MSKV1.PHONE].K_HEALTHCARE.${VALUE}`, '[555-0100]'],
  ['brackets that begin inside', `MSKV1.(PHONE.K_HEALTHCARE.${VALUE})`, '(555-0100)'],
  ['brackets that begin and end inside', `MSKV1.[PHONE].K_HEALTHCARE.${VALUE}`, '555-0100'],
  ['a tag', `<b>MSKV1.PHONE</b>.K_HEALTHCARE.${VALUE}`, '<b>555-0100</b>'],
  ['tags inside', `MSKV1.<i>PHONE</i>.K_<br>HEALTHCARE.${VALUE}`, '555-0100'],
  [
    'a link of HTML',
    `<a href="http://MSKV1.PHONE">MSKV1.PHONE</a>.K_HEALTHCARE.${VALUE}`,
    '<a href="http://MSKV1.PHONE">555-0100</a>',
  ],
  ['numeric references', `MSKV1&#46;PHONE&#x2e;K&#95;HEALTHCARE&#46;${VALUE}`, '555-0100'],
  ['named references', `MSKV1&period;PHONE&period;K&lowbar;HEALTHCARE&period;${VALUE}`, '555-0100'],
  ['percent encoding', `MSKV1%2EPHONE%2eK%5FHEALTHCARE%2E${VALUE}`, '555-0100'],
  ['percent encoding of a letter', `MSKV1.P%48ONE.K%5FHEALTHCARE.${VALUE}`, '555-0100'],
];

describe('a token that is cut by', () => {
  it.each(CUT)('%s is restored between the marks of the text', (_, text, expected) => {
    for (const [before, behind] of [
      ['Call ', ' now.'],
      ['', ''],
      ['(see ', ')'],
    ] as const) {
      const counts = new RehydrationCounts();
      expect(whole(`${before}${text}${behind}`, 'plain', counts)).toBe(`${before}${expected}${behind}`);
      expect([...counts.repaired]).toEqual([PHONE]);
    }
  });

  it.each(CUT)('%s is restored in a string of JSON, which stays JSON', (_, text, expected) => {
    const restored = JSON.parse(whole(JSON.stringify({ a: `Call ${text} now` }), 'json')) as { a: string };
    expect(restored.a).toBe(`Call ${expected} now`);
  });

  it('a link in a stream is restored however it is cut', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom(...CUT).map(([, written]) => written),
          fc.constantFrom(' AT&T ', '100% ', '](', '<', NAME),
        ),
        {
          maxLength: 4,
        },
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), (written, at, isJson) => {
        const all = isJson ? JSON.stringify([written]) : written;
        expect(streamed(all, at, isJson ? 'json' : 'plain')).toBe(whole(all, isJson ? 'json' : 'plain'));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('markup that is not of the token', () => {
  it('is no part of one: a link that leads elsewhere', () => {
    const text = `[MSKV1.PHONE](http://evil.example).K_HEALTHCARE.${VALUE}`;
    expect(whole(text)).not.toContain('555-0100');
    expect(whole(text)).toContain('(http://evil.example)');
  });

  it('keeps no token in a tag that goes with the token', () => {
    expect(whole(`MSKV1.<a href="${FOREIGN}">PHONE.K_HEALTHCARE.${VALUE}</a>`)).not.toContain(FOREIGN);
  });

  it('withholds a value inside an angled URL, and keeps its bracket', () => {
    expect(whole(`<http://MSKV1.PHONE>.K_HEALTHCARE.${VALUE}`)).toBe('<http://[REDACTED:PHONE]>');
  });

  it('leaves the signs that begin no encoded character', () => {
    for (const text of ['AT&T and 5% of M&Ms, m%', 'M&#8;S', 'MSKV1&nbsp', 'MSK%2', 'M & S <b>bold</b> [a](b)'])
      expect(whole(text)).toBe(text);
  });

  it('balances brackets around every token', () => {
    const marks = fc.array(fc.tuple(fc.nat(50), fc.constantFrom('(', ')', '[', ']', '{', '}')), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...VALUES.keys()), marks, (token, inserted) => {
        const characters = Array.from(token);
        for (const [at, mark] of inserted) characters.splice(6 + (at % (characters.length - 6)), 0, mark);
        const written = characters.join('');
        const out = whole(written);
        const value = VALUES.get(token) ?? '';
        if (!out.includes(value)) return;
        const outside = out.replace(value, '');
        for (const pair of ['()', '[]', '{}']) {
          const balance = (text: string): number =>
            Array.from(text).reduce((sum, c) => sum + (c === pair[0] ? 1 : c === pair[1] ? -1 : 0), 0);
          expect(balance(outside)).toBe(balance(written));
        }
      }),
      { numRuns: 500 },
    );
  });
});
