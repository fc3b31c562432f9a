/** Generated values as recognisers of speech write them: letter names, labels, cut and spoken forms. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import { KnownValues } from '../../../src/detection/known.ts';

/** Whether each letter and digit of `value` is masked in the text, where it stands once. */
function expectMasked(text: string, value: string): void {
  const at = text.indexOf(value);
  const spans = detect(text, DEFAULT_RULES);
  const open = Array.from(value.matchAll(/[\p{L}\p{N}]/gu), ({ index }) => at + index).filter(
    (unit) => !spans.some(({ start, end }) => start <= unit && unit < end),
  );
  expect({ text, open: open.map((unit) => text.charAt(unit)).join('') }).toEqual({ text, open: '' });
}

const hold = <T>(values: fc.Arbitrary<T>, holds: (value: T) => void): void => {
  fc.assert(fc.property(values, holds), { seed: 20_261_129, numRuns: 40 });
};
const one = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const digit = fc.integer({ min: 0, max: 9 });
const phone = fc
  .tuple(one('480', '520', '713', '206'), fc.integer({ min: 100, max: 199 }))
  .map(([area, line]) => `${area}5550${line}`);
const LETTERS = { B: 'bee', G: 'gee', K: 'kay', M: 'em', P: 'pee', R: 'are', T: 'tee', V: 'vee', Z: 'zee' };
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

describe('values that are said and written by machines', () => {
  it('are masked where letters are said by their names', () => {
    const names = fc.array(one(...Object.values(LETTERS).filter((name) => name !== 'are')), {
      minLength: 2,
      maxLength: 4,
    });
    const said = fc.tuple(names, fc.array(digit, { minLength: 4, maxLength: 7 }));
    hold(fc.tuple(one('member id', 'my member id is', 'policy number is'), said), ([cue, [letters, digits]]) => {
      const value = [...letters, ...digits.map((each) => WORDS[each])].join(' ');
      expectMasked(`${cue} ${value}`, value);
    });
  });

  it('are masked where each digit has a label', () => {
    const label = one(
      'DTMF: {}',
      '*pressed {}*',
      'key {},',
      'button {},',
      '[keypad: {}]',
      'digit: {}',
      '<dtmf>{}</dtmf>',
    );
    hold(fc.tuple(phone, label), ([number, each]) => {
      const text = Array.from(number, (key) => each.replace('{}', key)).join(' ');
      const spans = detect(text, DEFAULT_RULES);
      const open = Array.from(text.matchAll(/\d/g), ({ index }) => index).filter(
        (unit) => !spans.some(({ start, end }) => start <= unit && unit < end),
      );
      expect({ text, open }).toEqual({ text, open: [] });
    });
  });

  it('are masked where digits are numbered and labelled', () => {
    hold(phone, (number) => {
      const text = Array.from(number, (key, at) => `${at + 1}. digit: ${key}`).join('\n');
      expectMasked(text, text.slice(text.indexOf(':') + 2));
    });
  });

  it('are masked in groups with a pause in brackets or a bar between them', () => {
    const pause = one(
      ' ... yeah ... ',
      ', uh huh, ',
      '... hang on... ',
      ', yep, ',
      ' [pause] ',
      ' [pause 0.5s] ',
      ' (pause) ',
      ' | ',
      ' / ',
      '; ',
      '. ',
      ' ... ',
    );
    hold(fc.tuple(phone, pause), ([number, between]) => {
      const group = (from: number, to?: number): string => Array.from(number.slice(from, to)).join(' ');
      const value = [group(0, 3), group(3, 6), group(6)].join(between);
      expectMasked(`my number is ${value}`, value);
    });
  });

  it('are masked where a pair of digits is said with double, as one word or two', () => {
    const said = fc.tuple(fc.array(digit, { minLength: 3, maxLength: 5 }), digit, one('double-', 'double ', 'triple-'));
    hold(fc.tuple(said, one(', ', ' ')), ([[digits, twice, word], joint]) => {
      const value = [...digits.map(String), `${word}${WORDS[twice] ?? ''}`, '7', '1', '9'].join(joint);
      expectMasked(`my member id is ${value}`, value);
    });
  });

  it('are masked with carets between them, and with the country code before a pause', () => {
    hold(fc.tuple(phone, one('^', '+1, {}', 'plus one, {}', '+1 - {}')), ([number, form]) => {
      const said = Array.from(number).join(form === '^' ? '^' : ' ');
      const value = form === '^' ? said : form.replace('{}', said);
      expectMasked(`my number is ${value}`, value);
    });
  });

  it('are masked where the letter W is said as "double you"', () => {
    hold(fc.tuple(one('double you', 'double u', 'double-u'), phone), ([w, number]) => {
      const value = `${w} x p ${Array.from(number.slice(4), (each) => WORDS[Number(each)]).join(' ')}`;
      expectMasked(`my member id is ${value}`, value);
    });
  });

  it('are masked where several of one digit are said by their count', () => {
    const count = one('two', 'three', 'four');
    const plural = one('zeros', 'zeroes', 'ohs', 'fives', 'sixes', 'nines');
    hold(fc.tuple(count, plural, phone), ([times, digits, number]) => {
      const rest = Array.from(number.slice(5), (each) => WORDS[Number(each)]).join(' ');
      const value = `${times} ${digits} then ${rest}`;
      expectMasked(`my member id is ${value}`, value);
    });
  });

  it('are masked where groups in words have marks between them', () => {
    const mark = one('; ', ' / ', ' | ', ', ', '. ');
    hold(mark, (between) => {
      const value = ['three thirty-one', 'seventy-two', 'sixty-six eighteen'].join(between);
      expectMasked(`my social is ${value}`, value);
    });
  });

  it('are masked where words that sound like digits begin the number or stand apart', () => {
    const rows = one(
      'for ate oh five five five oh won six sicks',
      'fore, ate, oh, five, five, five, oh, one, six, six',
      'to for to five five five oh won three nine',
    );
    hold(fc.tuple(one('my number is ', 'phone: ', ''), rows), ([cue, row]) => {
      expectMasked(`${cue}${row}`, row);
    });
  });

  it('are masked as addresses of the network, whatever parts their numbers', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const between = one(', ', ' . ', ' / ', ' dot ', ' point ', '; ');
    hold(fc.tuple(fc.tuple(octet, octet, octet, octet), between), ([octets, joint]) => {
      const value = octets.join(joint);
      expectMasked(`my ip is ${value}`, value);
    });
  });

  it('are masked as addresses of mail with pauses, and without a domain where they are called one', () => {
    const said = one(
      '{} at sign larkmail period com',
      '{}, at, larkmail, dot, com',
      '{} (a) larkmail . com',
      '{} at gmail',
      '{} at g mail',
    );
    hold(fc.tuple(one('okonjo', 'quispe dot i', 'tadesse underscore b'), said), ([mailbox, form]) => {
      const value = form.replace('{}', mailbox);
      expectMasked(`my email is ${value}`, value);
    });
  });

  it('are masked with the unit of an age over 89, and in vague words', () => {
    const ages = one(
      '91yo',
      '97-year-old',
      'ninety-one-year-old',
      '94 years old',
      'ninety-some years old',
      'ninety something',
      'a hundred and two years old',
    );
    hold(fc.tuple(one('she is ', 'my mother is '), ages), ([start, age]) => {
      expectMasked(start + age, age);
    });
  });

  it('stay where the same words count, give a menu or a dose', () => {
    const texts = one(
      'press 1, press 2, press 3, press 4',
      'how are you be well',
      'on days 1, 2, 3, 5, 7, 9',
      'for two to three days, for four to six weeks',
      'we met at home, two of us',
      'it takes ninety or so minutes',
      'option one; option two; option three',
      'pain went from 9 to 7 to 5 to 4',
      'up from five to six to eight to nine',
      'my sugars this week were 110, 123, 98, 140, 133, 127',
      'blood pressure readings of 142, 138, 151 and 127',
    );
    hold(texts, (text) => {
      expect({ text, spans: detect(text, DEFAULT_RULES).map(({ start, end }) => text.slice(start, end)) }).toEqual({
        text,
        spans: [],
      });
    });
  });
});

describe('parts of known values', () => {
  const found = (value: string, kind: 'DOB' | 'ADDRESS' | 'HEALTH_PLAN' | 'SSN', text: string): string[] => {
    const known = new KnownValues();
    known.set(value, kind);
    return known.find(text).map(({ start, end }) => text.slice(start, end));
  };

  it('are found as the numbers of a date that was named by its month', () => {
    expect(found('July 22, 1959', 'DOB', 'So seven twenty two')).toEqual(['seven twenty two']);
    expect(found('July 22, 1959', 'DOB', 'take 7 22 mg pills')).toEqual([]);
  });

  it('are found as letters and digits that are written as one', () => {
    expect(found('BL903371A', 'HEALTH_PLAN', 'Okay, BL9033')).toEqual(['BL9033']);
  });

  it('are found as a street that is cut inside a short word', () => {
    expect(found('118 West Palm Lane', 'ADDRESS', 'So one eighteen West Pa')).toEqual(['one eighteen West Pa']);
  });

  it('are found as two digits only behind words for an end', () => {
    expect(found('6618', 'SSN', 'It ends in 66')).toEqual(['66']);
    expect(found('6618', 'SSN', 'The copay is 66')).toEqual([]);
  });
});
