/** How a request with long texts is masked: in what order, by whom, and what comes of it. The searches are real; they run here. */
import { setImmediate as loopTick } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RedactionFact } from '../../../../src/masking/turn/turn-masking.ts';
import { walkingChatRequest, type ChatRequestProblem } from '../../../../src/masking/request/chat-request.ts';
import type { Walking } from '../../../../src/masking/request/text-slot.ts';
import type { Prepared } from '../../../../src/masking/turn/maskable-request.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { Failure } from '../../../../src/platform/failure.ts';
import { LlmMemory } from '../../../../src/masking/turn/llm-detection.ts';
import { runSearch } from '../../../../src/masking/turn/long-texts/text-search.ts';
import type { TextSearch } from '../../../../src/masking/turn/long-texts/text-search.ts';
import type { TextSearcher } from '../../../../src/masking/turn/long-texts/search-pool.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { prepareRead } from '../../../../src/masking/turn/turn-preparing.ts';
import { TokenKeys, createIssuer } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { unpackValues } from '../../../../src/masking/turn/long-texts/packed-values.ts';
import { policyOf } from '../../policy/policies.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const POLICY = policyOf('name: p\npasses: [regex]\nentities:\n  URL: { action: redact }\n');
const FILLER = 'The results are going to be discussed in the afternoon, when the nurse has time for it. ';

/** What was searched elsewhere. */
let elsewhere: TextSearch[];
let searcher: TextSearcher;
let memory: MaskingMemory;
/** The masking of the last turn. */
let masking: TurnMasking;
beforeEach(() => {
  elsewhere = [];
  memory = new MaskingMemory();
  searcher = {
    search: async (search, rules) => {
      elsewhere.push(search);
      await loopTick();
      return runSearch({ search, rules: JSON.stringify(rules) });
    },
  };
});

afterEach(() => {
  vi.restoreAllMocks();
});

interface Masked {
  readonly texts: readonly string[];
  readonly body: string;
  readonly facts: readonly RedactionFact[];
}

/** One turn of the call, committed. */
async function turn(messages: readonly JsonValue[], maxTextLength = 1_000_000): Promise<Masked> {
  const terms = maskingTerms(POLICY);
  masking = new TurnMasking(
    memory,
    terms,
    createIssuer(
      KEYS,
      'vault-deterministic',
      'K_HEALTHCARE',
      'acc_01HYZ000000000000000000000',
      'sess_01HYZ000000000000000000000',
    ),
  );
  const request = {
    provider: 'stub',
    model: 'm',
    streamed: false,
    credential: 'none' as const,
    kept: null,
    receivedAt: 0,
    *walking(): Walking<Prepared<ChatRequestProblem>> {
      const masked = yield* walkingChatRequest({ model: 'm', messages }, { binaryContent: 'block' });
      return masked.ok ? { ok: true as const, body: Buffer.from(JSON.stringify(masked.body)), binaryParts: 0 } : masked;
    },
  };
  const prepared = await prepareRead(
    { masking, rules: terms.rules, searcher, maxTextLength },
    request,
    null,
    new LlmMemory(),
  );
  if (!prepared.ok) throw new Error('refused');
  const facts = masking.redactions(null);
  masking.commit();
  const body = Buffer.from(prepared.body)
    .toString()
    .replaceAll(FILLER, '~')
    .replace(/MSKV1\.([A-Z_]+)\.K_HEALTHCARE\.[A-Z2-7]+/g, '<$1>');
  const { messages: said } = JSON.parse(body) as { messages: { content: string }[] };
  return { texts: said.map(({ content }) => content), body, facts };
}

const user = (content: JsonValue): JsonValue => ({ role: 'user', content });
const long = (text: string, length = 12_000): string =>
  `${FILLER.repeat(Math.ceil(length / FILLER.length / 2))}${text} ${FILLER.repeat(Math.ceil(length / FILLER.length / 2))}`;
const searchedFor = (what: TextSearch['for']): string[] =>
  elsewhere.filter((search) => search.for === what).map(({ text }) => text);

describe('the usual turn', () => {
  test('never leaves the loop, also when its history is long and known', async () => {
    const said: JsonValue[] = [];
    for (let n = 0; n < 120; n += 1) {
      said.push(user(`${FILLER.repeat(3)} ${n}`));
      await turn(said);
    }
    expect(JSON.stringify(said).length).toBeGreaterThan(30_000);
    expect(elsewhere).toEqual([]);
  });

  test('stays there when it has a text of 4,000 characters', async () => {
    expect((await turn([user(long('call 415-555-0142', 3600))])).texts[0]).toContain('call <PHONE>');
    expect(elsewhere).toEqual([]);
  });
});

describe('a long text', () => {
  test('of many values is masked in the end, also where each step of it takes too long for one tick', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 100));
    const numbers = Array.from({ length: 700 }, (_, n) => `(415) 555-${String(n).padStart(4, '0')}`).join(', ');
    const { texts } = await turn([user(numbers)]);
    expect(texts[0]).toBe(Array.from({ length: 700 }, () => '<PHONE>').join(', '));
  });

  test('is searched elsewhere, once in a call, for identifiers and for what is known', async () => {
    const text = long('call 415-555-0142');
    const first = await turn([user('this is Zorblax Quimby'), user(text)]);
    expect(first.texts[1]).toMatch(/^~+call <PHONE> ~+$/);
    expect(first.facts.map(({ entity_kind: kind, path, pass }) => `${kind} ${path} ${pass}`)).toEqual([
      'NAME /messages/0/content regex',
      'PHONE /messages/1/content regex',
    ]);
    expect(searchedFor('identifiers')).toEqual([text]);
    elsewhere.length = 0;
    const second = await turn([user('this is Zorblax Quimby'), user(text), user('hello')]);
    expect(second.texts[1]).toBe(first.texts[1]);
    expect([second.facts, elsewhere]).toEqual([[], []]);
  });

  test('is searched for what the call gives away later, and nothing but that is searched for', async () => {
    const text = long('tell zorblax quimby that 415-555-0142 is busy');
    expect((await turn([user(text)])).texts[0]).toContain('tell zorblax quimby that <PHONE>');
    elsewhere.length = 0;
    const { texts, facts } = await turn([user(text), user('this is Zorblax Quimby')]);
    expect(texts[0]).toContain('tell <NAME> that <PHONE> is busy');
    expect(facts.map(({ path, pass }) => `${path} ${pass}`).sort()).toEqual([
      '/messages/0/content known',
      '/messages/1/content regex',
    ]);
    // How it is written here is learned on the way.
    expect(
      elsewhere.map((search) => [
        search.text === text,
        search.for === 'known' ? [...unpackValues(search.values)] : search.for,
      ]),
    ).toEqual([
      [true, [['Zorblax Quimby', 'NAME']]],
      [true, [['zorblax quimby', 'NAME']]],
    ]);
  });

  test('gives values away that stand in the texts before and behind it', async () => {
    const { texts } = await turn([
      user('zorblax quimby prefers mornings'),
      user(long('this is Zorblax Quimby, see https://example.com/q')),
      user(long('ZORBLAX QUIMBY!')),
    ]);
    expect(texts[0]).toBe('<NAME> prefers mornings');
    expect(texts[1]).toContain('this is <NAME>, see [REDACTED:URL]');
    expect(texts[2]).toContain('<NAME>!');
  });

  test('answers no question, and takes no part in what is answered behind it', async () => {
    const asking = { role: 'assistant', content: 'And what is your last name?' };
    const { texts } = await turn([asking, user('kestrel'), asking, user(long('heron or kestrel')), user('heron')]);
    expect(texts[1]).toBe('<NAME>');
    expect(texts[3]).toMatch(/heron or <NAME>/);
    expect(texts[4]).toBe('heron');
  });

  test('is a text like any other where it is one part of a message, or a value under a masked key', async () => {
    const parts = [
      { type: 'text', text: `${long('')}my number is 415-555-` },
      { type: 'text', text: `0142 ${long('')}` },
    ];
    expect(/415-555|0142/.test((await turn([user(parts)])).body)).toBe(false);
    const record = { 'maria.gonzalez@example.com': long('note 415-555-0143'), patient_name: 'maria gonzalez' };
    const { body } = await turn([{ role: 'tool', tool_call_id: 'call_1', content: JSON.stringify({ record }) }]);
    expect([/415-555|gonzalez/i.test(body), body.includes('<EMAIL>')]).toEqual([false, true]);
  });

  test('hides a pasted token as a short one does', async () => {
    const { body } = await turn([user(long(`MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`))]);
    expect(body).toMatch(/~<OTHER_ID> ~/);
  });
});

describe('many short texts that are new', () => {
  test('are searched elsewhere where they are long together, and come out as they would one by one', async () => {
    const said = Array.from({ length: 60 }, (_, n) =>
      user(`${FILLER.repeat(3)} call 415-555-${1000 + n}, or zorblax quimby`),
    );
    const { texts } = await turn([...said, user('this is Zorblax Quimby')]);
    expect(texts.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => '~~~ call <PHONE>, or <NAME>'));
    expect(elsewhere.length).toBeGreaterThan(30);
  });

  test('hold nothing that was found, and are recognised in the next turn', async () => {
    const part = fc.constantFrom(
      'this is Zorblax Quimby',
      'zorblax quimby',
      '415-555-0142',
      'What is your name?',
      'kestrel',
      'MRN 7734219',
      '7734219',
      FILLER.repeat(30),
      FILLER.repeat(120),
      'a@example.com',
    );
    const texts = fc.array(
      fc.tuple(fc.constantFrom('user', 'assistant'), fc.array(part, { minLength: 1, maxLength: 3 })),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(texts, async (said) => {
        memory = new MaskingMemory();
        const messages = said.map(([role, parts]) => ({ role, content: parts.join(' ') }));
        const { texts: masked, body } = await turn(messages);
        for (const [value] of memory.known) expect(body).not.toContain(value);
        const again = await turn(messages);
        expect([again.texts, again.facts]).toEqual([masked, []]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the time of a turn', () => {
  test('lets the loop have a tick whenever the clock shows that a stretch is over', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 100));
    let ticks = 0;
    let isMasking = true;
    const tick = (): void => {
      ticks += 1;
      if (isMasking) setImmediate(tick);
    };
    setImmediate(tick);
    await turn(Array.from({ length: 100 }, (_, n) => user(`note ${n}`)));
    isMasking = false;
    // The clock is looked at after each text that is searched.
    expect(ticks).toBeGreaterThanOrEqual(100);
  });

  test('holds the time of searches in threads', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const threads = searcher;
    searcher = {
      search: (...args) => {
        now += 50;
        return threads.search(...args);
      },
    };
    await turn([user(long('call 415-555-0142'))]);
    expect(elsewhere.map((search) => search.for)).toEqual(['identifiers', 'known']);
    expect(masking.detectionUs).toBe(100_000);
  });
});

describe('a request that cannot be searched', () => {
  test('fails with what the search fails with, and the call remembers nothing of it', async () => {
    searcher = { search: () => Promise.reject(new Failure('detection_unavailable', 'too many wait')) };
    await expect(turn([user('call 415-555-0142'), user(long('this is Zorblax Quimby'))])).rejects.toThrow(
      'too many wait',
    );
    expect([memory.textCount, memory.known.size, memory.tokens.size]).toEqual([0, 0, 0]);
  });

  test('is refused where it has more text than is searched for one, before anything is', async () => {
    const refused = turn([user(long('x', 12_000)), user(long('x', 12_000))], 20_000);
    await expect(refused).rejects.toThrow('The request has over 20000 characters of text (MASKER_MAX_TEXT_CHARS)');
    await expect(refused).rejects.toMatchObject({ code: 'payload_too_large', status: 413 });
    expect(elsewhere).toEqual([]);
    await turn([user('x'.repeat(20_000 - 'm'.length))], 20_000);
  });

  test('is refused after the work of a usual turn where all of its texts are too small for a thread', async () => {
    const said = Array.from({ length: 1000 }, (_, n) => `call 415-555-${1000 + n}`);
    await expect(turn(said.map(user), 15_000)).rejects.toMatchObject({ code: 'payload_too_large' });
    const searched = [...masking.newValues].length * 'call 415-555-1000'.length;
    expect([searched > 8000, searched <= 8192, elsewhere]).toEqual([true, true, []]);
  });
});

test('a date that is chosen among hundreds of values leaves none of them in the clear', async () => {
  const numbers = Array.from({ length: 700 }, (_, n) => String(10_000 + n * 37));
  const { body } = await turn([
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'We have openings on March 4, 2027 and March 5, 2027.' },
    { role: 'user', content: `The 4th works. ${numbers.map((number) => `my MRN is ${number}`).join(', ')}` },
  ]);
  expect(numbers.filter((number) => body.includes(number))).toEqual([]);
  expect(body.match(/<MRN>/g)).toHaveLength(numbers.length);
});
