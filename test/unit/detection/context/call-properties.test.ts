import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectInCall, newCallContext } from '../../../../src/detection/context/call-context.ts';
import { detect } from '../../../../src/detection/detection.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { BY_RULE } from './calls.ts';

const DIGITS = 'zero one two three four five six seven eight nine'.split(' ');
const LISTENING = ['okay', 'mm-hm', 'uh huh', 'go on', 'got it', 'okay, go ahead', 'yes'];

interface Question {
  readonly kind: EntityKind;
  readonly asked: string;
  /** Lengths in characters. */
  readonly least: number;
  readonly most: number;
  readonly units: readonly string[];
}

const number = (kind: EntityKind, asked: string, least: number, most: number): Question => ({
  kind,
  asked,
  least,
  most,
  units: DIGITS,
});
const QUESTIONS: readonly Question[] = [
  number('SSN', 'What is your social security number?', 9, 9),
  number('PHONE', 'Can I have your phone number?', 10, 10),
  number('ADDRESS', 'and the zip code', 5, 5),
  number('CREDIT_CARD', 'Please read me the card number.', 16, 16),
  number('ACCOUNT', "I'll need your account number.", 8, 12),
  number('MRN', 'Do you have your medical record number?', 6, 10),
  {
    ...number('NAME', 'Could you spell your last name for me?', 3, 11),
    units: 'b c d f g h j k l m n p q r s t v w y z'.split(' '),
  },
];

const question = fc.constantFrom(...QUESTIONS);
const said = question.chain(({ kind, asked, least, most, units }) =>
  fc.record({
    kind: fc.constant(kind),
    asked: fc.constant(asked),
    words: fc.array(fc.constantFrom(...units), { minLength: least, maxLength: most }),
    cuts: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 8, maxLength: 8 }),
    listening: fc.array(fc.option(fc.constantFrom(...LISTENING)), { minLength: 8, maxLength: 8 }),
  }),
);

/** The words in parts of the given sizes; no part is a single word. */
function cut(words: readonly string[], sizes: readonly number[]): string[] {
  const parts: string[][] = [];
  let from = 0;
  for (let n = 0; from < words.length; n++) {
    const size = sizes[n % sizes.length] ?? 2;
    const end = words.length - from - size < 2 ? words.length : from + size;
    parts.push(words.slice(from, end));
    from = end;
  }
  return parts.map((part) => part.join(' '));
}

const covered = (spans: readonly Span[], start: number, end: number): boolean =>
  spans.some((span) => span.start <= start && end <= span.end);

describe('a call', () => {
  it('masks an answer as one kind, into however many messages it is cut and whoever listens', () => {
    fc.assert(
      fc.property(said, ({ kind, asked, words, cuts, listening }) => {
        const call = newCallContext();
        detectInCall(call, { speaker: 'agent', text: asked }, BY_RULE);
        cut(words, cuts).forEach((text, n) => {
          const spans = detectInCall(call, { speaker: 'caller', text }, BY_RULE);
          expect(spans, `${asked} ${text}`).toMatchObject([{ start: 0, end: text.length, kind }]);
          const listens = listening[n];
          if (listens !== null && listens !== undefined)
            detectInCall(call, { speaker: 'agent', text: listens }, BY_RULE);
        });
      }),
      { numRuns: 120 },
    );
  });

  it('finds a whole number again that was said in parts', () => {
    fc.assert(
      fc.property(said, ({ kind, asked, words, cuts }) => {
        fc.pre(kind !== 'NAME' && kind !== 'ADDRESS');
        const call = newCallContext();
        detectInCall(call, { speaker: 'agent', text: asked }, BY_RULE);
        for (const text of cut(words, cuts)) detectInCall(call, { speaker: 'caller', text }, BY_RULE);
        // The conversation goes on to something else: only what is known tells what the number is.
        detectInCall(call, { speaker: 'agent', text: 'How can I help you today?' }, BY_RULE);
        const written = words.map((word) => DIGITS.indexOf(word)).join('');
        const spans = detectInCall(call, { speaker: 'agent', text: `So ${written}.` }, BY_RULE);
        expect(spans).toMatchObject([{ start: 3, end: 3 + written.length, kind }]);
      }),
      { numRuns: 100 },
    );
  });

  const phrase = fc.constantFrom(
    'my name is Aurelia Kowalczyk',
    'call 415-555-0132',
    'four one five five five five oh one three two',
    'what is your date of birth',
    'march fourteenth nineteen eighty two',
    'okay',
    'no, sorry',
    'your last name?',
    'kowalczyk',
    'k o w a l',
    'seven one four two',
    'my zip is',
    'the last four of your social?',
    '88 Old Mill Road, Concord, NH 03301',
    'j smith at example dot com',
    '😀 \ud800',
    '',
    '  ',
    'how are you?',
  );
  const speaker = fc.constantFrom('caller' as const, 'agent' as const, 'unknown' as const);
  const utterances = fc.array(
    fc.record({
      speaker,
      text: fc.oneof(
        phrase,
        fc.array(phrase, { minLength: 2, maxLength: 3 }).map((texts) => texts.join(' ')),
        fc.string({ unit: 'binary' }),
      ),
    }),
    { maxLength: 8 },
  );

  it('covers at least what each text shows by itself, with sorted, disjoint spans inside it', () => {
    fc.assert(
      fc.property(utterances, (turns) => {
        const call = newCallContext();
        for (const turn of turns) {
          const spans = detectInCall(call, turn, BY_RULE);
          for (const { start, end } of detect(turn.text, BY_RULE)) expect(covered(spans, start, end)).toBe(true);
          let at = 0;
          for (const { start, end } of spans) {
            expect(start).toBeGreaterThanOrEqual(at);
            expect(end).toBeGreaterThan(start);
            expect(turn.text.slice(start, end).isWellFormed() || !turn.text.isWellFormed()).toBe(true);
            at = end;
          }
          expect(at).toBeLessThanOrEqual(turn.text.length);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('is heard the same twice', () => {
    fc.assert(
      fc.property(utterances, (turns) => {
        const [one, other] = [newCallContext(), newCallContext()];
        for (const turn of turns) expect(detectInCall(one, turn, BY_RULE)).toEqual(detectInCall(other, turn, BY_RULE));
        expect(one.conversation).toEqual(other.conversation);
      }),
    );
  });

  it('remembers little, however long it lasts', () => {
    const call = newCallContext();
    for (let n = 0; n < 500; n++) detectInCall(call, { speaker: 'caller', text: 'four one five' }, BY_RULE);
    expect(JSON.stringify(call.conversation).length).toBeLessThan(400);
  });
});

it('turns said as one text show at least what they show apart', () => {
  const turn = fc.constantFrom(
    'my name is Aurelia Kowalczyk',
    'call 415-555-0132',
    'my number is four one five five five five oh one three two',
    'born march fourteenth nineteen eighty two',
    'my ssn is 219-09-9999',
    'i live at 88 Old Mill Road, Concord, NH 03301',
    'j smith at example dot com',
    'the member id is W441982',
    'i take twenty milligrams',
    'okay thank you',
  );
  fc.assert(
    fc.property(fc.array(turn, { minLength: 2, maxLength: 5 }), (turns) => {
      const whole = detect(turns.join('\n'), BY_RULE);
      let from = 0;
      for (const text of turns) {
        for (const { start, end } of detect(text, BY_RULE))
          expect(covered(whole, from + start, from + end), text).toBe(true);
        from += text.length + 1;
      }
    }),
    { numRuns: 120 },
  );
});
