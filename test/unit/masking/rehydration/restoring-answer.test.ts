/** An answer that is restored in stretches comes out as one that is restored at once, and is counted alike. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { rehydrateChatResponse } from '../../../../src/masking/rehydration/chat-response.ts';
import { RESTORE_ALL, SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { restoringAnswer, type Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { RehydrationAccount } from '../../../../src/masking/rehydration/rehydration-account.ts';
import { ResponsesAnswer } from '../../../../src/masking/rehydration/responses-answer.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import { NAME, PHONE, refusals, rehydrator } from './answers.ts';

const RULES = { ...RESTORE_ALL, urls: [], tools: ['book'] } as const;
const called = (name: string, args: string): JsonValue => ({
  id: 'c',
  type: 'function',
  function: { name, arguments: args },
});

/** A whole answer of each API that holds the text everywhere. */
const ANSWERS: readonly ((text: string) => (by: Rehydrator) => JsonValue)[] = [
  (text) => (by) => by.text(text, SPEECH, 'json'),
  (text) => (by) =>
    rehydrateChatResponse(
      {
        choices: [
          {
            index: 0,
            message: { content: text, tool_calls: [called('book', JSON.stringify({ text })), called('send', text)] },
            logprobs: { content: [] },
          },
        ],
        other: [text, { [text.slice(0, 20)]: text }],
      },
      by,
    ),
  (text) => (by) =>
    new ResponsesAnswer(by).body({
      object: 'response',
      instructions: text,
      output_text: text,
      output: [
        { type: 'message', content: [{ type: 'output_text', text, logprobs: [] }] },
        { type: 'function_call', name: 'book', arguments: JSON.stringify({ text }) },
        { type: 'function_call_output', output: text },
      ],
    }),
];

test('is the same as restored at once, wherever a token stands in it', () => {
  const piece = fc.oneof(
    fc.constantFrom(NAME, PHONE, NAME.toLowerCase(), NAME.slice(0, 20), 'https://x.example/', ' ', '"', 'MSKV1'),
    fc.integer({ min: 1, max: 8300 }).map((length) => 'well '.repeat(length / 5 + 1).slice(0, length)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom(...ANSWERS), (pieces, answer) => {
      const work = answer(pieces.join(''));
      const [atOnce, inStretches] = [new RehydrationAccount(), new RehydrationAccount()];
      const expected = work(rehydrator(atOnce, RULES));
      expect(runAtOnce(restoringAnswer(rehydrator(inStretches, RULES), work))).toEqual(expected);
      expect(refusals(inStretches)).toEqual(refusals(atOnce));
      expect([inStretches.exact, inStretches.repaired]).toEqual([atOnce.exact, atOnce.repaired]);
    }),
    { seed: 20_261_130, numRuns: 150 },
  );
});
