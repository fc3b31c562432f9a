/** The passes of a turn: walking the request again is spared where nothing would come of it, and then makes no difference. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { LlmMemory } from '../../../../src/masking/turn/llm-detection.ts';
import { runSearch } from '../../../../src/masking/turn/long-texts/text-search.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import type { RedactionFact } from '../../../../src/masking/turn/turn-masking.ts';
import { prepareRead } from '../../../../src/masking/turn/turn-preparing.ts';
import { TokenKeys, createIssuer } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';
import { walkingChatRequest, type ChatRequestProblem } from '../../../../src/masking/request/chat-request.ts';
import type { Walking } from '../../../../src/masking/request/text-slot.ts';
import type { Prepared } from '../../../../src/masking/turn/maskable-request.ts';
import { maskedBy } from '../request/mask-request.ts';
import { maskerOf } from './mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const POLICY = policyOf('name: p\npasses: [regex]\nentities:\n  URL: { action: redact }\n');

/** What came of a turn, and how often the request was walked for it. */
interface Outcome {
  readonly body: string;
  readonly facts: readonly RedactionFact[];
  readonly tokens: readonly string[];
  readonly known: readonly (readonly [string, string])[];
  readonly walks: number;
}

type Prepare = (masking: TurnMasking, walking: () => Walking<Prepared<ChatRequestProblem>>) => Promise<string>;

async function turn(memory: MaskingMemory, body: JsonValue, prepare: Prepare): Promise<Outcome> {
  const issuer = createIssuer(
    KEYS,
    'vault-deterministic',
    'K_HEALTHCARE',
    'acc_01HYZ000000000000000000000',
    'sess_01HYZ000000000000000000000',
  );
  const masking = new TurnMasking(memory, maskingTerms(POLICY), issuer);
  let walks = 0;
  const masked = await prepare(masking, function* () {
    walks += 1;
    const result = yield* walkingChatRequest(body, { binaryContent: 'block' });
    return result.ok ? { ...result, body: Buffer.from(JSON.stringify(result.body)) } : result;
  });
  const outcome = {
    body: masked,
    facts: masking.redactions(null),
    tokens: masking.newTokens.map(({ token }) => token),
    known: [...masking.newValues],
    walks,
  };
  masking.commit();
  return outcome;
}

const asTurnsDo: Prepare = async (masking, walking) => {
  const searcher = {
    search: (search: Parameters<typeof runSearch>[0]['search']) =>
      Promise.resolve(runSearch({ search, rules: JSON.stringify(maskingTerms(POLICY).rules) })),
  };
  const request = {
    provider: 'stub',
    model: 'm',
    streamed: false,
    credential: 'none',
    kept: null,
    receivedAt: 0,
    walking,
  } as const;
  const prepared = await prepareRead(
    { masking, rules: maskingTerms(POLICY).rules, searcher, maxTextLength: 1_000_000 },
    request,
    null,
    new LlmMemory(),
  );
  if (!prepared.ok) throw new Error('refused');
  return Buffer.from(prepared.body).toString();
};

/** The plain way: the whole request is walked in each pass. */
const byWalking: Prepare = (masking, walking) => {
  for (let pass = 1; ; pass += 1) {
    const known = masking.knownCount;
    masking.beginPass();
    const masked = maskedBy(walking(), maskerOf(masking));
    if (!masked.ok) throw new Error('refused');
    if (masking.knownCount === known || pass === MASKING_PASSES)
      return Promise.resolve(Buffer.from(masked.body).toString());
  }
};

const user = (content: JsonValue): JsonValue => ({ role: 'user', content });

describe('a request is walked', () => {
  test.each([
    ['once, where nothing is learned', 1, ['good morning', 'what is new?']],
    ['once, where what is learned stands nowhere else', 1, ['good morning', 'call 415-555-0142', 'thank you']],
    ['again, where it stands in an earlier text', 2, ['zorblax quimby', 'this is Zorblax Quimby', 'thank you']],
  ])('%s', async (_, walks, texts) => {
    expect((await turn(new MaskingMemory(), { messages: texts.map(user) }, asTurnsDo)).walks).toBe(walks);
  });

  test('again, where a key comes out otherwise, whose name stands in the pointers below it', async () => {
    const body = { metadata: { 'zorblax quimby': 'call 415-555-0142' }, messages: [user('this is Zorblax Quimby')] };
    const { facts, walks } = await turn(new MaskingMemory(), body, asTurnsDo);
    expect(walks).toBe(2);
    expect(facts.map(({ path }) => path).sort()).toEqual([
      '/messages/0/content',
      '/metadata',
      '/metadata/MSKV1.NAME.K_HEALTHCARE',
    ]);
  });

  test('once where its texts are known, and the masking of these may be interrupted after each', () => {
    const said = ['this is Zorblax Quimby', ...Array.from({ length: 200 }, (_, n) => `note ${n}`)];
    const issuer = createIssuer(
      KEYS,
      'vault-deterministic',
      'K_HEALTHCARE',
      'acc_01HYZ000000000000000000000',
      'sess_01HYZ000000000000000000000',
    );
    const masking = new TurnMasking(new MaskingMemory(), maskingTerms(POLICY), issuer);
    masking.beginPass();
    maskedBy(walkingChatRequest({ messages: said.map(user) }, { binaryContent: 'block' }), maskerOf(masking));
    const repeating = masking.repeating();
    let pauses = 0;
    let step = repeating.next([]);
    for (; step.done !== true; step = repeating.next([])) pauses += 1;
    expect([step.value, pauses >= said.length]).toEqual([true, true]);
  });

  test('and where that is spared, everything is as if it had been', async () => {
    const said = [
      'this is Zorblax Quimby',
      'zorblax quimby',
      'my name is Quimby',
      '415-555-0142',
      '7734219',
      'MRN 7734219',
      'What is your date of birth?',
      'march 14 1982',
      'born March 14, 1982',
      'a@example.com',
      'and',
      '\ud800',
    ];
    const text = fc.array(fc.constantFrom(...said), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
    const inJson = fc
      .tuple(text, text, text)
      .map(([key, value, other]) => JSON.stringify({ [key]: value, list: [other] }));
    const content = fc.oneof(
      text,
      inJson,
      fc.array(
        text.map((part) => ({ type: 'text', text: part })),
        { minLength: 1, maxLength: 3 },
      ),
    );
    const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'tool', 'system'), content });
    const body = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 5 }),
      metadata: fc.dictionary(text, text, { maxKeys: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 2 }), async (bodies) => {
        const [memory, plain] = [new MaskingMemory(), new MaskingMemory()];
        for (const each of bodies) {
          const { walks, ...outcome } = await turn(memory, each, asTurnsDo);
          const { walks: most, ...expected } = await turn(plain, each, byWalking);
          expect(outcome).toEqual(expected);
          expect(walks).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 80 },
    );
  });
});
