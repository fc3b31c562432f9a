/** The account of a call's tokens: the same wherever it is told, and the same on one node and on several. See docs/proxy.md, Restoring values. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SessionId } from '../../src/platform/ids.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { callRecord, entriesOf, redactionsOf } from '../call-records.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { answerWith } from '../upstream.ts';
import { onNode, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;

beforeAll(async () => {
  calls = await startCalls();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
});

const PHONE = '415-555-0142';
const EMAIL = 'maria@example.com';
const SSN = '219-09-7645';
const UNISSUED = `MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`;

interface Account {
  readonly issued: number;
  readonly returned_exact: number;
  readonly returned_repaired: number;
  readonly not_returned: number;
  readonly unknown: number;
  readonly refused: number;
  readonly outside_turn: number;
  readonly withheld: number;
}

const ACCOUNT = z.strictObject({
  issued: z.int(),
  returned_exact: z.int(),
  returned_repaired: z.int(),
  not_returned: z.int(),
  unknown: z.int(),
  refused: z.int(),
  outside_turn: z.int(),
  withheld: z.int(),
});

const IN_GRAPHQL = `query ($id: ID!) { session(id: $id) { tokens {
  issued returned_exact: returnedExact returned_repaired: returnedRepaired not_returned: notReturned unknown refused outside_turn: outsideTurn withheld
} } }`;

/**
 * The account as every door tells it, and as the row and the entries have it, through one node. Throws where two differ.
 * The endings that the node still writes are on disk first.
 */
async function accountOf(id: SessionId, node: TestInstance = calls.masker): Promise<Account> {
  const { session } = await node.graphql<{ session: { tokens: Account } }>(IN_GRAPHQL, { id });
  const read = async (path: string): Promise<unknown> => (await node.api('GET', path)).json();
  const rest = z.object({ session: z.object({ tokens: ACCOUNT }) }).parse(await read(`/sessions/${id}`));
  // The report also says which scheme the tokens are of.
  const report = z
    .object({ report: z.object({ tokens: z.object(ACCOUNT.shape) }) })
    .parse(await read(`/sessions/${id}/report`));
  expect(rest.session.tokens).toEqual(session.tokens);
  expect(report.report.tokens).toEqual(session.tokens);
  // Holds the counters of the row against the entries.
  const { session: row } = await callRecord(calls.pool, id);
  expect(session.tokens).toEqual({
    issued: row.tokens_issued,
    returned_exact: row.tokens_exact,
    returned_repaired: row.tokens_repaired,
    not_returned: row.tokens_issued - row.tokens_exact - row.tokens_repaired,
    unknown: row.tokens_unknown,
    refused: row.tokens_refused,
    outside_turn: row.tokens_outside_turn,
    withheld: row.tokens_withheld,
  });
  return session.tokens;
}

interface Conversation {
  /** Says a text, with all that was said before it; the model answers what `script` makes of the tokens that it saw. */
  readonly say: (
    text: string,
    script: (tokenOf: (kind: string) => string) => string,
    node?: TestInstance,
  ) => Promise<{ readonly id: SessionId; readonly answer: string }>;
}

function conversation(agent: CreatedAgent, callId: string, stream = false): Conversation {
  const messages: { role: string; content: string }[] = [];
  return {
    say: async (text, script, node = calls.masker) => {
      messages.push({ role: 'user', content: text });
      calls.upstream.respond((request, response) => {
        const seen = tokensIn(request.body.toString('utf8'));
        const tokenOf = (kind: string): string => seen.find((token) => token.includes(`.${kind}.`)) ?? `no ${kind}`;
        answerWith(script(tokenOf), request, response, 7);
      });
      const response = await node.chat(
        onNode(node, agent),
        { model: 'gpt-4o-mini', messages, stream },
        { 'x-call-id': callId },
      );
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${response.status} ${body}`);
      const events = stream
        ? body
            .split('\n\n')
            .filter((event) => event.startsWith('data: {'))
            .map((event) => event.slice(6))
        : [body];
      const choice = z.object({
        choices: z.array(
          z
            .object({ delta: z.object({ content: z.string().optional() }), message: z.object({ content: z.string() }) })
            .partial(),
        ),
      });
      const answer = events
        .map((event) => choice.parse(JSON.parse(event)).choices[0])
        .map((each) => each?.delta?.content ?? each?.message?.content ?? '')
        .join('');
      messages.push({ role: 'assistant', content: answer });
      return { id: sessionOf(response), answer };
    },
  };
}

const NOTHING: Account = {
  issued: 0,
  returned_exact: 0,
  returned_repaired: 0,
  not_returned: 0,
  unknown: 0,
  refused: 0,
  outside_turn: 0,
  withheld: 0,
};

describe.each([
  ['vault-deterministic', false],
  ['vault-deterministic', true],
  ['vault-random', true],
  ['reversible-aead', false],
  ['reversible-aead', true],
] as const)('a call with %s tokens (streamed: %s)', (tokenization, stream) => {
  test('has an account that balances after each turn, and is the same at every door', async () => {
    const agent = await calls.masker.createAgent({
      tokenization,
      policy_yaml:
        'name: own\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  SSN: { action: tokenize }\nrestore: { speech: [NAME, PHONE, EMAIL] }\n',
    });
    const { say } = conversation(agent, 'balances', stream);
    const first = await say(
      `this is Maria Gonzalez, my number is ${PHONE} and my social is ${SSN}`,
      (tokenOf) => `I call ${tokenOf('PHONE')}.`,
    );
    expect(first.answer).toBe(`I call ${PHONE}.`);
    const { id } = first;
    expect(await accountOf(id)).toEqual({ ...NOTHING, issued: 3, returned_exact: 1, not_returned: 2 });

    const altered = await say(
      `write to ${EMAIL}`,
      (tokenOf) => `To ${tokenOf('EMAIL').toLowerCase()}, ${tokenOf('NAME')} and ${tokenOf('NAME')}.`,
    );
    expect(altered.answer).toBe(`To ${EMAIL}, Maria Gonzalez and Maria Gonzalez.`);
    expect(await accountOf(id)).toEqual({
      ...NOTHING,
      issued: 4,
      returned_exact: 2,
      returned_repaired: 1,
      not_returned: 1,
    });

    // As issued now; one that came back before is not counted again, however it is spelled.
    const exact = await say(
      'is that right?',
      (tokenOf) => `${tokenOf('EMAIL')}, ${tokenOf('PHONE').toLowerCase()}, ${tokenOf('NAME')}.`,
    );
    expect(exact.answer).toBe(`${EMAIL}, ${PHONE}, Maria Gonzalez.`);
    expect(await accountOf(id)).toEqual({ ...NOTHING, issued: 4, returned_exact: 3, not_returned: 1 });

    // Never issued, twice; issued, and kept back by the policy.
    const foreign = await say('thank you', (tokenOf) => `${UNISSUED} or ${UNISSUED}? ${tokenOf('SSN')}!`);
    expect(foreign.answer).toBe('[REDACTED:PHONE] or [REDACTED:PHONE]? [REDACTED:SSN]!');
    const account = { ...NOTHING, issued: 4, returned_exact: 3, not_returned: 1, unknown: 2, withheld: 1 };
    expect(await accountOf(id)).toEqual(account);

    expect((await say('bye', () => 'You are welcome.')).answer).toBe('You are welcome.');
    expect(await accountOf(id)).toEqual(account);

    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
    expect(await accountOf(id)).toEqual(account);
    const bundle = await (await calls.masker.api('GET', `/sessions/${id}/report?format=bundle`)).text();
    expect(verifyBundle(new TextEncoder().encode(bundle)).outcome).toBe('consistent');
  });

  test('of one request has an account too', async () => {
    const agent = await calls.masker.createAgent({ tokenization });
    calls.upstream.respond((request, response) => {
      const [token = ''] = tokensIn(request.body.toString('utf8'));
      answerWith(`${token}, ${UNISSUED}`, request, response);
    });
    const response = await calls.masker.chat(agent, {
      model: 'gpt-4o-mini',
      stream,
      messages: [{ role: 'user', content: `call ${PHONE} or ${EMAIL}` }],
    });
    await response.text();
    const account = await accountOf(sessionOf(response));
    expect(account).toEqual({ ...NOTHING, issued: 2, returned_exact: 1, not_returned: 1, unknown: 1 });
  });
});

describe('a history that is sent again', () => {
  const SAID = [
    `this is Maria Gonzalez, ${PHONE}`,
    `write to ${EMAIL}`,
    `my social is ${SSN}`,
    `so ${PHONE} and ${EMAIL} it is`,
  ];
  const all = (tokenOf: (kind: string) => string): string =>
    ['NAME', 'PHONE', 'EMAIL', 'SSN']
      .map(tokenOf)
      .filter((token) => !token.startsWith('no '))
      .join('; ');

  /** A call of four turns, each on the node that is named. */
  async function callOn(agent: CreatedAgent, callId: string, nodes: readonly TestInstance[]): Promise<SessionId> {
    const { say } = conversation(agent, callId);
    let id: SessionId | null = null;
    for (const [at, node] of nodes.entries()) {
      ({ id } = await say(SAID[at] ?? '', all, node));
      // Its end is on disk: the next node knows of it.
      await node.graphql('{ sessions(first: 1) { edges { node { id } } } }');
    }
    return id ?? ('' as SessionId);
  }

  test.each(['vault-deterministic', 'vault-random', 'reversible-aead'])(
    'to a node that has not seen it is recorded and counted once, with %s tokens',
    async (tokenization) => {
      const agent = await calls.masker.createAgent({ tokenization });
      const [first, second, third] = [calls.masker, await calls.anotherNode(), await calls.anotherNode()];
      const alone = await callRecord(calls.pool, await callOn(agent, 'one node', [first, first, first, first]));
      const moving = await callRecord(calls.pool, await callOn(agent, 'many nodes', [first, second, first, third]));
      // What a text says is on record once: the model's answers are texts of their own.
      expect(redactionsOf(alone, 1)).toEqual(['NAME /messages/0/content', 'PHONE /messages/0/content']);
      expect(moving.session.redactions_by_kind).toEqual(alone.session.redactions_by_kind);
      for (const turn of [1, 2, 3, 4])
        expect(redactionsOf(moving, turn), `turn ${turn}`).toEqual(redactionsOf(alone, turn));
      const account = await accountOf(moving.session.id, third);
      if (tokenization === 'vault-deterministic') expect(account).toEqual(await accountOf(alone.session.id));
      // A node that has not seen a value makes a token of its own for it, which carries the value and is kept nowhere.
      else expect(account).toMatchObject({ unknown: 0, refused: 0 });
    },
  );

  test('after a restart is recorded and counted once', async () => {
    const agent = await calls.masker.createAgent();
    const { say } = conversation(agent, 'restarts');
    const before = await calls.anotherNode();
    await say(SAID[0] ?? '', all, before);
    const { id } = await say(SAID[1] ?? '', all, before);
    const account = await accountOf(id, before);
    expect(account).toEqual({ ...NOTHING, issued: 3, returned_exact: 3 });
    const after = await calls.anotherNode();
    expect((await say('are you still there?', all, after)).id).toBe(id);
    expect(await accountOf(id, after)).toEqual(account);
    const call = await callRecord(calls.pool, id);
    // Of all that was sent again nothing, of the last answer what stands in it.
    expect(new Set(entriesOf(call, 'redaction').flatMap(({ turn, path }) => (turn === 3 ? [path] : [])))).toEqual(
      new Set(['/messages/3/content']),
    );
  });

  test('a token that came back altered on one node and exactly on another is an exact one', async () => {
    const agent = await calls.masker.createAgent();
    const second = await calls.anotherNode();
    const { say } = conversation(agent, 'better elsewhere');
    const { id } = await say(`call ${PHONE}`, (tokenOf) => tokenOf('PHONE').toLowerCase());
    expect(await accountOf(id)).toEqual({ ...NOTHING, issued: 1, returned_repaired: 1 });
    await say('again', (tokenOf) => tokenOf('PHONE'), second);
    expect(await accountOf(id, second)).toEqual({ ...NOTHING, issued: 1, returned_exact: 1 });
    // The first node has not heard of that; its own knowledge is of an altered one only.
    await say('and again', (tokenOf) => tokenOf('PHONE').toLowerCase());
    await say('and exactly', (tokenOf) => tokenOf('PHONE'));
    expect(await accountOf(id)).toEqual({ ...NOTHING, issued: 1, returned_exact: 1 });
  });
});
