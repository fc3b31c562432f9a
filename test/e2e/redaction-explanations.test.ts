/** Why a redaction was made: settings of the policy, and recogniser and cue from the kept text. See docs/api.md. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const KEEPING = `name: keeping
entities:
  PHONE: { action: tokenize }
  SSN: { ner: false, regex: false }
patterns:
  - { name: chart-number, kind: MRN, regex: 'AC\\d{6}' }
audit: { log_payloads: true }
`;

interface Explanation {
  readonly redaction: { readonly pass: string; readonly entityKind: string };
  readonly settings: readonly {
    readonly role: string;
    readonly key: string;
    readonly value: string;
    readonly line: number | null;
  }[];
  readonly origin: {
    readonly state: string;
    readonly candidate: { readonly recogniser: string; readonly cue: string | null } | null;
    readonly pattern: { readonly key: string; readonly line: number } | null;
  };
}

let calls: Calls;
let keeping: CreatedAgent;
let silent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  keeping = await calls.masker.createAgent({ policy_yaml: KEEPING });
  silent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

async function say(agent: CreatedAgent, request: object, headers: Record<string, string> = {}): Promise<SessionId> {
  const response = await calls.masker.chat(agent, request, headers);
  await answerOf(response);
  return sessionOf(response);
}

/** The places of redactions of a kind in the journal. */
async function places(id: SessionId, kind: string): Promise<number[]> {
  const data = await calls.masker.graphql<{
    session: { events: { edges: { node: { seq: number; entityKind: string } }[] } };
  }>('query ($id: ID!) { session(id: $id) { events { edges { node { seq entityKind } } } } }', { id });
  return data.session.events.edges.flatMap(({ node }) => (node.entityKind === kind ? [node.seq] : []));
}

async function explained(id: SessionId, seq: number | undefined): Promise<Explanation | null> {
  const data = await calls.masker.graphql<{ session: { explanation: Explanation | null } }>(
    `query ($id: ID!, $seq: Int!) {
      session(id: $id) {
        explanation(seq: $seq) {
          redaction { pass entityKind }
          settings { role key value line }
          origin(purpose: "quality review") { state candidate { recogniser cue } pattern { key line } }
        }
      }
    }`,
    { id, seq: seq ?? -1 },
  );
  return data.session.explanation;
}

async function firstOf(id: SessionId, kind: string): Promise<Explanation | null> {
  const [seq] = await places(id, kind);
  return explained(id, seq);
}

async function reads(): Promise<number> {
  return (await calls.pool.query(`SELECT 1 FROM account_events WHERE kind = 'payload_read'`)).rowCount ?? 0;
}

describe('the explanation of a redaction', () => {
  test('names recogniser, cue and the deciding lines of the policy', async () => {
    const id = await say(keeping, saying('my phone number is 415-555-0142'));
    const before = await reads();
    expect(await firstOf(id, 'PHONE')).toMatchObject({
      redaction: { pass: 'regex', entityKind: 'PHONE' },
      settings: [
        { role: 'looked_for', key: 'entities.PHONE.regex', value: 'true', line: null },
        { role: 'action', key: 'entities.PHONE.action', value: 'tokenize', line: 3 },
        { role: 'text_kept', key: 'audit.log_payloads', value: 'true', line: 7 },
      ],
      origin: { state: 'found', candidate: { recogniser: 'phone.cue', cue: 'phone number' }, pattern: null },
    });
    expect(await reads()).toBe(before + 1);
  });

  test('names the line of the pattern that the account wrote itself', async () => {
    const id = await say(keeping, saying('the chart is AC442167'));
    expect((await firstOf(id, 'MRN'))?.origin).toMatchObject({
      state: 'found',
      candidate: { recogniser: 'tenant.chart-number' },
      pattern: { key: 'patterns.0', line: 6 },
    });
  });

  test('says why a kind counts as OTHER_ID, and finds its recogniser by the kind that was found', async () => {
    const id = await say(keeping, saying('my social security number is 536-22-8726'));
    const explanation = await firstOf(id, 'OTHER_ID');
    expect(explanation?.settings[0]).toEqual({
      role: 'counts_as',
      key: 'entities.SSN.regex',
      value: 'false',
      line: 4,
    });
    expect(explanation?.origin).toMatchObject({
      state: 'found',
      candidate: { recogniser: expect.stringMatching(/^ssn\./) as string },
    });
  });

  test('of a value that the call already knew reads no payload', async () => {
    const headers = { 'x-call-id': 'explained-twice' };
    const first = { role: 'user', content: 'My name is Theodore Rainwater.' };
    const id = await say(keeping, saying(first), headers);
    await say(keeping, saying(first, { role: 'assistant', content: 'ok' }, 'i want the rainwater slot'), headers);
    const before = await reads();
    const [, again] = await places(id, 'NAME');
    expect(await explained(id, again)).toMatchObject({
      redaction: { pass: 'known' },
      origin: { state: 'known_value', candidate: null },
    });
    expect(await reads()).toBe(before);
  });

  test('attributes no span of JSON in a string to another place of the text', async () => {
    const id = await say(keeping, saying({ role: 'tool', content: '{"note":"call","phone":"415-555-0142"}' }));
    expect((await firstOf(id, 'PHONE'))?.origin).toMatchObject({ state: 'no_text', candidate: null });
  });

  test('says that the text is not kept, and puts no read on record', async () => {
    const id = await say(silent, saying('my phone number is 415-555-0142'));
    const before = await reads();
    const explanation = await firstOf(id, 'PHONE');
    expect(explanation?.settings.at(-1)).toMatchObject({ role: 'text_kept', value: 'false' });
    expect(explanation?.origin).toMatchObject({ state: 'not_kept', candidate: null });
    expect(await reads()).toBe(before);
  });

  test('reads no payload for a viewer without the permission payloads:read', async () => {
    const id = await say(keeping, saying('my phone number is 415-555-0142'));
    const [seq = -1] = await places(id, 'PHONE');
    const made = await calls.masker.api('POST', '/tokens', { name: 'reader', permissions: ['sessions:read'] });
    const { secret } = (await made.json()) as { secret: string };
    const before = await reads();
    const response = await fetch(`${calls.masker.url}/api/v1/sessions/${id}/redactions/${seq}?origin=true`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(await response.json()).toMatchObject({ explanation: { origin: { state: 'not_permitted' } } });
    expect(await reads()).toBe(before);
  });

  test('is null for a place without a redaction', async () => {
    const id = await say(silent, saying('my phone number is 415-555-0142'));
    expect(await explained(id, 0)).toBeNull();
    expect(await explained(id, 10_000)).toBeNull();
  });
});

describe('GET /sessions/{id}/redactions/{seq}', () => {
  const get = (path: string) =>
    fetch(`${calls.masker.url}/api/v1${path}`, { headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}` } });

  test('gives the settings alone, and the origin where it is asked for', async () => {
    const id = await say(keeping, saying('my phone number is 415-555-0142'));
    const [seq = -1] = await places(id, 'PHONE');
    const before = await reads();
    const plain = await get(`/sessions/${id}/redactions/${seq}`);
    expect(await plain.json()).toMatchObject({ explanation: { redaction: { span: [19, 31] }, origin: null } });
    expect(await reads()).toBe(before);
    const whole = await get(`/sessions/${id}/redactions/${seq}?origin=true`);
    expect(await whole.json()).toMatchObject({
      explanation: { origin: { state: 'found', candidate: { recogniser: 'phone.cue' } } },
    });
    expect(await reads()).toBe(before + 1);
  });

  test('answers 404 for a place without a redaction, also for one that is no number', async () => {
    const id = await say(silent, saying('my phone number is 415-555-0142'));
    for (const seq of ['0', '10000', 'x', '-1', '99999999999999999999'])
      expect([seq, (await get(`/sessions/${id}/redactions/${seq}`)).status]).toEqual([seq, 404]);
  });
});
