/** A token of another session, however it is written or said, is not spoken; and no ordinary word is taken for a part of one. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { IssuedTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { TextLane } from '../../../../src/masking/rehydration/text-lane.ts';
import { base32Encode, formatToken } from '../../../../src/tokens/grammar.ts';
import { FOREIGN, rehydrator, refusals } from './answers.ts';

const bytes = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, n) => (n * 89 + seed * 53 + n * n) & 255));
const VAULT = formatToken('MSKV1', 'PHONE', 'K_HEALTHCARE', base32Encode(bytes(16, 7)));
const SEALED = formatToken('MSK1', 'IP_ADDRESS', 'K2', base32Encode(bytes(42, 3)));

function whole(text: string, session = rehydrator()): string {
  return new TextLane(session, 'plain').push(text, SPEECH, true);
}

/** The text as a stream of single characters has it. */
function streamed(text: string, session = rehydrator()): string {
  const lane = new TextLane(session, 'plain');
  return Array.from(text, (character) => lane.push(character, SPEECH, false)).join('') + lane.push('', SPEECH, true);
}

const FORMS: readonly (readonly [string, (token: string) => string])[] = [
  ['with spaces for dots', (token) => token.replaceAll('.', ' ')],
  ['with spaces around dots', (token) => token.replaceAll('.', ' . ')],
  ['in lower case, with spaces for dots', (token) => token.replaceAll('.', ' ').toLowerCase()],
  ['with spaces for all separators', (token) => token.replaceAll(/[._]/g, ' ')],
  ['without dots', (token) => token.replaceAll('.', '')],
  ['letter by letter', (token) => Array.from(token).join(' ')],
  ['letter by letter, without separators', (token) => Array.from(token.replaceAll(/[._]/g, '')).join(' ')],
  ['with dashes between the letters', (token) => Array.from(token).join('-')],
  ['with the dots said', (token) => Array.from(token, (letter) => (letter === '.' ? 'dot' : letter)).join(' ')],
  [
    'with words said as words',
    (token) =>
      token
        .replace(/[A-Z2-7]+$/, (value) => Array.from(value).join(' '))
        .replaceAll('.', ' dot ')
        .replaceAll('_', ' underscore '),
  ],
  ['over two lines', (token) => `${token.slice(0, 34)}\n${token.slice(34)}`],
  ['over two lines, in lower case', (token) => `${token.slice(0, 34)}\r\n${token.slice(34)}`.toLowerCase()],
];

describe.each([
  ['of the vault', VAULT, 'PHONE'],
  ['that carries its value', SEALED, 'IP_ADDRESS'],
])('a foreign token %s', (_, token, kind) => {
  it.each(FORMS)('%s is refused, and what is said around it stays', (form, write) => {
    for (const tail of ['.', ', and call me', ' and call me at noon', '\nThen call.', '!']) {
      const text = `Hello ${write(token)}${tail}`;
      expect(whole(text), form).toBe(`Hello [REDACTED:${kind}]${tail}`);
      expect(streamed(text), form).toBe(`Hello [REDACTED:${kind}]${tail}`);
    }
  });

  it('counts once, as malformed', () => {
    const counts = new RehydrationCounts();
    whole(`${token.replaceAll('.', ' ')}!`, rehydrator(counts));
    expect(refusals(counts)).toEqual({ [`${kind} malformed`]: 1 });
  });

  it('is refused at the end of a text where it is whole, in a session without tokens, too', () => {
    const none = (): ReturnType<typeof rehydrator> => rehydrator(undefined, undefined, new IssuedTokens());
    const text = `Hello ${token.replaceAll('.', ' ')}`;
    expect([whole(text), streamed(text), whole(text, none()), streamed(text, none())]).toEqual(
      Array(4).fill(`Hello [REDACTED:${kind}]`),
    );
  });
});

it('two in a row are two, whatever they have lost', () => {
  expect(whole(`${VAULT}${VAULT}`.replaceAll('.', ' '))).toBe('[REDACTED:PHONE][REDACTED:PHONE]');
  expect(whole(`${VAULT}${SEALED}!`.replaceAll('.', ''))).toBe('[REDACTED:PHONE][REDACTED:IP_ADDRESS]!');
  expect(whole(`${FOREIGN.replaceAll('.', ' ')} ${VAULT.replaceAll('.', ' ')}`)).toBe(
    '[REDACTED:SSN] [REDACTED:PHONE]',
  );
});

describe('ordinary words', () => {
  it.each([
    'MSKV1 name is what we call it, and the identifiers of 2026 stay',
    'MSKV1 names are tokens',
    'The MSK1 date of the operation is March 14',
    'MSKV1. Phone me at 415 555 0142 or 212 555 0187 today',
    'MSK1 phone number incomprehensibilities',
    'M S K V 1 is the scheme',
    'A. M. S. K. V. 1',
    'MSKV1 phone K 415-555-0142',
    'Ms. K. V. 1st phone',
    'MSKV1 NAME',
    'msk1 org a b c d e f g',
  ])('"%s" stay', (text) => {
    expect(whole(text)).toBe(text);
    expect(streamed(text)).toBe(text);
  });

  it.each(['please hold', 'Then 2345672', '234567', '\nABC2', 'I am here', 'a', 'order 8XK9Q2P1', 'international'])(
    'behind a refused token stay: %j',
    (words) => {
      for (const token of [VAULT, SEALED, SEALED.slice(0, -9), VAULT.slice(0, -9)]) {
        const kind = token.startsWith('MSKV1') ? 'PHONE' : 'IP_ADDRESS';
        for (const text of [`${token} ${words}.`, `${Array.from(token).join(' ')}, ${words}.`]) {
          // Of what is spelled out, single letters may go on.
          if (/^[A-Z2-7]\b/i.test(words)) continue;
          expect(whole(text)).toBe(
            `[REDACTED:${kind}]${text.slice(text.length - words.length - (text.includes(', ') ? 3 : 2))}`,
          );
        }
      }
    },
  );

  it('are not delayed by more than a few of them', () => {
    const words = fc.array(
      fc.constantFrom(
        'msk1',
        'MSKV1',
        'name',
        'phone',
        'of',
        'the',
        'caller',
        'dot',
        'identification',
        'K_2',
        'x',
        '2',
      ),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(words, (said) => {
        const lane = new TextLane(rehydrator(), 'plain');
        const text = said.join(' ');
        for (const character of text) {
          lane.push(character, SPEECH, false);
          expect(lane.held.length).toBeLessThan(150);
        }
      }),
      { numRuns: 300 },
    );
  });
});
