/** What is reused of a session's last request: the same bytes, records and refusals as masking each request whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAT_COMPLETIONS } from '../../../src/proxy/openai/chat-completions.ts';
import { RESPONSES } from '../../../src/proxy/openai/responses.ts';
import { expectSame, hostileCall } from './hostile-calls.ts';
import { DEFAULT_POLICY, HEARD_POLICY, ReusingCall } from './reusing-call.ts';

const POLICY = { ...DEFAULT_POLICY, binaryContent: 'allow' as const };

/** Sends the requests to a session that reuses and to one that does not. Returns how many turns were reused. */
async function compare(requests: readonly (string | Uint8Array)[], endpoint = CHAT_COMPLETIONS): Promise<number> {
  const [fast, whole] = [
    new ReusingCall(true, { endpoint, policy: POLICY }),
    new ReusingCall(false, { endpoint, policy: POLICY }),
  ];
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

  it('gives the same as masking whole for hostile calls of both APIs', async () => {
    let reused = 0;
    await fc.assert(
      fc.asyncProperty(hostileCall, async (call) => {
        reused += await expectSame(call);
      }),
      { seed: 20_261_130, numRuns: 40 },
    );
    expect(reused).toBeGreaterThan(30);
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

  it.each<[string, object, object]>([
    ['`background` behind the history and `stream` before it', { stream: true }, { background: true }],
    ['`stream` behind the history and `background` before it', { background: true }, { stream: true }],
  ])('treats a request of the Responses API with %s as one that is masked whole', async (_, front, behind) => {
    const messages = Array.from({ length: 5 }, (_, at) => user(`Sentence ${at}.`));
    const write = (input: readonly Message[], more: object): string =>
      JSON.stringify({ model: 'm', ...front, input, store: true, ...more });
    const requests = [{}, behind, { ...behind, stream: false }, {}].map((more, at) =>
      write(messages.slice(0, at + 1), more),
    );
    await compare([...growing(messages, (input) => write(input, behind)), ...requests], RESPONSES);
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

  it.each([true, false])(
    'masks a value that is cut between two parts of a message once it is known (reusing: %s)',
    async (reuses) => {
      const parts = ['tell kowal', 'czyk that I called, and l', 'indqvist'].map((text) => ({ type: 'text', text }));
      const messages = [
        assistant(parts),
        user('Yes?'),
        assistant('And who are you?'),
        user('My last name is Kowalczyk.'),
        assistant('And your husband?'),
        user('His last name is Lindqvist.'),
      ];
      const call = new ReusingCall(reuses, { policy: HEARD_POLICY });
      const bodies: unknown[] = [];
      for (const count of [2, 4, 6]) {
        const { seen } = await call.turn(chat(messages.slice(0, count)));
        bodies.push('body' in seen ? seen.body : seen);
      }
      expect(bodies[0]).toContain('tell kowal');
      expect(bodies[1]).not.toMatch(/tell kowal|czyk that/);
      expect(bodies[1]).toContain('indqvist');
      expect(bodies[2]).not.toMatch(/tell kowal|czyk that|"indqvist/);
    },
  );

  it('searches the whole body for a value that was learned late', async () => {
    const seed = 4_155_550_132;
    const messages = [
      user('I have a question.'),
      assistant('Yes?'),
      user('My number is 415-555-0132.'),
      assistant('I see.'),
      user('Thank you.'),
    ];
    const call = new ReusingCall(true);
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
    const call = new ReusingCall(true);
    await call.turn(requests[0] ?? '');
    // A seed may be any number; anywhere else in the request the same digits are a leak.
    expect((await call.turn(requests[1] ?? '')).seen).toMatchObject({ leaks: [] });
    const [fast, whole] = [new ReusingCall(true), new ReusingCall(false)];
    for (const each of [fast, whole]) await each.turn(requests[0] ?? '');
    const leaking = chat(messages, { prompt_cache_retention: '24h', top_p: 0.4155550132 });
    const [quick, slow] = [await fast.turn(leaking), await whole.turn(leaking)];
    expect(quick.isReused).toBe(true);
    expect(quick.seen).toEqual(slow.seen);
    expect(quick.seen).toMatchObject({ leaks: [{ kind: 'PHONE' }] });
  });

  it('counts the text of what is reused towards the limit of a request', async () => {
    const messages = Array.from({ length: 7 }, (_, at) => user(`${at} ${'word '.repeat(30)}`));
    const call = new ReusingCall(true, { maxTextLength: 1000 });
    const seen = [];
    for (const request of growing(messages)) seen.push((await call.turn(request)).seen);
    expect(seen.map((each) => 'code' in each && each.code)).toEqual([false, false, false, 'payload_too_large']);
  });

  it('masks all anew once another policy is in force', async () => {
    const call = new ReusingCall(true);
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
    const [reusing, whole] = [new ReusingCall(true), new ReusingCall(false)];
    const request = chat([user('word '.repeat(400))]);
    for (const call of [reusing, whole]) await call.turn(request);
    expect(reusing.bytes).toBeGreaterThan(whole.bytes + 2 * request.length);
  });

  it('keeps nothing of a request that is longer than 512 kB', async () => {
    const call = new ReusingCall(true, { maxTextLength: 2_000_000, policy: POLICY });
    const messages = [
      user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${'QUJD'.repeat(140_000)}` } }]),
    ];
    await call.turn(chat(messages));
    expect((await call.turn(chat([...messages, user('and?')]))).isReused).toBe(false);
  });
});
