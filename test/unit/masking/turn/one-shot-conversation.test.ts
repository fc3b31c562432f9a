import { expect, test } from 'vitest';
import { runSearch, type TextSearch } from '../../../../src/masking/turn/long-texts/text-search.ts';
import { maskConversation, type SaidTurn } from '../../../../src/masking/turn/one-shot-conversation.ts';
import type { DetectionRules } from '../../../../src/detection/span.ts';
import { TokenKeys } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';

const searcher = {
  search: (search: TextSearch, rules: DetectionRules) =>
    Promise.resolve(runSearch({ search, rules: JSON.stringify(rules) })),
};
const MASKER = {
  keys: new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }])),
  longTexts: { searcher, maxTextLength: 1_000_000 },
  accountId: 'acc_01HYZ000000000000000000000',
  policy: policyOf('name: p\npasses: [regex]\n'),
} as const;

const short = (masked: string): string => masked.replace(/MSKV1\.([A-Z_]+)\.K_HEALTHCARE\.[A-Z2-7]+/g, '<$1>');

test('a text that is said twice has its events at both turns, and an empty one has none', async () => {
  const said = ['call 415-555-0142', '', 'call 415-555-0142', 'thank you'];
  const read = await maskConversation(
    MASKER,
    said.map((text, n) => ({ speaker: `speaker ${n % 2}`, text })),
  );
  expect(read.map(({ masked }) => short(masked))).toEqual(['call <PHONE>', '', 'call <PHONE>', 'thank you']);
  expect(read.map(({ events }) => events.map(({ entity_kind: kind, span }) => [kind, ...span]))).toEqual([
    [['PHONE', 5, 17]],
    [],
    [['PHONE', 5, 17]],
    [],
  ]);
});

test('an answer is read by the question before it, whichever speaker asks first', async () => {
  const read = await maskConversation(MASKER, [
    { speaker: null, text: 'What is your date of birth?' },
    { speaker: 'caller', text: 'march 14 1982' },
  ]);
  expect(short(read[1]?.masked ?? '')).toBe('<DOB>');
});

/** A conversation that counts how often its texts are read. */
function counted(turns: number): { readonly said: SaidTurn[]; reads: number } {
  const conversation = { said: [] as SaidTurn[], reads: 0 };
  for (let n = 0; n < turns; n += 1)
    conversation.said.push({
      speaker: n % 2 === 0 ? 'a' : 'b',
      get text() {
        conversation.reads += 1;
        return n % 3 === 0 ? 'call 415-555-0142' : 'yes';
      },
    });
  return conversation;
}

test('each text is read a few times, however many turns there are', async () => {
  for (const turns of [50, 200]) {
    const conversation = counted(turns);
    await maskConversation(MASKER, conversation.said);
    expect(conversation.reads / turns).toBeLessThanOrEqual(20);
  }
});
