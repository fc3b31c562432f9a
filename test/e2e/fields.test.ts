/**
 * A canary in every position of the table of fields, through a real instance: none in what the upstream gets, in a log line, in
 * a table, in an error. A field that is added to the table is tested without a change here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/json-text.ts';
import { PLATFORM_FIELDS, REQUEST_FIELDS } from '../../src/masking/request/request-fields.ts';
import type { CreatedAgent } from '../instance.ts';
import { keepsNumbers, positionsOf } from '../unit/masking/request/positions.ts';
import { startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables, disguises, headerText, writtenIn } from './everything.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls({ MASKER_LOG_LEVEL: 'trace' });
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

interface Canary {
  readonly email: string;
  readonly phone: string;
  readonly ssn: string;
  /** A telephone number as a JSON number. */
  readonly number: number;
}

/** Long enough that no piece of its encodings stands in random bytes by chance. */
const BIRD = 'canaryintheshaft';

const planted: Canary[] = [];

/** Values that stand nowhere else, in no other request either. */
function canary(): Canary {
  const n = planted.length + 1;
  const digits = String(n).padStart(4, '0');
  const made = {
    email: `${BIRD}${digits}x@example.net`,
    phone: `(212) 555-${digits}`,
    ssn: `219-09-${digits}`,
    number: 3_125_550_000 + n,
  };
  planted.push(made);
  return made;
}

/** The canaries as they are written. */
const NAMED = new RegExp(`${BIRD}\\d{4}x`, 'gi');
const NUMBERED: readonly RegExp[] = [/\(?212\)?[ .-]?555[ .-]?\d{4}/g, /219-?09-?\d{4}/g, /312555\d{4}/g];

/** All canaries of which a trace is in the text. */
function traces(text: string): string[] {
  const found = new Set<string>();
  for (const [hit] of text.matchAll(NAMED)) found.add(hit);
  for (const pattern of NUMBERED) for (const hit of writtenIn(text, pattern)) found.add(hit);
  // Whatever the encoding, the beginning of the address gives each of them away.
  for (const hidden of disguises(BIRD)) if (text.toLowerCase().includes(hidden.toLowerCase())) found.add(hidden);
  return [...found];
}

const inText = ({ email, phone, ssn }: Canary): string =>
  `write to ${email}, call ${phone}, my social security number is ${ssn}`;
/** JSON in JSON in JSON, with escapes. */
const nested = (c: Canary): string => {
  const inner = JSON.stringify({ note: inText(c), [c.email]: [c.number] }).replaceAll('@', '\\u0040');
  return JSON.stringify({ b: [JSON.stringify({ c: JSON.stringify([inner]) })] });
};

const all = [
  ...positionsOf(REQUEST_FIELDS, '', (field) => ({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'hello' }],
    ...field,
  })),
];

/** Positions where only one shape is accepted: anything else is refused, and the refusal tells nothing. */
const REFUSED = new Set(['model', 'stream', 'messages', 'messages[]']);

/** Sends a request and searches what comes of it. Returns its status. */
async function send(body: JsonObject, headers: Record<string, string> = {}, query = ''): Promise<number> {
  calls.upstream.received.length = 0;
  const response = await fetch(`${agent.proxy_url}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  // An answer gives the caller his own values back; an error never repeats them.
  const toCaller = response.status < 400 ? headerText(response) : `${headerText(response)}\n${text}`;
  expect(traces(toCaller)).toEqual([]);
  expect(traces(calls.upstream.everything())).toEqual([]);
  expect(calls.upstream.received).toHaveLength(response.status < 400 ? 1 : 0);
  return response.status;
}

describe('a canary is nowhere to be found', () => {
  test('and is found where it is', () => {
    const c = canary();
    expect(traces(inText(c))).toHaveLength(4);
    expect(traces(nested(c)).length).toBeGreaterThan(2);
    expect(traces(Buffer.from(inText(c)).toString('base64'))).not.toEqual([]);
    expect(traces(`tel1${c.phone.replace(/\D/g, '')}, \\n${c.ssn}`)).toHaveLength(2);
    expect(traces('the quick brown fox')).toEqual([]);
  });

  test.each(all)('planted at $path', async ({ path, treatment, plant }) => {
    const values: JsonValue[] = [];
    const c = [canary(), canary(), canary(), canary()] as const;
    if (treatment.as !== 'verbatim') values.push(inText(c[0]), nested(c[1]));
    values.push({ [c[2].email]: [inText(c[2]), { any: c[2].phone }] }, [
      nested(c[3]),
      ...(keepsNumbers(treatment) ? [] : [c[3].number]),
    ]);
    for (const value of values) {
      const status = await send(plant(value));
      if (!REFUSED.has(path)) expect(status, path).toBe(200);
    }
  });

  test('in fields that nobody knows, and in keys', async () => {
    const c = canary();
    const body = {
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'hello', later: { [c.email]: inText(c) } }],
      [`x ${c.email}`]: c.number,
      later: [{ deep: [nested(c)] }],
    };
    expect(await send(body)).toBe(200);
    for (const field of PLATFORM_FIELDS) {
      const one = canary();
      expect(
        await send({ model: 'gpt-4o-mini', messages: [], [field]: { number: one.phone, [one.email]: [inText(one)] } }),
      ).toBe(200);
    }
  });

  test('cut between the parts of a message', async () => {
    const { email, phone, ssn } = canary();
    const parts = [
      `mail ${email.slice(0, 9)}`,
      `${email.slice(9)} or call ${phone.slice(0, 8)}`,
      `${phone.slice(8)}, social security number ${ssn.slice(0, 5)}`,
      ssn.slice(5),
    ];
    expect(
      await send({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: parts.map((text) => ({ type: 'text', text })) }],
      }),
    ).toBe(200);
    const seen = calls.upstream.everything();
    for (const piece of [email.slice(9), phone.slice(8), phone.slice(0, 8)]) expect(seen).not.toContain(piece);
  });

  test('cut between a key of JSON and the value under it', async () => {
    const { phone, ssn } = canary();
    const cut = {
      [phone.slice(1, 8)]: phone.slice(8),
      [ssn.slice(0, 6)]: ssn.slice(6),
      'canary lane 4242 kumquat': 'lane',
      maria: 'canarycz',
    };
    const body = {
      model: 'gpt-4o-mini',
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: JSON.stringify(cut) } }],
        },
      ],
      later: cut,
    };
    expect(await send(body)).toBe(200);
    const seen = calls.upstream.everything();
    for (const piece of [phone.slice(8), phone.slice(1, 8), ssn.slice(0, 6), ssn.slice(6), 'kumquat', 'canarycz'])
      expect(seen).not.toContain(piece);
  });

  test('in the query string and in any header', async () => {
    const c = canary();
    const headers = Object.fromEntries(
      [
        'x-anything',
        'user-agent',
        'referer',
        'cookie',
        'x-call-id',
        'openai-organization',
        'x-forwarded-for',
        'idempotency-key',
        'baggage',
      ].map((name) => [name, inText(c)]),
    );
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] };
    expect(await send(body, headers, `?${encodeURIComponent(c.email)}=${encodeURIComponent(inText(c))}`)).toBe(200);
  });

  test('in a binary part: refused, without repeating it', async () => {
    const c = canary();
    const url = `https://example.org/?q=${c.email}`;
    for (const part of [
      { type: 'image_url', image_url: { url } },
      { type: 'file', file: { filename: inText(c) } },
      { type: 'input_audio', input_audio: { data: inText(c) } },
    ]) {
      expect(await send({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: [part] }] })).toBe(422);
    }
  });
});

// After the tests in whatever order they ran, and before the database goes: hooks run last to first.
afterAll(async function noLogLineAndNoRowHasACanary() {
  expect(planted).not.toEqual([]);
  const tables = await allTables(calls.db.url);
  expect(tables).toContain('turn_completed');
  expect(traces(tables)).toEqual([]);
  const log = calls.masker.logged.join('');
  expect(log).toContain('"request"');
  expect(traces(log)).toEqual([]);
});
