import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparing } from '../../../src/completeness/compare.ts';
import type { Comparison } from '../../../src/completeness/compare.ts';
import type { RecordedMessage } from '../../../src/completeness/platform-record.ts';
import { SpokenDigests } from '../../../src/completeness/spoken.ts';
import type { SpokenMessage, SpokenTurn } from '../../../src/completeness/spoken.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';

const KEY = Buffer.alloc(32, 1);
const caller = (text: string): SpokenMessage => ({ speaker: 'caller', text });
const agent = (text: string): SpokenMessage => ({ speaker: 'agent', text });

const GREETING = agent('Front desk, how can I help you?');
const ASKED = caller('Hi, I need to move my appointment.');
const ANSWERED = 'Of course. May I have your date of birth, please?';
const BORN = caller('It is the eleventh of February.');
const CLOSED = 'Thank you, it is done. Is there anything else I can do for you today?';

/** Two turns as a platform sends them: the whole history with each request. */
const TURNS: readonly SpokenTurn[] = [
  { messages: [GREETING, ASKED], answer: ANSWERED },
  { messages: [GREETING, ASKED, agent(ANSWERED), BORN], answer: CLOSED },
];

function compared(
  messages: readonly RecordedMessage[],
  turns: readonly (SpokenTurn | null)[] = TURNS,
  unread = 0,
): Comparison {
  const digests = new SpokenDigests(KEY);
  const said = turns.map((turn, at) => (turn === null ? null : digests.ofTurn(turn, at === 0)));
  return runAtOnce(
    comparing([{ chainKey: KEY, turns: said.map((each) => ({ said: each, isAnswered: true })) }], {
      platform: 'vapi',
      source: 'end-of-call-report',
      messages,
      unread,
      models: null,
    }),
  );
}

const NONE: Comparison = { matched: 0, unseen: 0, unseen_at_end: 0, only_ours: 0, excluded: 0, unknown: 0 };
const WHOLE = [GREETING, ASKED, agent(ANSWERED), BORN, agent(CLOSED)];

describe('a record of the platform', () => {
  test('matches where it says what requests and answers say', () => {
    expect(compared(WHOLE)).toEqual({ ...NONE, matched: 5 });
  });

  test('matches in another spelling: case, punctuation, white space and full width mean nothing', () => {
    const spelled = WHOLE.map(({ speaker, text }) => ({
      speaker,
      text: ` ${text.toUpperCase().replace(/[,.?]/g, ' ')}`,
    }));
    expect(compared(spelled)).toEqual({ ...NONE, matched: 5 });
  });

  test('matches an answer that the caller interrupted behind its third word', () => {
    expect(compared([...WHOLE.slice(0, 4), agent('Thank you, it')])).toEqual({ ...NONE, matched: 5 });
    expect(compared([...WHOLE.slice(0, 4), agent('Thank you,')])).toEqual({
      ...NONE,
      matched: 4,
      unseen: 1,
      unseen_at_end: 1,
      only_ours: 1,
    });
  });

  test('matches messages of one speaker that it joins or divides', () => {
    const turns: readonly SpokenTurn[] = [
      { messages: [caller('Hi.'), caller('It is Marisol.')], answer: 'Hello Marisol, good to hear you. What is it?' },
    ];
    expect(
      compared([caller('Hi. It is Marisol.'), agent('Hello Marisol, good to hear you.'), agent('What is it?')], turns),
    ).toEqual({ ...NONE, matched: 3 });
    expect(compared([caller('Hi.'), caller('It is Marisol.')], turns)).toEqual({ ...NONE, matched: 2, only_ours: 1 });
  });

  test('matches two answers in one message, the first of them interrupted', () => {
    const turns: readonly SpokenTurn[] = [
      { messages: [ASKED], answer: ANSWERED },
      { messages: [ASKED], answer: CLOSED },
    ];
    expect(compared([ASKED, agent(`Of course. May I ${CLOSED}`)], turns)).toEqual({ ...NONE, matched: 2 });
  });

  test('has an unseen message where something was said past Masker', () => {
    const past = agent('This is the fallback model, your social please.');
    expect(compared([...WHOLE.slice(0, 3), past, BORN, agent(CLOSED)])).toEqual({ ...NONE, matched: 5, unseen: 1 });
    expect(compared([...WHOLE, caller('Bye then.')])).toEqual({ ...NONE, matched: 5, unseen: 1, unseen_at_end: 1 });
  });

  test('does not match what the other speaker said', () => {
    expect(compared([...WHOLE, caller(CLOSED)])).toEqual({ ...NONE, matched: 5, unseen: 1, unseen_at_end: 1 });
  });

  test('lacks an answer that Masker gave: it is only ours', () => {
    expect(compared(WHOLE.slice(0, 4))).toEqual({ ...NONE, matched: 4, only_ours: 1 });
  });

  test('lacks one of two equal answers', () => {
    const turns: readonly SpokenTurn[] = [
      { messages: [ASKED], answer: ANSWERED },
      { messages: [ASKED], answer: ANSWERED },
    ];
    expect(compared([ASKED, agent(ANSWERED)], turns)).toEqual({ ...NONE, matched: 2, only_ours: 1 });
    expect(compared([ASKED, agent(ANSWERED), caller('Pardon?'), agent(ANSWERED)], turns)).toEqual({
      ...NONE,
      matched: 3,
      unseen: 1,
    });
  });

  test('has prompts, tools, empty messages and a greeting before the first word excluded', () => {
    expect(
      compared([{ speaker: 'aside' }, agent('Welcome!'), ASKED, caller('…'), agent(ANSWERED)], [TURNS[0] ?? null]),
    ).toEqual({ ...NONE, matched: 2, excluded: 3 });
  });

  test('has what cannot be compared counted as unknown, never as matched', () => {
    expect(compared([{ speaker: 'unknown' }, caller('x '.repeat(10_001))], [null, ...TURNS], 7)).toEqual({
      ...NONE,
      only_ours: 2,
      unknown: 10,
    });
  });

  test('of a call without a turn has everything unseen', () => {
    expect(compared(WHOLE, [])).toEqual({ ...NONE, unseen: 4, unseen_at_end: 4, excluded: 1 });
  });

  test('takes a bounded number of digests: a hostile record is unknown beyond it', () => {
    const words = Array.from({ length: 3000 }, (_, at) => `w${at}`).join(' ');
    const long = Array.from({ length: 300 }, () => agent(words));
    const { unseen, unknown, matched } = compared([ASKED, ...long]);
    expect([matched, unseen + unknown]).toEqual([1, 300]);
    expect(unknown).toBeGreaterThan(0);
  });
});

test('each message of any record is counted once', () => {
  const text = fc.constantFrom(...WHOLE.map((message) => message.text), 'other words', '…', 'Thank you, it is');
  const message = fc.oneof(
    fc.record({ speaker: fc.constantFrom('caller' as const, 'agent' as const), text }),
    fc.constantFrom<RecordedMessage>({ speaker: 'aside' }, { speaker: 'unknown' }),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const { matched, unseen, unseen_at_end: atEnd, excluded, unknown, only_ours: ours } = compared(messages);
      expect(matched + unseen + excluded + unknown).toBe(messages.length);
      expect(atEnd).toBeLessThanOrEqual(unseen);
      expect(ours).toBeLessThanOrEqual(TURNS.length);
    }),
    { seed: 13, numRuns: 200 },
  );
});
