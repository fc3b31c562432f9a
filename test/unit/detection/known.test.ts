import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { KnownValues } from '../../../src/detection/known.ts';
import { mark, readMarked } from './marked.ts';

type Entries = readonly (readonly [EntityKind, string])[];

function knowing(entries: Entries): KnownValues {
  const known = new KnownValues();
  for (const [kind, value] of entries) known.set(value, kind);
  return known;
}

/** Each line with its marks is what must be found in it. */
function expectFound(entries: Entries, lines: readonly string[]): void {
  const known = knowing(entries);
  for (const line of lines) {
    const { text } = readMarked(line);
    expect(mark(text, known.find(text))).toBe(line);
  }
}

describe('a known value is found again', () => {
  it('as a whole word, in any case', () => {
    expectFound([['NAME', 'martha']], ['[NAME:Martha] said that [NAME:MARTHA], not Marthas, is [NAME:martha].']);
  });

  it('in its longest form', () => {
    expectFound(
      [
        ['NAME', 'john'],
        ['NAME', 'john smith'],
        ['NAME', 'smith'],
      ],
      ['ask [NAME:john smith] or [NAME:john]', '[NAME:smith] and [NAME:smith]'],
    );
  });

  it('inside the beginning of a longer value that is not there', () => {
    expectFound(
      [
        ['NAME', 'ann lee smith'],
        ['NAME', 'lee'],
      ],
      ['[NAME:ann lee] jones'],
    );
  });

  it('with other quotes, digits and accents', () => {
    expectFound(
      [
        ['NAME', "o'brien"],
        ['MRN', '4155'],
        ['NAME', 'José Ibáñez'],
      ],
      ['[NAME:O’Brien], [MRN:４１５５]', 'is this [NAME:jose ibanez]?', '[NAME:IBÁÑEZ]'],
    );
  });

  it('before an s with an apostrophe, and not in another word', () => {
    expectFound(
      [['NAME', 'Kowalczyk']],
      ["[NAME:Kowalczyk]'s chart", 'kowalczyks', 'xkowalczyk', '[NAME:kowalczyk]-jones'],
    );
  });

  it('only if it was known late enough', () => {
    const known = knowing([
      ['NAME', 'Zorblax'],
      ['NAME', 'Quimby'],
    ]);
    expect(known.find('Zorblax Quimby', 1).map(({ start }) => start)).toEqual([8]);
    expect(known.find('Zorblax Quimby', 2)).toEqual([]);
  });
});

describe('names', () => {
  const NAMES: Entries = [['NAME', 'Aurelia Kowalczyk']];

  it('are found by first and last name', () => {
    expectFound(NAMES, [
      'thank you [NAME:aurelia]',
      'Ms. [NAME:Kowalczyk], please hold',
      'is [NAME:kowalczyk] your maiden name',
    ]);
  });

  it('are found spelled out', () => {
    expectFound(NAMES, [
      '[NAME:K O W A L C Z Y K]',
      'so [NAME:k-o-w-a-l-c-z-y-k] right',
      "that's [NAME:k as in kilo o w a l c z y k]",
      'a u r',
    ]);
  });

  it('are found written when they were spelled', () => {
    expectFound([['NAME', 'k o w a l c z y k']], ['thank you mister [NAME:kowalczyk]', '[NAME:K O W A L C Z Y K]']);
  });

  it('are found with particles and without', () => {
    expectFound([['NAME', 'Maria de la Cruz']], ['[NAME:de la Cruz], right?', 'Ms. [NAME:Cruz]', 'la la la']);
  });

  it('that are words are found only where they are used as names', () => {
    expectFound(
      [
        ['NAME', 'Will Young'],
        ['NAME', 'mark'],
        ['NAME', 'May'],
      ],
      [
        'i will mark it for may',
        'he is young',
        'hi [NAME:will], i will wait',
        'thank you, [NAME:Mark].',
        'Will you hold? May I?',
        "it is [NAME:Will]'s card",
        '[NAME:will young] called',
        'mr [NAME:young]',
        '[NAME:w i l l]',
      ],
    );
  });

  it('do not come out of other words said in a row', () => {
    expectFound(
      [
        ['NAME', 'William'],
        ['NAME', 'Anna'],
      ],
      ['will i am', 'an na', '[NAME:w i l l i a m]'],
    );
  });
});

describe('numbers', () => {
  const PHONE: Entries = [['PHONE', '(415) 555-0132']];

  it('are found in any writing, and said', () => {
    expectFound(PHONE, [
      'it is [PHONE:4155550132]',
      '[PHONE:415-555-0132] or [PHONE:415.555.0132]',
      '+1 [PHONE:415 555 0132]',
      '[PHONE:four one five five five five oh one three two]',
      '[PHONE:four fifteen triple five oh one thirty two]',
      '[PHONE:four one five, uh, double five five, oh one three two] is that right',
    ]);
  });

  it('are found written when they were said', () => {
    expectFound(
      [['PHONE', 'four one five triple five oh one three two']],
      ['I have [PHONE:(415) 555-0132].', 'just [PHONE:555-0132]'],
    );
  });

  it('are found without their area, and by their last four', () => {
    expectFound(PHONE, ['[PHONE:555-0132]', 'ending in [PHONE:0132]', 'the one with [PHONE:zero one three two]']);
    expectFound(
      [['SSN', '219-09-9872']],
      [
        'your last four are [SSN:nine eight seven two]',
        'room 98721',
        '9872.5',
        '$9872',
        '9872 dollars',
        '9 9872 dollars',
      ],
    );
  });

  it('are found by last four that may be a year only where a number is meant', () => {
    expectFound([['SSN', '219091984']], ['since 1984', 'ending in [SSN:1984]', 'back in nineteen eighty four']);
  });

  it('with letters are found', () => {
    expectFound(
      [['HEALTH_PLAN', 'W441982']],
      [
        '[HEALTH_PLAN:w as in whiskey four four one nine eight two]',
        '[HEALTH_PLAN:whiskey four four one nine eight two]',
        '[HEALTH_PLAN:W-441-982]',
      ],
    );
  });

  it('and codes are found in any groups, with whatever stands between', () => {
    expectFound(
      [['VEHICLE', '1HGBH41JXMN109186']],
      [
        '[VEHICLE:1-H-G-B-H-4-1-J-X-M-N-1-0-9-1-8-6]',
        'so [VEHICLE:1---H---G---B---H---4---1---J---X---M---N---1---0---9---1---8---6]?',
        '[VEHICLE:1HG BH4 1JX MN1 09186], then',
        '[VEHICLE:1H_GB_H4_1J_XM_N1_09_18_6]',
      ],
    );
    expectFound([['DEVICE', 'will1234']], ['[DEVICE:w i l l 1 2 3 4]', 'will 123', 'w i l l']);
  });

  it('and codes are found with a zero where they have the letter, and the other way round', () => {
    expectFound(
      [['MRN', 'BO30L777']],
      [
        '[MRN:B O 3 0 L 7 7 7]',
        '[MRN:b oh three zero l seven seven seven]',
        '[MRN:BO30L777]',
        '[MRN:B030L777]',
        'B130L777',
      ],
    );
    expectFound([['MRN', 'b oh three zero l seven seven seven']], ['[MRN:BO30L777]', '[MRN:BO3OL777]']);
    expectFound(
      [
        ['OTHER_ID', 'FOXHOLLOW'],
        ['MRN', 'FOXH1234'],
      ],
      ['[MRN:fox-h1234]', '[MRN:F0XH1234]', 'the [OTHER_ID:foxhollow] one'],
    );
  });

  it('and codes keep what would be a filler by itself', () => {
    expectFound([['DEVICE', 'UVW564HM']], ['[DEVICE:uvw564hm]']);
    expectFound([['DEVICE', 'LX5440AT']], ['[DEVICE:lx5440at]']);
  });

  it('of fewer than four digits are not looked for', () => {
    expectFound(
      [
        ['MRN', '415'],
        ['PHONE', 'five five five'],
        ['CREDIT_CARD', '123'],
      ],
      ['415 of them, five five five, 123'],
    );
  });

  it('of four to six digits are found as numbers of their own', () => {
    expectFound(
      [['OTHER_ID', '7142']],
      ['pin [OTHER_ID:seven one four two]', 'seven one four two three', '$7,142', '7142 mg', '[OTHER_ID:7142]'],
    );
  });
});

describe('other values', () => {
  it('days of any spelling keep the kind that they were learned as', () => {
    expectFound(
      [['DOB', 'march fourteenth nineteen eighty two']],
      [
        '[DOB:03/14/1982]',
        '[DOB:March 14, 1982]',
        '[DOB:1982-03-14]',
        '[DOB:the 14th of March 1982]',
        'march 2 1982',
        '1982',
        'fourteenth',
      ],
    );
    expectFound([['DOB', '3/14/82']], ['[DOB:march fourteenth nineteen eighty two]', '[DOB:March 14 1982]']);
  });

  it('ages and years are not looked for', () => {
    expectFound(
      [
        ['AGE', 'ninety four'],
        ['DOB', '1931'],
      ],
      ['ninety four', 'in 1931', '94'],
    );
  });

  it('mail addresses are found said, and by their mailbox', () => {
    expectFound(
      [['EMAIL', 'j.smith77@example.com']],
      [
        '[EMAIL:j dot smith seven seven at example dot com]',
        "so that's [EMAIL:jsmith77] at",
        '[EMAIL:j smith seven seven]',
      ],
    );
    expectFound([['EMAIL', 'info@example.com']], ['the info is here']);
  });

  it('addresses are found by their parts, but not by their state', () => {
    expectFound(
      [['ADDRESS', '88 Old Mill Road, Concord, New Hampshire 03301']],
      ['[ADDRESS:88 old mill road]', 'in [ADDRESS:concord]', 'in New Hampshire', 'zip [ADDRESS:oh three three oh one]'],
    );
  });
});

describe('of many values', () => {
  it('each is found, and each with its own kind', () => {
    const known = knowing(Array.from({ length: 1000 }, (_, n) => ['MRN', `77${String(n).padStart(5, '0')}`] as const));
    expect(known.size).toBe(1000);
    for (const value of ['7700000', '7700512', '7700999'])
      expect(mark(`mrn ${value}`, known.find(`mrn ${value}`))).toBe(`mrn [MRN:${value}]`);
    expect(known.find('7701000')).toEqual([]);
  });

  it('the first kind of one value stays', () => {
    expectFound(
      [
        ['MRN', '7734219'],
        ['ACCOUNT', '7734219'],
      ],
      ['[MRN:7734219]'],
    );
  });

  it('one that was a part becomes a value of its own', () => {
    expectFound(
      [
        ['NAME', 'Ada Grace'],
        ['NAME', 'Grace Quimby'],
      ],
      ['grace period', '[NAME:quimby]'],
    );
  });
});

it('reports pass known, with confidence 1', () => {
  expect(knowing([['NAME', 'Ann']]).find('ann')).toEqual([
    { start: 0, end: 3, kind: 'NAME', pass: 'known', confidence: 1, validated: false, recogniser: 'known' },
  ]);
});

it('finds what a search word by word finds', () => {
  const word = fc.string({ unit: fc.constantFrom('x', 'y', 'X'), minLength: 3, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 6 }),
      fc.array(fc.string({ unit: fc.constantFrom('x', 'y', 'Y'), minLength: 2, maxLength: 5 }), { maxLength: 20 }),
      (values, words) => {
        const text = words.join(' ');
        const lower = new Set(values.map((value) => value.toLowerCase()));
        const expected = words.filter((spoken) => lower.has(spoken.toLowerCase())).length;
        // Adjacent names would become one span, so these are numbers of records.
        expect(knowing(values.map((value) => ['MRN', value] as const)).find(text)).toHaveLength(expected);
      },
    ),
  );
});

it('finds every value in itself, whatever it is made of, if it is no short number and no word', () => {
  const value = fc.stringMatching(
    /^[A-Z][a-z]{2,6}x(?: [A-Z][a-z]{3,8}x){0,2}$|^[0-9]{4,12}$|^[0-9]{3}-[0-9]{3}-[0-9]{4}$/,
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
      const known = knowing(values.map((each) => [/\d/.test(each) ? 'MRN' : 'NAME', each] as const));
      for (const each of values) expect(known.find(each)).toMatchObject([{ start: 0, end: each.length }]);
    }),
  );
});

describe('a city that is a word', () => {
  it('is found again as a place and not as the word', () => {
    const known = new KnownValues();
    known.set('Hope', 'ADDRESS');
    const found = (text: string): string[] => known.find(text).map(({ start, end }) => text.slice(start, end));
    expect(found('I hope so')).toEqual([]);
    expect(found('She lives in Hope now')).toEqual(['Hope']);
  });
});
