import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  abaRouting,
  dea,
  iban,
  luhn,
  mbi,
  nanp,
  npi,
  paymentCard,
  ssn,
  vin,
} from '../../../../src/detection/checksums.ts';
import { detect } from '../../../../src/detection/detection.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { RULES_ALONE } from '../marked.ts';
import { say } from '../spoken-forms.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
/** The body with the check digit that makes it valid. */
const checked = (body: string, check: (value: string) => boolean) =>
  Array.from({ length: 10 }, (_, digit) => body + String(digit)).find(check) ?? '';

const VALUES: Record<
  string,
  {
    readonly kind: EntityKind;
    readonly cue: string;
    readonly value: fc.Arbitrary<string>;
    readonly written?: (value: string) => string;
  }
> = {
  'social security number': {
    kind: 'SSN',
    cue: 'social security number',
    value: digits(9).filter(ssn),
    written: (v) => `${v.slice(0, 3)}-${v.slice(3, 5)}-${v.slice(5)}`,
  },
  'telephone number': {
    kind: 'PHONE',
    cue: 'phone number',
    value: digits(10).filter(nanp),
    written: (v) => `(${v.slice(0, 3)}) ${v.slice(3, 6)}-${v.slice(6)}`,
  },
  'fax number': {
    kind: 'FAX',
    cue: 'fax number',
    value: digits(10).filter(nanp),
    written: (v) => `${v.slice(0, 3)}.${v.slice(3, 6)}.${v.slice(6)}`,
  },
  'payment card': {
    kind: 'CREDIT_CARD',
    cue: 'credit card number',
    value: digits(14)
      .map((d) => checked(`4${d}`, luhn))
      .filter(paymentCard),
    written: (v) => v.replace(/(\d{4})(?=\d)/g, '$1 '),
  },
  'routing number': {
    kind: 'ACCOUNT',
    cue: 'routing number',
    value: digits(7)
      .map((d) => checked(`0${d}`, abaRouting))
      .filter(abaRouting),
  },
  NPI: { kind: 'LICENSE', cue: 'npi', value: digits(8).map((d) => checked(`1${d}`, npi)) },
  DEA: { kind: 'LICENSE', cue: 'dea number', value: digits(6).map((d) => checked(`BF${d}`, dea)) },
  'Medicare number': {
    kind: 'HEALTH_PLAN',
    cue: 'medicare number',
    value: fc.stringMatching(/^[1-9][A-HJ-KM-N][0-9]\d[A-HJ-K][0-9]\d[C-HJ-K]{2}\d{2}$/).filter(mbi),
    written: (v) => `${v.slice(0, 4)}-${v.slice(4, 7)}-${v.slice(7)}`,
  },
  'vehicle number': {
    kind: 'VEHICLE',
    cue: 'vin',
    value: fc
      .stringMatching(/^1HGCM[0-9]{3}[A-HJ-N][A][0-9]{7}$/)
      .map(
        (v) =>
          '0123456789X'
            .split('')
            .map((check) => v.slice(0, 8) + check + v.slice(9))
            .find(vin) ?? '',
      )
      .filter(vin),
  },
  IBAN: {
    kind: 'ACCOUNT',
    cue: 'iban',
    value: digits(18).map(
      (d) => Array.from({ length: 97 }, (_, n) => `DE${String(n + 2).padStart(2, '0')}${d}`).find(iban) ?? '',
    ),
    written: (v) => v.replace(/(.{4})(?=.)/g, '$1 '),
  },
  'record number': {
    kind: 'MRN',
    cue: 'medical record number',
    value: digits(8).filter((v) => !/^(?:19|20)\d\d(?:19|20)\d\d$/.test(v)),
  },
  'member number': { kind: 'HEALTH_PLAN', cue: 'member id', value: fc.stringMatching(/^[KWZ][B-H][0-9]{8}$/) },
  'claim number': { kind: 'OTHER_ID', cue: 'claim number', value: digits(9).filter((v) => !ssn(v)) },
};

const manner = fc.record({
  oh: fc.boolean(),
  doubles: fc.boolean(),
  explained: fc.boolean(),
  filler: fc.constantFrom('', 'uh', 'um', 'and then', 'let me see'),
});
const cased = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
);

/** Whether one span of the kind covers the value from its first to its last character. */
function covers(text: string, value: string, kind: EntityKind): boolean {
  const start = text.indexOf(value);
  return detect(text, RULES_ALONE).some(
    (span) => span.kind === kind && span.start <= start && span.end >= start + value.length,
  );
}

describe.each(Object.entries(VALUES))('a %s', (_, { kind, cue, value, written = (v: string) => v }) => {
  it('is found written, after its cue', () => {
    fc.assert(
      fc.property(value, (v) => {
        expect(covers(`My ${cue} is ${written(v)}, thanks.`, written(v), kind)).toBe(true);
        expect(covers(`${cue}: ${v}`, v, kind)).toBe(true);
      }),
    );
  });

  it('is found as a speech engine writes it: lower case, digit by digit or in one piece', () => {
    fc.assert(
      fc.property(value, (v) => {
        const apart = v.toLowerCase().split('').join(' ');
        expect(covers(`my ${cue} is ${apart} thanks`, apart, kind)).toBe(true);
        expect(covers(`my ${cue} is ${v.toLowerCase()} thanks`, v.toLowerCase(), kind)).toBe(true);
      }),
    );
  });

  it('is found said aloud, with doubles, fillers and letters that are explained', () => {
    fc.assert(
      fc.property(value, manner, cased, (v, how, shout) => {
        const said = shout(say(v, how));
        expect(covers(`my ${cue} is ${said}`, said, kind)).toBe(true);
      }),
    );
  });
});

describe('corrected values', () => {
  it('are one stretch, what was taken back and what counts', () => {
    const plain = { oh: true, doubles: false, explained: false, filler: '' };
    fc.assert(
      fc.property(
        digits(10).filter(nanp),
        fc.constantFrom('no wait', 'sorry i mean', 'scratch that', 'no'),
        fc.integer({ min: 3, max: 8 }),
        (v, regret, at) => {
          const said = `${say(v.slice(0, at), plain)} ${regret} ${say(v, plain)}`;
          expect(covers(`my phone number is ${said}`, said, 'PHONE')).toBe(true);
        },
      ),
    );
  });
});
