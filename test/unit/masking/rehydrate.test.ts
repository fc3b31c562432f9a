import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { IssuedTokens } from '../../../src/masking/issued-tokens.ts';
import { asPlainText, insideJson, RehydrationAccount, scan, type Encode } from '../../../src/masking/rehydrate.ts';
import { tokenShapeAt } from '../../../src/tokens/grammar.ts';
import {
  answer,
  cut,
  FOREIGN,
  FOREIGN_SEALED,
  issued,
  MALFORMED,
  NAME,
  NESTED,
  PHONE,
  PHONE_2,
  QUOTED,
  SEALED,
  SEALED_LONGER,
  VALUES,
} from './answers.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function restore(text: string, encode: Encode = asPlainText, account = new RehydrationAccount()): string {
  const { out, rest } = scan(text, issued, true, encode, account);
  expect(rest).toBe('');
  return out;
}

/** Feeds the pieces one after the other, as a stream does. */
function restoreStreamed(pieces: readonly string[], encode: Encode, account: RehydrationAccount): string[] {
  const outs: string[] = [];
  let held = '';
  for (const piece of pieces) {
    const { out, rest } = scan(held + piece, issued, false, encode, account);
    outs.push(out);
    held = rest;
  }
  outs.push(scan(held, issued, true, encode, account).out);
  return outs;
}

describe('a token of this session', () => {
  it('is replaced by its value wherever it stands', () => {
    expect(restore(`I am ${NAME}, call ${PHONE}.`)).toBe('I am Maria Müller, call 555-0100.');
    expect(restore(`${PHONE}${PHONE_2}${NAME}`)).toBe('555-0100555-0199Maria Müller');
    expect(restore(`x${SEALED}s, MSK${SEALED_LONGER}.`)).toBe('xJosés, MSKJosé María.');
    expect(restore(`MSKV1.${PHONE} MSKV1.PHONE.${PHONE}`)).toBe('MSKV1.555-0100 MSKV1.PHONE.555-0100');
  });

  it('is escaped where it stands inside JSON', () => {
    const json = restore(JSON.stringify({ to: `${QUOTED}!`, by: [NAME] }), insideJson);
    expect(JSON.parse(json)).toEqual({ to: `${VALUES.get(QUOTED) ?? ''}!`, by: ['Maria Müller'] });
  });

  it('is restored once: a value that looks like a token stays as it is', () => {
    expect(restore(NESTED)).toBe(`${PHONE} MSKV1.`);
    expect(restore(`${NESTED}PHONE.K.${'A'.repeat(26)}`)).toBe(`${PHONE} MSKV1.PHONE.K.${'A'.repeat(26)}`);
  });

  it('is accounted for once, however often it comes', () => {
    const account = new RehydrationAccount();
    restore(`${NAME} ${NAME} ${PHONE}`, asPlainText, account);
    expect(account.returned).toEqual(new Set([NAME, PHONE]));
    expect(account.unknown.size).toBe(0);
  });
});

describe('any other token', () => {
  it('becomes a literal, and is counted by its kind', () => {
    const account = new RehydrationAccount();
    const text = `${FOREIGN} ${FOREIGN_SEALED}, ${FOREIGN}; ${MALFORMED} MSKV1.MARIA.K.${'A'.repeat(26)}`;
    expect(restore(text, asPlainText, account)).toBe(
      '[REDACTED:SSN] [REDACTED:MRN], [REDACTED:SSN]; [REDACTED:PHONE] [REDACTED:UNKNOWN]',
    );
    expect(account.unknown).toEqual(new Map(Object.entries({ SSN: 2, MRN: 1, PHONE: 1, UNKNOWN: 1 })));
    expect(account.returned.size).toBe(0);
  });

  it('is refused though it differs from one of this session in a single character', () => {
    for (let at = 6; at < NAME.length; at++) {
      if (NAME[at] === '.') continue;
      const other = NAME.slice(0, at) + (NAME[at] === 'A' ? 'B' : 'A') + NAME.slice(at + 1);
      expect(restore(other)).toMatch(/^\[REDACTED:(NAME|UNKNOWN)\]$/);
    }
  });

  it('is refused when its value breaks off inside the text, and plain text when the text ends in it', () => {
    expect(restore(`${FOREIGN.slice(0, -3)}, please`)).toBe('[REDACTED:SSN], please');
    expect(restore(`call ${FOREIGN.slice(0, -3)}`)).toBe(`call ${FOREIGN.slice(0, -3)}`);
    for (let length = 1; length < NAME.length; length++) expect(restore(NAME.slice(0, length))).toBe(NAME.slice(0, length));
  });

  it('is refused at the end of the text when it is long enough to be one', () => {
    expect(restore(FOREIGN_SEALED)).toBe('[REDACTED:MRN]');
    expect(restore(FOREIGN)).toBe('[REDACTED:SSN]');
  });

  it('is refused in a session without tokens', () => {
    const none = new IssuedTokens(new Map());
    expect(scan(`${NAME}!`, none, false, asPlainText, new RehydrationAccount()).out).toBe('[REDACTED:NAME]!');
  });
});

describe('what is no token', () => {
  it('stays as it is', () => {
    for (const text of ['', 'Meet Mr MSK at MSKV1 Street.', 'MSKV1.PHO calls', 'MSK2.A.B.C', 'M', 'MSKV1..K.A', 'msk1.a.b.c']) {
      expect(restore(text)).toBe(text);
    }
  });
});

describe('in a stream', () => {
  const step = (text: string) => scan(text, issued, false, asPlainText, new RehydrationAccount());

  it('only what may become a token is held back', () => {
    expect(step('I am M')).toEqual({ out: 'I am ', rest: 'M' });
    expect(step('I am Ma')).toEqual({ out: 'I am Ma', rest: '' });
    expect(step('MSK is')).toEqual({ out: 'MSK is', rest: '' });
    expect(step(`x ${NAME.slice(0, 30)}`)).toEqual({ out: 'x ', rest: NAME.slice(0, 30) });
    expect(step('MSKV1.PHO ')).toEqual({ out: 'MSKV1.PHO ', rest: '' });
  });

  it('a token goes out with its last character, not with the one after it', () => {
    expect(step(`x ${NAME}`)).toEqual({ out: 'x Maria Müller', rest: '' });
    expect(step(FOREIGN)).toEqual({ out: '[REDACTED:SSN]', rest: '' });
    expect(step(SEALED_LONGER)).toEqual({ out: 'José María', rest: '' });
  });

  it('a token that another one begins with waits for what follows', () => {
    expect(step(SEALED)).toEqual({ out: '', rest: SEALED });
    expect(step(`${SEALED}.`)).toEqual({ out: 'José.', rest: '' });
    expect(step(FOREIGN_SEALED)).toEqual({ out: '', rest: FOREIGN_SEALED });
  });

  it('any cut gives what the whole text gives, account included', () => {
    const places = fc.array(fc.nat(400), { maxLength: 12 });
    fc.assert(
      fc.property(answer, places, fc.boolean(), (text, at, json) => {
        const encode = json ? insideJson : asPlainText;
        const [whole, streamed] = [new RehydrationAccount(), new RehydrationAccount()];
        const expected = restore(text, encode, whole);
        expect(restoreStreamed(cut(text, at), encode, streamed).join('')).toBe(expected);
        expect(streamed).toEqual(whole);
      }),
      { numRuns: 5000 },
    );
  });

  it('single characters give what the whole text gives', () => {
    fc.assert(
      fc.property(answer, (text) => {
        expect(restoreStreamed(text.split(''), asPlainText, new RehydrationAccount()).join('')).toBe(restore(text));
      }),
      { numRuns: 500 },
    );
  });

  it('nothing is held back that cannot become a token', () => {
    fc.assert(
      fc.property(answer, fc.nat(400), (text, at) => {
        const { rest } = step(text.slice(0, at));
        const live = rest === '' || issued.hasPrefix(rest) || tokenShapeAt(rest, 0).state === 'open';
        expect(live).toBe(true);
        expect(text.slice(0, at).endsWith(rest)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('no piece of a token ever goes out', () => {
    // Whole tokens among harmless words: then nothing that goes out may look like any part of a token.
    const harmless = fc.constantFrom('I am ', ' and ', '. ', 'M', 'Mo', ' é', '\n');
    const token = fc.constantFrom(NAME, PHONE, PHONE_2, SEALED, SEALED_LONGER, FOREIGN);
    const parts = fc.array(fc.tuple(harmless, token), { maxLength: 5 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(400), { maxLength: 12 }), (pairs, at) => {
        const text = pairs.flat().join('') + ' ';
        for (const out of restoreStreamed(cut(text, at), asPlainText, new RehydrationAccount())) {
          expect(out).not.toMatch(/MS|SK|V1|K_|K2|[A-Z2-7]{9}/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
