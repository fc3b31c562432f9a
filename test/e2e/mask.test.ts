/** POST /api/v1/mask and the mutation `mask`: one text masked as a turn would be, and nothing of it kept. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { MOST_TEXT } from '../../src/graphql/detection.ts';
import { findTokens } from '../../src/tokens/grammar.ts';
import { as, listenGraphql, matching, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';
import { expectFailure, send } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;
let graphql: GraphqlEndpoint;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  graphql = await listenGraphql(api.graphqlOptions, viewer);
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const mask = (body: unknown, who: Viewer | null = viewer): Promise<Answer> =>
  send(api.rest, who, 'POST', '/mask', body);
const maskedOf = ({ status, body }: Answer): string => {
  expect(status).toBe(200);
  return z.looseObject({ masked: z.string() }).parse(body).masked;
};
const PHONE = '415-555-0132';
const TEXT = `call ${PHONE} or write to jane.roe@example.org`;

describe('POST /mask', () => {
  test('200 with exactly the documented object, whose events hold no value and no token', async () => {
    const answer = await mask({ text: TEXT });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      masked: matching(
        /^call MSKV1\.PHONE\.K_HEALTHCARE\.[A-Z2-7]{26} or write to MSKV1\.EMAIL\.K_HEALTHCARE\.[A-Z2-7]{26}$/,
      ),
      events: [
        {
          pass: 'regex',
          entity_kind: 'PHONE',
          span: [5, 17],
          confidence: expect.any(Number) as number,
          action: 'tokenize',
          token_kind: 'MSKV1',
          kid: 'K_HEALTHCARE',
          found_as: null,
        },
        expect.objectContaining({ entity_kind: 'EMAIL', span: [30, 50], action: 'tokenize' }),
      ],
      policy_name: 'healthcare-default',
      policy_version: 1,
    });
    const { events } = answer.body as { events: unknown };
    expect(JSON.stringify(events)).not.toMatch(/555|jane|MSKV1\./);
  });

  test('one value has one token in a text, and another in the next: tokens tell nothing of other texts', async () => {
    const text = `${PHONE}, I say ${PHONE}`;
    const tokens = [maskedOf(await mask({ text })), maskedOf(await mask({ text }))].map((masked) =>
      findTokens(masked).map(({ start, end }) => masked.slice(start, end)),
    );
    for (const own of tokens) expect([own.length, new Set(own).size]).toEqual([2, 1]);
    expect(new Set(tokens.flat()).size).toBe(2);
  });

  test('masks by the action of the policy that is given, and by its scheme', async () => {
    const yaml = (rest: string): string => `name: trial\nversion: 3\n${rest}`;
    const redacted = await mask({ text: TEXT, policy_yaml: yaml('entities: { PHONE: { action: redact } }') });
    expect(maskedOf(redacted)).toContain('call [REDACTED:PHONE] or');
    expect(redacted.body).toMatchObject({
      policy_name: 'trial',
      policy_version: 3,
      events: [{ action: 'redact', token_kind: null, kid: null }, {}],
    });
    const passed = await mask({ text: TEXT, policy_yaml: yaml('entities: { PHONE: { action: passthrough } }') });
    expect(maskedOf(passed)).toContain(PHONE);
    expect(passed.body).toMatchObject({ events: [{ entity_kind: 'PHONE', action: 'passthrough' }, {}] });
    expect(maskedOf(await mask({ text: TEXT, policy_yaml: yaml('tokenization: reversible-aead') }))).toContain(
      'MSK1.PHONE.',
    );
  });

  test('masks whatever speakers the policy is for: a text alone has none', async () => {
    expect(maskedOf(await mask({ text: TEXT, policy_yaml: 'name: trial\nspeakers: [patient]' }))).not.toContain(PHONE);
  });

  test('masks by a stored policy of the account, under either name of the field', async () => {
    const { policies } = api.graphqlOptions.services;
    await policies.stored.create(viewer, { yaml: 'name: clinic\nentities: { PHONE: { action: redact } }' });
    for (const field of ['policy_name', 'policy'])
      expect(await mask({ text: TEXT, [field]: 'clinic' })).toMatchObject({
        body: { policy_name: 'clinic', policy_version: 1, masked: matching(/REDACTED:PHONE/) },
      });
    expectFailure(
      await mask({ text: TEXT, policy_name: 'clinic' }, await signUp(api.database)),
      422,
      'unknown_policy',
      ['policy_name'],
    );
  });

  test('says with explain what was considered', async () => {
    expect((await mask({ text: TEXT })).body).not.toHaveProperty('candidates');
    expect((await mask({ text: TEXT, explain: true })).body).toMatchObject({
      candidates: expect.arrayContaining([expect.objectContaining({ kind: 'PHONE', outcome: 'reported' })]) as unknown,
    });
  });

  test('masks a text of the greatest length, and refuses a longer one', async () => {
    const filler = 'the next free slot is fine with us and so on ';
    const text = `${filler.repeat(Math.floor((MOST_TEXT - PHONE.length) / filler.length))}${PHONE}`;
    const masked = maskedOf(await mask({ text }));
    expect(masked).not.toContain(PHONE);
    expect(masked.startsWith(filler)).toBe(true);
    expectFailure(await mask({ text: 'x'.repeat(MOST_TEXT + 1) }), 422, 'validation_failed', ['text']);
  });

  test('422 for a policy that is not valid, and for a text that is none', async () => {
    const answer = await mask({ text: TEXT, policy_yaml: 'name: p\nsensitivity: 2' });
    expectFailure(answer, 422, 'policy_yaml_invalid', ['sensitivity']);
    expectFailure(await mask({ text: 1, policies: 'x' }), 422, 'validation_failed', ['policies', 'text']);
    expect(JSON.stringify(answer.body)).not.toContain(PHONE);
  });

  test('401 for a stranger and 403 for an auditor', async () => {
    expectFailure(await mask({ text: TEXT }, null), 401, 'unauthenticated');
    expectFailure(await mask({ text: TEXT }, as(viewer, 'auditor')), 403, 'forbidden');
  });

  test('keeps nothing: no session, no vault row, no entry, no event of the account', async () => {
    const { prisma } = api.database;
    const count = async (): Promise<readonly number[]> => [
      await prisma.session.count(),
      await prisma.vaultEntry.count(),
      await prisma.entry.count(),
      await prisma.accountEvent.count(),
    ];
    const before = await count();
    await mask({ text: TEXT });
    expect(await count()).toEqual(before);
  });
});

test('the mutation mask answers the same, and failures as members of its result', async () => {
  const ask = async (input: object): Promise<unknown> => {
    const { body } = await graphql.ask(
      `mutation ($input: MaskInput!) { mask(input: $input) {
        ... on MaskSuccess { masking { masked policyVersion events { entityKind span { start end } } } }
        ... on Error { code } } }`,
      { input },
    );
    return (body.data as { mask: unknown }).mask;
  };
  expect(await ask({ text: TEXT })).toEqual({
    masking: {
      masked: matching(/^call MSKV1\.PHONE/),
      policyVersion: 1,
      events: [
        { entityKind: 'PHONE', span: { start: 5, end: 17 } },
        { entityKind: 'EMAIL', span: { start: 30, end: 50 } },
      ],
    },
  });
  expect(await ask({ text: TEXT, policyName: 'nobodys' })).toEqual({ code: 'unknown_policy' });
  expect(await ask({ text: 'x'.repeat(MOST_TEXT + 1) })).toEqual({ code: 'validation_failed' });
});
