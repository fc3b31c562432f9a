/** The egress check behind the real detection: a second line that never stops an honest call. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { maskChatRequest } from '../request/mask-request.ts';
import { EgressSearch } from '../../../../src/masking/egress/egress.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { createIssuer, TokenKeys } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { growingCall } from '../../../bench/call-turn.ts';
import { policyOf } from '../../policy/policies.ts';
import { maskerOf } from '../turn/mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const TERMS = maskingTerms(policyOf(readFileSync('configs/mask_policy.yaml', 'utf8')));

/** A call as a session keeps it: what masking knows, the egress check knows. */
class Call {
  readonly #memory = new MaskingMemory();
  readonly #egress = new EgressSearch();
  #added = 0;

  /** Kinds of what is found in the masked body of one more turn. */
  turn(body: JsonObject): readonly EntityKind[] {
    const issuer = createIssuer(
      KEYS,
      'vault-deterministic',
      'K_HEALTHCARE',
      'acc_01HYZ000000000000000000000',
      'sess_01HYZ000000000000000000000',
    );
    const masking = new TurnMasking(this.#memory, TERMS, issuer);
    let masked: JsonValue = null;
    for (let pass = 0, known = -1; pass < MASKING_PASSES && masking.knownCount > known; pass++) {
      known = masking.knownCount;
      masking.beginPass();
      const result = maskChatRequest(body, maskerOf(masking), { binaryContent: 'block' });
      if (!result.ok) throw new Error(result.problem.message);
      masked = result.body;
    }
    masking.commit();
    for (const [value, kind] of [...this.#memory.known].slice(this.#added)) this.#egress.add(value, kind);
    this.#added = this.#memory.known.size;
    return this.hits(masked);
  }

  hits(body: JsonValue): readonly EntityKind[] {
    return this.#egress.search(Buffer.from(JSON.stringify(body))).map(({ kind }) => kind);
  }

  get known(): readonly (readonly [string, EntityKind])[] {
    return [...this.#memory.known];
  }
}

const SYSTEM = `You are the voice assistant at the front desk of Riverside Family Clinic, 1200 Main Street, Springfield, Illinois. Open Monday to Friday from
eight to five. Dr. Patel and Dr. Johnson see patients; billing is at 800-555-0199. Today is March 14, 2025. Ask for the full name, the date of birth, the phone number and
the member id. Accepted: Blue Cross Blue Shield, Aetna, UnitedHealthcare, Medicare. The pharmacy is on Washington Avenue, next to the Jefferson Building.`;
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'book_appointment',
      description:
        'Books an appointment at the Los Angeles office. Example: {"date_of_birth":"1970-01-31","phone_number":"+12025550143"}',
      parameters: {
        type: 'object',
        properties: {
          last_name: { type: 'string' },
          timezone: { type: 'string', enum: ['America/Los_Angeles', 'America/New_York'] },
        },
      },
    },
  },
];

interface Row {
  readonly call: string;
  readonly speaker: string;
  readonly text: string;
}

const calls = new Map<string, Row[]>();
for (const line of readFileSync('test/eval/sets/calls.jsonl', 'utf8').trim().split('\n')) {
  const row = JSON.parse(line) as Row;
  calls.set(row.call, [...(calls.get(row.call) ?? []), row]);
}

function request(rows: readonly Row[]): JsonObject {
  const said = rows.map(({ speaker, text }) => ({ role: speaker === 'agent' ? 'assistant' : 'user', content: text }));
  return {
    model: 'gpt-4o-2024-08-06',
    messages: [{ role: 'system', content: SYSTEM }, ...said],
    tools: TOOLS,
    user: 'caller-7f3a',
  };
}

describe('an honest call', () => {
  it('is never stopped, whatever it gave away', () => {
    let values = 0;
    for (const [id, rows] of [...calls].slice(0, 80)) {
      const call = new Call();
      for (const upTo of [rows.length / 2, rows.length])
        expect(call.turn(request(rows.slice(0, upTo))), id).toEqual([]);
      values += call.known.length;
    }
    expect(values).toBeGreaterThan(200);
  });

  it('of the benchmark is not stopped either', () => {
    const call = new Call();
    for (const body of growingCall()) expect(call.turn(JSON.parse(body.toString('utf8')) as JsonObject)).toEqual([]);
    expect(call.known.length).toBeGreaterThan(3);
  });
});

describe('a code that was said before', () => {
  // Without those that are something else by themselves: "oh" a zero, "2nd" an ordinal, "hm" a filler.
  const code = fc
    .stringMatching(/^[ABCEFGJKPQRUVWXYZ2-9]{8,18}$/)
    .filter((text) => text.replace(/\D/g, '').length >= 3 && /[A-Z]/.test(text));
  const joint = fc.constantFrom('-', ' ', '.', '_', ' - ', '---', '/', '\u200b');

  it('never stops the call that spells it in another way', () => {
    fc.assert(
      fc.property(code, joint, fc.integer({ min: 1, max: 4 }), fc.boolean(), (value, between, size, isLower) => {
        const call = new Call();
        call.turn(request([{ call: '', speaker: 'caller', text: `My member ID is ${value}.` }]));
        const groups = (value.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(between);
        const said = `So it is ${isLower ? groups.toLowerCase() : groups}, right?`;
        expect(call.turn(request([{ call: '', speaker: 'caller', text: said }])), said).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('nor one that plays with a token', () => {
    const call = new Call();
    for (const end of [
      'BPO6IH2EPRDOZYNESBANGAPP2V',
      'UVDPESQHNFJTRVOANUIYW564HM',
      'CKVGIKWJVH6F3HX4LLLXTI54AT',
      'RFTQFGWLYT45VW4B6QJMY6GZTG',
    ]) {
      const token = `MSKV1.PHONE.K_HEALTHCARE.${end}`;
      const letters = Array.from(token);
      for (const said of [
        token,
        token.toLowerCase(),
        token.replaceAll('.', ' '),
        token.replaceAll('.', ''),
        letters.join(' '),
        letters.join('-'),
        letters.join('\u200b'),
      ]) {
        expect(
          call.turn(
            request([{ call: '', speaker: 'caller', text: `Read this to me: ${said} and call (261) 555-0100` }]),
          ),
          said,
        ).toEqual([]);
      }
    }
  });
});

/** Coded for a URL or a form, and for a page by numbers and by names. */
const CODINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['percent', encodeURIComponent],
  [
    'percent for all',
    (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  ],
  ['form', (text) => new URLSearchParams({ '': text }).toString().slice(1)],
  ['decimal references', (text) => text.replace(/[^A-Za-z0-9]/gu, (mark) => `&#${mark.codePointAt(0)};`)],
  [
    'hexadecimal references',
    (text) => text.replace(/[^A-Za-z0-9]/gu, (mark) => `&#x${mark.codePointAt(0)?.toString(16)};`),
  ],
  ['names', (text) => text.replaceAll(' ', '&nbsp;').replaceAll('@', '&commat;').replaceAll('.', '&period;')],
];
const SAID: readonly (readonly [string, string])[] = [
  ['My name is', 'Margaret Whitfield'],
  ['My name is', 'José García Núñez'],
  ['My phone number is', '(212) 555-0187'],
  ['My phone number is', '+1 212 555 0187'],
  ['My social is', '219-09-7645'],
  ['My member ID is', 'AB-123 456'],
  ['My e-mail is', 'zebulon.q@example.org'],
  ['I was born on', '04/17/1951'],
  ['My address is', '4242 Kumquat Lane'],
];

describe.each(CODINGS)('a value that is coded as %s', (_, code) => {
  const call = new Call();
  const messages = (texts: readonly string[]): JsonObject => ({
    model: 'gpt-4o',
    messages: texts.map((content) => ({ role: 'user', content })),
  });
  call.turn(messages(SAID.map(([cue, value]) => `${cue} ${value}.`)));

  it('is found where masking leaves it, and never stops the call where masking replaces it', () => {
    const coded = SAID.map(([, value]) => code(value));
    const texts = coded.flatMap((value) => [
      `See https://clinic.example/find?q=${value}&page=2 for it.`,
      JSON.stringify({ url: `/find/${value}`, note: `<a href="/find?q=${value}">${value}</a>` }),
    ]);
    for (const text of texts) expect(call.hits(messages([text])), text).not.toEqual([]);
    expect(call.turn(messages(texts))).toEqual([]);
  });
});

describe('a value that slipped through', () => {
  it('is found wherever it stands, if it is told from everything else', () => {
    const call = new Call();
    const [body] = growingCall()
      .slice(-1)
      .map((bytes) => JSON.parse(bytes.toString('utf8')) as JsonObject);
    call.turn(body ?? {});
    const long = call.known.filter(
      ([value]) => value.replace(/\D/g, '').length >= 7 || value.replace(/[^\p{L}@]/gu, '').length >= 10,
    );
    expect(long.length).toBeGreaterThanOrEqual(4);
    for (const [value, kind] of long) {
      expect(call.hits({ messages: [{ role: 'user', content: `so ${value.toUpperCase()}.` }] })).toContain(kind);
      expect(call.hits({ tools: [{ function: { parameters: { [value]: 1 } } }] })).toContain(kind);
      expect(
        call.hits({ messages: [{ tool_calls: [{ function: { arguments: JSON.stringify({ a: value }) } }] }] }),
      ).toContain(kind);
    }
  });
});
