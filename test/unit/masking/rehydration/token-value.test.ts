/** The value part of a token that a model emits alone: nobody is read 26 letters, and ordinary words wait for none. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESTORE_ALL, SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { IssuedTokens, TurnTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { TextLane, type TextForm } from '../../../../src/masking/rehydration/text-lane.ts';
import { FRAGMENT_LETTERS } from '../../../../src/masking/rehydration/token-value.ts';
import { base32Encode, formatToken } from '../../../../src/tokens/grammar.ts';
import { cut, indexOf, refusals, rehydrator } from './answers.ts';

const bytes = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, n) => (n * 89 + seed * 53 + n * n * 7) & 255));
const PHONE = formatToken('MSKV1', 'PHONE', 'K_HEALTHCARE', base32Encode(bytes(16, 7)));
const NAME = formatToken('MSKV1', 'NAME', 'K_HEALTHCARE', base32Encode(bytes(16, 5)));
const SEALED = formatToken('MSK1', 'ADDRESS', 'K2', base32Encode(bytes(60, 9)));
const TOKENS = indexOf(
  new Map([
    [PHONE, '555-0100'],
    [NAME, 'Maria Müller'],
    [SEALED, '12 Oak St'],
  ]),
);
const valueOf = (token: string): string => token.slice(token.lastIndexOf('.') + 1);
const spelled = (text: string): string => Array.from(text).join(' ');
const wide = (text: string): string => text.replace(/[A-Z0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));

function whole(text: string, form: TextForm = 'plain', counts = new RehydrationCounts()): string {
  return rehydrator(counts, undefined, TOKENS).text(text, SPEECH, form);
}

/** The text as a stream of these pieces has it. */
function streamed(pieces: readonly string[], form: TextForm = 'plain', counts = new RehydrationCounts()): string {
  const lane = new TextLane(rehydrator(counts, undefined, TOKENS), form);
  const out = pieces.map((piece) => (lane.passes(piece) ? piece : lane.push(piece, SPEECH, false)));
  return out.join('') + lane.push('', SPEECH, true);
}

describe('the value part of a token alone', () => {
  it.each([
    ['as issued', (value: string) => value],
    ['in lower case', (value: string) => value.toLowerCase()],
    ['full width', wide],
    ['letter by letter', spelled],
    ['with dashes', (value: string) => Array.from(value).join('-')],
    ['over two lines', (value: string) => `${value.slice(0, 9)}\n${value.slice(9)}`],
    ['with one letter too many at its end', (value: string) => `${value.slice(0, -1)}AB`],
    ['without its last letters', (value: string) => value.slice(0, FRAGMENT_LETTERS)],
  ])('is refused %s', (_, write) => {
    for (const [token, kind] of [
      [PHONE, 'PHONE'],
      [NAME, 'NAME'],
      [SEALED, 'ADDRESS'],
    ] as const) {
      const counts = new RehydrationCounts();
      const text = `Call ${write(valueOf(token))}, or (${write(valueOf(token))}).`;
      expect(whole(text, 'plain', counts)).toBe(`Call [REDACTED:${kind}], or ([REDACTED:${kind}]).`);
      expect(refusals(counts)).toEqual({ [`${kind} malformed`]: 2 });
      expect([counts.exact.size, counts.repaired.size]).toEqual([0, 0]);
      expect(streamed(Array.from(text))).toBe(`Call [REDACTED:${kind}], or ([REDACTED:${kind}]).`);
    }
  });

  it('is refused behind a kid, and in a string of JSON at any depth', () => {
    expect(whole(`K_HEALTHCARE.${valueOf(PHONE)}`)).toBe('K_HEALTHCARE.[REDACTED:PHONE]');
    const inner = JSON.stringify({ to: valueOf(PHONE) });
    expect(whole(JSON.stringify({ [valueOf(NAME)]: inner }), 'json')).toBe(
      JSON.stringify({ '[REDACTED:NAME]': JSON.stringify({ to: '[REDACTED:PHONE]' }) }),
    );
  });

  it('is refused where its token did not stand in the turn', () => {
    const counts = new RehydrationCounts();
    const turn = new Rehydrator({
      index: new TurnTokens(TOKENS, new Set([NAME])),
      restore: RESTORE_ALL,
      counts,
    });
    expect(turn.text(`${valueOf(PHONE)} ${NAME}`, SPEECH)).toBe('[REDACTED:PHONE] Maria Müller');
  });

  it('is text where it stands inside a word, and where the end of the text cuts it', () => {
    for (const text of [`x${valueOf(PHONE)}`, `x${valueOf(PHONE).toLowerCase()}.`, valueOf(PHONE).slice(0, -1)])
      expect(whole(text)).toBe(text);
  });

  it('is text where a session has no such token', () => {
    expect(rehydrator(undefined, undefined, new IssuedTokens()).text(valueOf(PHONE), SPEECH)).toBe(valueOf(PHONE));
  });
});

const word = fc.constantFrom('I', 'a', 'am', 'the', 'call', 'you', 'at', '3', '45', "it's", 'é', 'Ms.', 'OK', 'Q');
const letters = fc
  .tuple(fc.constantFrom(PHONE, NAME, SEALED), fc.nat(40), fc.boolean(), fc.constantFrom('', 'A', '9', '\u00e9'))
  .map(([token, length, lower, tail]) => {
    const part = valueOf(token).slice(0, length) + tail;
    return lower ? part.toLowerCase() : part;
  });
const piece = fc.oneof(
  word,
  letters,
  fc.constantFrom(PHONE, NAME, valueOf(PHONE), valueOf(NAME), spelled(valueOf(NAME))),
);
const answer = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', '', '.', "'", '-', '\n', '"', ' ('), piece), { maxLength: 6 })
  .map((parts) => parts.flat().join(''));

describe('a text with value parts', () => {
  it('comes out the same however it is cut, counts included', () => {
    fc.assert(
      fc.property(
        answer,
        fc.array(fc.nat(200), { maxLength: 10 }),
        fc.constantFrom<TextForm>('plain', 'json'),
        (text, at, form) => {
          const written = form === 'json' ? JSON.stringify([text, text]) : text;
          const [one, many] = [new RehydrationCounts(), new RehydrationCounts()];
          expect(streamed(cut(written, at), form, many)).toBe(whole(written, form, one));
          expect([many.exact, many.repaired, many.refused]).toEqual([one.exact, one.repaired, one.refused]);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('never says a whole value part at the edge of a word', () => {
    fc.assert(
      fc.property(answer, fc.array(fc.nat(200), { maxLength: 10 }), (text, at) => {
        for (const token of [PHONE, NAME])
          expect(` ${streamed(cut(text, at))}`).not.toMatch(new RegExp(`[\\s.(-]${valueOf(token)}`, 'i'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a word in a stream', () => {
  const held = (text: string): string => {
    const lane = new TextLane(rehydrator(undefined, undefined, TOKENS), 'plain');
    lane.push(text, SPEECH, false);
    return lane.held;
  };

  it('waits only while a value part begins so', () => {
    const value = valueOf(PHONE);
    expect(held(`so ${value.slice(0, 2)}`)).toBe(value.slice(0, 2));
    expect(held(`so ${value.slice(0, 2).toLowerCase()}`)).toBe(value.slice(0, 2).toLowerCase());
    for (const text of [
      'so the',
      'Your appointment is booked',
      `so ${value.slice(0, 2)}\u00e9`,
      `x${value.slice(0, 8)}`,
    ])
      expect(held(text)).toBe('');
  });

  it('waits no longer than the buffer while it is short, and stays as long as it must where it is not', () => {
    const lane = (text: string): TextLane => {
      const open = new TextLane(rehydrator(undefined, undefined, TOKENS), 'plain');
      open.push(text, SPEECH, false);
      return open;
    };
    expect(lane(valueOf(PHONE).slice(0, 4)).flushFalsePrefix()).toBe(valueOf(PHONE).slice(0, 4));
    expect(lane(valueOf(PHONE).slice(0, 5)).flushFalsePrefix()).toBe('');
  });
});
