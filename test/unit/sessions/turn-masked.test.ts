/** What is reused of a session's last request: the same bytes, records and refusals as masking each request whole. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyChain } from '../../../src/audit/session-chain.ts';
import { MaskingMemory } from '../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../src/masking/turn/masking-terms.ts';
import type { TextSearcher } from '../../../src/masking/turn/long-texts/search-pool.ts';
import { runSearch } from '../../../src/masking/turn/long-texts/text-search.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';
import { CHAT_COMPLETIONS } from '../../../src/proxy/openai/chat-completions.ts';
import { parseBody, readCall } from '../../../src/proxy/openai/call.ts';
import type { Endpoint } from '../../../src/proxy/openai/endpoint.ts';
import { RESPONSES } from '../../../src/proxy/openai/responses.ts';
import { maskable } from '../../../src/proxy/turn/maskable.ts';
import { LiveSession } from '../../../src/sessions/live-session.ts';
import { keepHead, maskTurn } from '../../../src/sessions/turn-masked.ts';
import { createIssuer, TokenKeys } from '../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { policyOf } from '../policy/policies.ts';
import { keyedRow } from './rows.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const POLICY = policyOf(readFileSync('configs/mask_policy.yaml', 'utf8'));
const SEARCHER: TextSearcher = {
  search: (search, rules) => Promise.resolve(runSearch({ search, rules: JSON.stringify(rules) })),
};

/** What a turn comes to. */
interface Outcome {
  readonly isReused: boolean;
  readonly seen: object;
}

/** A session that reuses what it can, or nothing. */
class Call {
  readonly #session = new LiveSession(
    { row: keyedRow, head: emptyChain(), vault: null, stored: true },
    new MaskingMemory(),
  );
  readonly #terms = maskingTerms(POLICY);
  readonly #reuses: boolean;
  readonly #endpoint: Endpoint;
  readonly #maxTextLength: number;

  constructor(reuses: boolean, endpoint: Endpoint = CHAT_COMPLETIONS, maxTextLength = 1_000_000) {
    this.#reuses = reuses;
    this.#endpoint = endpoint;
    this.#maxTextLength = maxTextLength;
  }

  get bytes(): number {
    return this.#session.bytes;
  }

  get session(): LiveSession {
    return this.#session;
  }

  async turn(text: string | Uint8Array): Promise<Outcome> {
    try {
      return await this.#turn(typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { isReused: false, seen: { code: error.code, message: error.message } };
    }
  }

  async #turn(raw: Uint8Array): Promise<Outcome> {
    const session = this.#session;
    const call = readCall(parseBody(raw), { provider: 'stub', model: null });
    const { reusable, ...request } = maskable(this.#endpoint, call, { binaryContent: 'allow', received: () => raw });
    const { id, accountId } = keyedRow;
    const masked = await maskTurn(
      session,
      {
        provider: 'stub',
        model: call.model,
        streamed: false,
        credential: 'none',
        kept: null,
        receivedAt: 0,
        ...request,
        ...(this.#reuses ? { reusable } : {}),
      },
      {
        terms: this.#terms,
        issuer: createIssuer(KEYS, 'vault-deterministic', 'K_HEALTHCARE', accountId, id),
        longTexts: { searcher: SEARCHER, maxTextLength: this.#maxTextLength },
        gemma: null,
        goesOn: true,
      },
    );
    const { masking, prepared, head } = masked;
    if (!prepared.ok) return { isReused: head !== null, seen: prepared.problem };
    const allowed = { terms: this.#terms.rules.allow, texts: masking.passedThrough };
    const egress = runAtOnce(session.egress(masking.newValues, allowed));
    const leaks = session.leaks(egress, prepared.body, head);
    const seen = {
      body: Buffer.from(prepared.body).toString('utf8'),
      binaryParts: prepared.binaryParts,
      leaks,
      redactions: masking.redactions(null),
      tokens: [...masking.tokensInTurn],
      newTokens: masking.newTokens,
      keptDates: masking.keptDates,
    };
    if (leaks.length === 0) {
      masking.commit();
      keepHead(session, masked);
    }
    return { isReused: head !== null, seen };
  }
}

/** Sends the requests to a session that reuses and to one that does not. Returns how many turns were reused. */
async function compare(requests: readonly (string | Uint8Array)[], endpoint = CHAT_COMPLETIONS): Promise<number> {
  const [fast, whole] = [new Call(true, endpoint), new Call(false, endpoint)];
  let reused = 0;
  for (const request of requests) {
    const [quick, slow] = [await fast.turn(request), await whole.turn(request)];
    expect(quick.seen).toEqual(slow.seen);
    reused += quick.isReused ? 1 : 0;
  }
  return reused;
}

type Message = Readonly<Record<string, unknown>>;

const user = (content: unknown): Message => ({ role: 'user', content });
const assistant = (content: unknown): Message => ({ role: 'assistant', content });
const chat = (messages: readonly Message[], further: object = {}): string =>
  JSON.stringify({ model: 'm', messages, ...further });
/** The requests of a call: each brings all messages before it. */
const growing = (messages: readonly Message[], write = chat): string[] =>
  messages.flatMap((_, at) => (at % 2 === 0 ? [write(messages.slice(0, at + 1))] : []));

const pick = fc.constantFrom;
const name = fc.tuple(pick('Maria', 'Anna', 'Ivan', 'Oona', 'Li'), pick('Gonzalez', 'Okafor', 'O’Brien', 'Lindqvist'));
const number = fc.tuple(pick('415', '919', '602'), fc.integer({ min: 1000, max: 9999 }));
const day = fc.tuple(pick('January', 'March', 'June', 'October'), fc.integer({ min: 1, max: 28 }));

const said: fc.Arbitrary<string> = fc.oneof(
  name.map(([first, last]) => `My name is ${first} ${last}.`),
  name.map(([first]) => `${first} said so, and I was there with ${first} 4 times`),
  name.map(([first, last]) => `that is spelled ${Array.from(`${first} ${last}`).join(' ')}`),
  number.map(([area, last]) => `you can reach me at ${area}-555-${last}`),
  number.map(
    ([area, last]) => `it is ${Array.from(area).join(' ')}, five five five, ${String(last).slice(0, 2)} and so on`,
  ),
  number.map(([, last]) => `the one that ends in ${last}, member ID W${last}77`),
  day.map(([month, date]) => `I was born on ${month} ${date}, 1961`),
  day.map(([month, date]) => `We have ${month} ${date} or ${month} ${date + 1}. Which one suits you?`),
  day.map(([, date]) => `the ${date}th would be great`),
  pick(
    'What is your date of birth?',
    'And your phone number?',
    'a a as in alpha, o as in oscar',
    '3 7 1962',
    'yes, zero two',
    'four one five',
    '[{"name":"Maria Gonzalez","phone":"4155551234"}]',
    '{"patient":{"dob":"1961-06-03","first_name":"Anna"},"slots":["2026-12-01T09:00"]}',
    'Mar\u0069a%20Gonzalez and maria.gonzalez%40example.com',
    'MSKV1.NAME.K_HEALTHCARE.ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    '  ',
    '👩🏽‍⚕️ ok \ud800 done',
  ),
);

const content: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: said },
  fc.array(said, { minLength: 1, maxLength: 3 }).map((texts) => texts.map((text) => ({ type: 'text', text }))),
  said.map((text) => [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: 'https://example.com/Maria-Gonzalez.png' } },
  ]),
);

const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 4, arbitrary: content.map(user) },
  { weight: 4, arbitrary: content.map(assistant) },
  said.map((text) => ({ role: 'system', content: `You are Anna, the assistant. ${text}` })),
  said.map((text) => ({ role: 'tool', tool_call_id: 'call_1', content: text })),
  said.map((text) => ({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'find', arguments: JSON.stringify({ q: text }) } },
    ],
  })),
);

const further: fc.Arbitrary<object> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.constant({ stream: true, temperature: 0.3 }) },
  said.map((text) => ({ metadata: { note: text } })),
  said.map((text) => ({ call: { id: 'c1' }, metadata: { note: { deep: text } } })),
  said.map((text) => ({ note: text })),
  said.map((text) => ({ tools: [{ type: 'function', function: { name: 'find', description: text } }] })),
  fc.constant({ seed: 4_155_551_234 }),
);

/** How a client treats the history before it sends a request. */
type Sending =
  'grown' | 'same' | 'cut' | 'altered' | 'indented' | 'reordered' | 'wrapped' | 'duplicate' | 'second' | 'bytes';
const sending: fc.Arbitrary<Sending> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('grown' as const) },
  pick<Sending[]>('same', 'cut', 'altered', 'indented', 'reordered', 'wrapped', 'duplicate', 'second', 'bytes'),
);

function written(how: Sending, messages: readonly Message[], more: object): string | Uint8Array {
  const text = chat(messages, more);
  switch (how) {
    case 'grown':
    case 'same':
      return text;
    case 'cut':
      return chat(messages.slice(1), more);
    case 'altered':
      return chat([user('It was Ivan O’Brien at 602-555-7777'), ...messages.slice(1)], more);
    case 'indented':
      return JSON.stringify({ model: 'm', messages, ...more }, null, 2);
    case 'reordered':
      return JSON.stringify({ ...more, messages, model: 'm' });
    case 'wrapped':
      return ` ${text}\n`;
    case 'duplicate':
      return `${text.slice(0, -1)},"model":"m"}`;
    case 'second':
      return `${text.slice(0, -1)},"messages":[]}`;
    case 'bytes':
      return Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0x7d])]);
  }
}

const step = fc.tuple(fc.array(message, { minLength: 1, maxLength: 3 }), sending, further);

describe('masking a request behind what it has in common with the last one', () => {
  it('gives the same bytes, records and refusals as masking it whole, whatever the call says and however it is sent', async () => {
    let reused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        const history: Message[] = [];
        const requests = steps.map(([messages, how, more]) => {
          if (how !== 'same') history.push(...messages);
          return written(how, [...history], more);
        });
        reused += await compare(requests);
      }),
      { seed: 20_261_130, numRuns: 25 },
    );
    expect(reused).toBeGreaterThan(50);
  });

  it('masks a growing call behind the last request in each turn', async () => {
    const messages = Array.from({ length: 21 }, (_, at) =>
      (at % 2 === 0 ? user : assistant)(`That was sentence ${at}.`),
    );
    expect(await compare(growing(messages))).toBe(10);
  });

  it('masks a growing call of the Responses API behind the last request in each turn', async () => {
    const messages = Array.from({ length: 9 }, (_, at) => user(`Call me at 415-555-01${10 + at}, please.`));
    const write = (input: readonly Message[]): string =>
      JSON.stringify({ model: 'm', instructions: 'Be kind.', input, store: false });
    expect(await compare(growing(messages, write), RESPONSES)).toBe(4);
  });

  it('masks what an earlier message says once a later one tells what it is', async () => {
    const messages = [
      user('Tell 7741 that I called.'),
      assistant('Who is that?'),
      user('My member ID is W7741980 and my PIN ends in 7741.'),
      assistant('Thank you.'),
      user('Is Quintero there? My name is Marisol Quintero.'),
      assistant('Yes.'),
      user('Hello Marisol-'),
    ];
    await compare(growing(messages));
  });

  it('searches the whole body for a value that was learned late', async () => {
    const seed = 4_155_550_132;
    const messages = [
      user('I have a question.'),
      assistant('Yes?'),
      user('My number is 415-555-0132.'),
      assistant('I see.'),
      user('Thank you.'),
    ];
    const call = new Call(true);
    const outcomes = [];
    for (const request of growing(messages, (said) => JSON.stringify({ seed, model: 'm', messages: said })))
      outcomes.push(await call.turn(request));
    expect(outcomes.map(({ seen }) => 'leaks' in seen && seen.leaks)).toEqual([[], [], []]);
    const note = { metadata: { id: '415\u00a0555\u00a00132' } };
    await compare([...growing(messages), chat(messages, note)]);
  });

  it('finds a value that stands behind what is reused', async () => {
    const messages = [user('My number is 415-555-0132.'), assistant('I see.'), user('Thank you.')];
    const requests = [chat(messages.slice(0, 1)), chat(messages, { seed: 4_155_550_132 })];
    const call = new Call(true);
    await call.turn(requests[0] ?? '');
    // A seed may be any number; anywhere else in the request the same digits are a leak.
    expect((await call.turn(requests[1] ?? '')).seen).toMatchObject({ leaks: [] });
    const [fast, whole] = [new Call(true), new Call(false)];
    for (const each of [fast, whole]) await each.turn(requests[0] ?? '');
    const leaking = chat(messages, { prompt_cache_retention: '24h', top_p: 0.4155550132 });
    const [quick, slow] = [await fast.turn(leaking), await whole.turn(leaking)];
    expect(quick.isReused).toBe(true);
    expect(quick.seen).toEqual(slow.seen);
    expect(quick.seen).toMatchObject({ leaks: [{ kind: 'PHONE' }] });
  });

  it('counts the text of what is reused towards the limit of a request', async () => {
    const messages = Array.from({ length: 7 }, (_, at) => user(`${at} ${'word '.repeat(30)}`));
    const call = new Call(true, CHAT_COMPLETIONS, 1000);
    const seen = [];
    for (const request of growing(messages)) seen.push((await call.turn(request)).seen);
    expect(seen.map((each) => 'code' in each && each.code)).toEqual([false, false, false, 'payload_too_large']);
  });

  it('masks all anew once another policy is in force', async () => {
    const call = new Call(true);
    const [first = '', second = '', third = ''] = growing([
      user('a'),
      assistant('b'),
      user('c'),
      assistant('d'),
      user('e'),
    ]);
    await call.turn(first);
    expect((await call.turn(second)).isReused).toBe(true);
    call.session.comeUnder('ff', 'vault-deterministic');
    expect((await call.turn(third)).isReused).toBe(false);
  });

  it('counts what is kept for the next request as memory of the session', async () => {
    const [reusing, whole] = [new Call(true), new Call(false)];
    const request = chat([user('word '.repeat(400))]);
    for (const call of [reusing, whole]) await call.turn(request);
    expect(reusing.bytes).toBeGreaterThan(whole.bytes + 2 * request.length);
  });

  it('keeps nothing of a request that is longer than 512 kB', async () => {
    const call = new Call(true, CHAT_COMPLETIONS, 2_000_000);
    const messages = [
      user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${'QUJD'.repeat(140_000)}` } }]),
    ];
    await call.turn(chat(messages));
    expect((await call.turn(chat([...messages, user('and?')]))).isReused).toBe(false);
  });
});
