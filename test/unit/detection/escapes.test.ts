/** Percent encoding and HTML's character references: what is found in the plain text is found in the escaped one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { unescaped } from '../../../src/detection/escapes.ts';
import { KnownValues } from '../../../src/detection/known.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import { mark, readMarked } from './marked.ts';

describe('a text as it was meant', () => {
  it.each([
    ['maria%40example.com', 'maria@example.com'],
    ['415&nbsp;555&#45;0132', '415\u00a0555-0132'],
    ['&#x4d;&#65;ria', 'MAria'],
    ['Jos%C3%A9 and Jos&eacute;', 'José and José'],
    ['%F0%9F%98%80', '😀'],
    ['%41%E9%42', 'A%E9B'],
    ['%C3%28', '%C3('],
    ['a &amp; b &unknown; &#0; &#xD800; &#1114112;', 'a & b &unknown; &#0; &#xD800; &#1114112;'],
  ])('%s', (text, meant) => {
    expect(unescaped(text)?.text).toBe(meant);
  });

  it.each(['', 'plain', 'R&D', '50% of us & them', '100%', '%', '&', '&;', '%zz', '&#;', '&notaname;'])(
    'is none where nothing is escaped: %j',
    (text) => {
      expect(unescaped(text)).toBeNull();
    },
  );

  it('leads back to the escapes', () => {
    const plain = unescaped('a%40b&#45;c');
    expect(plain?.toOriginal(1, 2)).toEqual({ start: 1, end: 4 });
    expect(plain?.toOriginal(3, 5)).toEqual({ start: 5, end: 11 });
  });

  it('is what encodeURIComponent took', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const escaped = encodeURIComponent(text);
        expect(unescaped(escaped)?.text ?? escaped).toBe(text);
      }),
    );
  });

  it('never throws, and every piece of it comes from a piece of the text', () => {
    const pieces = fc.constantFrom('%', '&', ';', '#', 'x', '4', 'C', '3', 'A', '9', 'nbsp', 'é', '😀', '\ud800');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
        const text = all.join('');
        const plain = unescaped(text);
        let last = 0;
        for (let at = 0; at < (plain?.text.length ?? 0); at++) {
          const { start, end } = plain?.toOriginal(at, at + 1) ?? { start: 0, end: 0 };
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = start;
        }
      }),
    );
  });
});

describe('in escaped text', () => {
  it.each([
    'my ssn is [SSN:219%2D09%2D7645]',
    'call [PHONE:415&nbsp;555&#45;0132] now',
    'call [PHONE:415%20555%200132]',
    '?email=[EMAIL:maria.gonzalez%40example.com]&ok=1',
    'mail [EMAIL:maria%2540example.com]',
    'card [CREDIT_CARD:4111%201111%201111%201111]',
    'see [URL:https://portal.example.com/p/Maria%20Gonzalez?dob=1962] there',
    'half&nbsp;of us, 50%20of them',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('no digit stays behind because an escape may begin with it', () => {
    expect(mark('5%4155550132')).toBe('[OTHER_ID:5%4155550132]');
  });

  const SAID = [
    'my ssn is [SSN:219-09-7645], ok',
    'write to [EMAIL:maria.gonzalez@example.com] please',
    'call [PHONE:(415) 555-0132] tonight',
    'card [CREDIT_CARD:4111 1111 1111 1111] it is',
  ];
  const escape = (char: string, how: number): string => {
    switch (how) {
      case 0:
        return `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
      case 1:
        return `&#${char.charCodeAt(0)};`;
      case 2:
        return `&#x${char.charCodeAt(0).toString(16)};`;
      default:
        return char;
    }
  };

  it('whatever is escaped of it, the whole identifier is found', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SAID), fc.infiniteStream(fc.integer({ min: 0, max: 5 })), (line, ways) => {
        const {
          text,
          spans: [wanted],
        } = readMarked(line);
        const letters = Array.from(text);
        const how = [...ways.take(letters.length)];
        const written = letters.map((char, at) => escape(char, how[at] ?? 5));
        const upTo = (at: number): number => written.slice(0, at).join('').length;
        const [from, to] = [upTo(wanted?.start ?? 0), upTo((wanted?.start ?? 0) + (wanted?.value.length ?? 0))];
        const found = detect(written.join(''), DEFAULT_RULES);
        expect(
          found.some(({ start, end, kind }) => kind === wanted?.kind && start <= from && end >= to),
          written.join(''),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('what a call gave away is found again, and what it gave away escaped is found plain', () => {
    const known = new KnownValues();
    known.set('Aurelia Kowalczyk', 'NAME');
    expect(
      mark(
        'for Aurelia%20Kowalczyk and Aurelia&nbsp;Kowalczyk',
        known.find('for Aurelia%20Kowalczyk and Aurelia&nbsp;Kowalczyk'),
      ),
    ).toBe('for [NAME:Aurelia%20Kowalczyk] and [NAME:Aurelia&nbsp;Kowalczyk]');
    const escaped = new KnownValues();
    escaped.set('Aurelia%20Kowalczyk', 'NAME');
    expect(mark('thank you kowalczyk', escaped.find('thank you kowalczyk'))).toBe('thank you [NAME:kowalczyk]');
  });
});
