/** What a model may do to a token, and what it may not: nothing is guessed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import type { TextForm } from '../../../../src/masking/rehydration/text-lane.ts';
import { formatToken } from '../../../../src/tokens/grammar.ts';
import {
  FOREIGN,
  indexOf,
  NAME,
  PHONE,
  PHONE_2,
  QUOTED,
  refusals,
  rehydrator,
  SEALED_LONGER,
  VALUES,
} from './answers.ts';

function restore(text: string, form: TextForm = 'plain', counts = new RehydrationCounts()): string {
  return rehydrator(counts).text(text, SPEECH, form);
}

/** NAME is `MSKV1.NAME.K_HEALTHCARE.` and this. */
const VALUE = NAME.slice(NAME.lastIndexOf('.') + 1);
const spelled = (text: string): string => text.split('').join(' ');
const wide = (text: string): string => text.replace(/[A-Z0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));

describe('a token of this session is repaired', () => {
  it.each([
    ['lower case', NAME.toLowerCase(), 'Maria Müller'],
    ['mixed case', `Mskv1.Name.K_Healthcare.${VALUE.toLowerCase()}`, 'Maria Müller'],
    ['underscores for dots, as in the name of a function', NAME.replaceAll('.', '_'), 'Maria Müller'],
    ['such a name with a word before it', `get${NAME.replaceAll('.', '_')}`, 'getMaria Müller'],
    ['such a name in lower case', `get_${NAME.replaceAll('.', '_').toLowerCase()}`, 'get_Maria Müller'],
    ['hyphens', NAME.replaceAll(/[._]/g, '-'), 'Maria Müller'],
    ['spaces for dots', NAME.replaceAll('.', ' '), 'Maria Müller'],
    ['spaces for all separators', NAME.replaceAll(/[._]/g, ' '), 'Maria Müller'],
    ['spaces beside the dots', NAME.replaceAll('.', '. '), 'Maria Müller'],
    ['no separators at all', NAME.replaceAll(/[._]/g, ''), 'Maria Müller'],
    ['a separator lost', NAME.replace('.NAME', 'NAME'), 'Maria Müller'],
    ['line breaks', `${NAME.slice(0, 24)}\n${NAME.slice(24, 40)}\r\n${NAME.slice(40)}`, 'Maria Müller'],
    ['bold', `**${NAME.toLowerCase()}**`, '**Maria Müller**'],
    ['code', `\`${NAME.toLowerCase()}\``, '`Maria Müller`'],
    ['Markdown inside', NAME.replaceAll('.', '**.**'), 'Maria Müller'],
    ['Markdown escapes', NAME.replaceAll('.', '\\.').replaceAll('_', '\\_'), 'Maria Müller'],
    ['brackets around', `[${NAME.toLowerCase()}]`, '[Maria Müller]'],
    ['brackets inside', `MSKV1.[NAME].(K_HEALTHCARE).${VALUE}`, 'Maria Müller'],
    ['quotes around', `"${NAME.toLowerCase()}"`, '"Maria Müller"'],
    ['typographic quotes', `“${NAME.toLowerCase()}”`, '“Maria Müller”'],
    ['zero-width characters', NAME.split('').join('\u200b'), 'Maria Müller'],
    ['a soft hyphen', `${NAME.slice(0, 30)}\u00ad${NAME.slice(30)}`, 'Maria Müller'],
    ['full width', wide(NAME), 'Maria Müller'],
    ['letter by letter', spelled(NAME), 'Maria Müller'],
    ['letter by letter, without separators', spelled(NAME.replaceAll(/[._]/g, '')), 'Maria Müller'],
    ['said', `M S K V 1 dot NAME dot K underscore HEALTHCARE dot ${spelled(VALUE)}`, 'Maria Müller'],
    [
      'said in lower case',
      `m s k v 1 dot name dot k underscore healthcare dot ${spelled(VALUE.toLowerCase())}`,
      'Maria Müller',
    ],
    ['said with other words', `MSKV1 point NAME period K dash HEALTHCARE dot ${VALUE}`, 'Maria Müller'],
    ['behind a word', `for ${NAME.toLowerCase()}, please`, 'for Maria Müller, please'],
    ['at the end of a sentence', `Hello.${NAME.toLowerCase()}.`, 'Hello.Maria Müller.'],
    ['one that carries its value', SEALED_LONGER.toLowerCase(), 'José María'],
    [
      'one after the other',
      `${NAME.toLowerCase()} ${PHONE_2.toLowerCase()}${PHONE.toLowerCase()}`,
      'Maria Müller 555-0199mskv1.phone.k_healthcare.[REDACTED:PHONE]',
    ],
  ])('%s', (_, text, expected) => {
    const counts = new RehydrationCounts();
    expect(restore(text, 'plain', counts)).toBe(expected);
    expect(counts.exact.size).toBe(0);
    expect(counts.repaired.size).toBeGreaterThan(0);
  });

  it.each([
    ['line breaks', `MSKV1.NAME.\\nK_HEALTHCARE.\\r\\n${VALUE}`],
    ['escapes of letters', `\\u004d\\u0053KV1.NAME.K_HEALTHCARE.${VALUE}`],
    ['escapes of what nobody sees', `MSKV1.\\u200bNAME.K_HEALTHCARE.${VALUE}`],
    ['Markdown escapes', `MSKV1.NAME.K\\\\_HEALTHCARE.${VALUE}`],
    ['quotes around, escaped', `\\"${NAME.toLowerCase()}`],
  ])('inside JSON: %s', (_, written) => {
    const restored = JSON.parse(restore(`{"to":"${written}","n":1}`, 'json')) as { to: string; n: number };
    expect(restored.to.replace('"', '')).toBe('Maria Müller');
    expect(restored.n).toBe(1);
  });

  it('and counts as exact where it also stood as issued', () => {
    const counts = new RehydrationCounts();
    restore(`${NAME} ${NAME.toLowerCase()} ${PHONE.toLowerCase()} ${QUOTED.toLowerCase()} ${QUOTED}`, 'plain', counts);
    expect(counts.exact).toEqual(new Set([NAME, QUOTED]));
    expect(counts.repaired).toEqual(new Set([PHONE]));
  });
});

describe('nothing is guessed', () => {
  const mutations = fc
    .tuple(
      fc.constantFrom(NAME, PHONE, QUOTED),
      fc.nat(40),
      fc.constantFrom('A', 'Q', '7', 'Z'),
      fc.constantFrom('change', 'add', 'drop', 'swap', 'cut'),
    )
    .map(([token, place, letter, how]) => {
      const at = token.lastIndexOf('.') + 1 + (place % 25);
      switch (how) {
        case 'change':
          return token.slice(0, at) + letter + token.slice(at + 1);
        case 'add':
          return token.slice(0, at) + letter + token.slice(at);
        case 'drop':
          return token.slice(0, at) + token.slice(at + 1);
        case 'swap':
          return token.slice(0, at) + (token[at + 1] ?? '') + (token[at] ?? '') + token.slice(at + 2);
        case 'cut':
          return token.slice(0, at);
      }
    })
    .filter((text) => ![...VALUES.keys()].some((token) => text.startsWith(token)));

  it('of a token with a letter changed, added, lost or swapped, or with its end cut off', () => {
    fc.assert(
      fc.property(mutations, fc.boolean(), (text, lower) => {
        const counts = new RehydrationCounts();
        const out = restore(`${lower ? text.toLowerCase() : text}!`, 'plain', counts);
        for (const value of ['Maria', '555', 'Oak']) expect(out).not.toContain(value);
        expect([counts.exact.size, counts.repaired.size]).toEqual([0, 0]);
      }),
      { numRuns: 2000 },
    );
  });

  it('of one letter changed anywhere: it is refused', () => {
    for (let at = 6; at < NAME.length; at++) {
      if (NAME[at] === '.') continue;
      const other = NAME.slice(0, at) + (NAME[at] === 'A' ? 'B' : 'A') + NAME.slice(at + 1);
      expect(restore(`${other}!`)).toMatch(/^\[REDACTED:(NAME|UNKNOWN)\]!$/);
    }
  });

  it.each([
    ['as it was issued', FOREIGN, 'unknown'],
    ['in lower case', FOREIGN.toLowerCase(), 'malformed'],
    ['with underscores', FOREIGN.replaceAll('.', '_'), 'malformed'],
    ['in bold inside', FOREIGN.replaceAll('.', '**.**').toLowerCase(), 'malformed'],
  ])('of a token of another session: it is refused %s', (_, text, reason) => {
    const counts = new RehydrationCounts();
    expect(restore(`call ${text}!`, 'plain', counts)).toBe('call [REDACTED:SSN]!');
    expect(refusals(counts)).toEqual({ [`SSN ${reason}`]: 1 });
  });

  it.each([
    ['in lower case', (text: string) => text.toLowerCase()],
    ['with spaces for dots', (text: string) => text.replaceAll('.', ' ')],
    ['without separators', (text: string) => text.replaceAll(/[._]/g, '')],
    ['letter by letter', spelled],
  ])('of another value under a head of this session: it is refused %s', (_, alter) => {
    const other = NAME.slice(0, -4) + 'QQQQ';
    expect(restore(`${alter(other)} is it`)).toBe('[REDACTED:NAME] is it');
  });

  it.each([':', '/', 'é', '+', '=', '\u{1f600}', ' '.repeat(9), '.'.repeat(9), ' and ', ' dot dot '])(
    'across what may not stand inside a token: %j',
    (between) => {
      for (const at of [5, 10, 23, 24, 30]) {
        const counts = new RehydrationCounts();
        expect(restore(`${NAME.slice(0, at)}${between}${NAME.slice(at)}!`, 'plain', counts)).not.toContain('Maria');
        expect(counts.repaired.size).toBe(0);
      }
    },
  );

  it('where two tokens have the same letters and digits', () => {
    const [one, two] = [formatToken('MSKV1', 'NAME', 'K_A', VALUE), formatToken('MSKV1', 'NAME', 'KA', VALUE)];
    const counts = new RehydrationCounts();
    const both = rehydrator(
      counts,
      undefined,
      indexOf(
        new Map([
          [one, 'Ann'],
          [two, 'Bob'],
        ]),
      ),
    );
    expect(both.text(`${one} ${two} ${one.toLowerCase()}`, SPEECH)).toBe('Ann Bob [REDACTED:NAME]');
    expect(refusals(counts)).toEqual({ 'NAME ambiguous': 1 });
    expect(counts.repaired.size).toBe(0);
  });

  it('across the strings of a JSON text', () => {
    const [head, tail] = [NAME.slice(0, 25), NAME.slice(25)];
    for (const text of [`["${head}","${tail}"]`, `{"${head}":"${tail}"}`, `["MSKV1", "NAME"]`]) {
      expect(restore(text, 'json')).not.toContain('Maria');
      expect(() => {
        JSON.parse(restore(text, 'json'));
      }).not.toThrow();
      expect(restore(JSON.stringify([text]), 'json')).not.toContain('Maria');
    }
    // Nor with the quote that begins a string.
    const unquoted = `[MSKV1."NAME.K_HEALTHCARE.${VALUE}"]`;
    const refused = unquoted.replace(VALUE, '[REDACTED:NAME]');
    expect(restore(unquoted, 'json')).toBe(refused);
    expect(restore(JSON.stringify([unquoted]), 'json')).toBe(JSON.stringify([refused]));
  });

  it('in what is no token', () => {
    for (const text of [
      'Ms. Smith, at 10 a.m. So I am. Sk',
      'MSK is short for it, MSKV1 is a name and MSKV1 NAME is none',
      'mskv1.name. Then we go',
      'M S K V 1 dot NAME dot com',
      'MSKV1 NAME K_HEALTHCARE is the head of it',
      'them.skv1 amskv1.name.k_healthcare.a',
    ]) {
      expect(restore(text)).toBe(text);
    }
  });
});

describe('the counts of what was refused', () => {
  it("tells what is no token of the grammar from what is another session's", () => {
    const counts = new RehydrationCounts();
    const text = `${FOREIGN} ${FOREIGN}, MSKV1.Phone.k-1.${'a0'.repeat(13)}; MSKV1.MARIA.K.${'A'.repeat(26)} MSKV1.NAME.K.AAA.`;
    expect(restore(text, 'plain', counts)).toBe(
      '[REDACTED:SSN] [REDACTED:SSN], [REDACTED:PHONE]; [REDACTED:UNKNOWN] [REDACTED:NAME].',
    );
    expect(refusals(counts)).toEqual({
      'SSN unknown': 2,
      'PHONE malformed': 1,
      'UNKNOWN unknown': 1,
      'NAME malformed': 1,
    });
  });
});
