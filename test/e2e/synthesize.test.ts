/** POST /api/v1/synthesize and the mutation `synthesize`: a text with surrogates, and nothing of it kept. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { MOST_TEXT } from '../../src/graphql/detection.ts';
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

const synthesize = (body: unknown, who: Viewer | null = viewer): Promise<Answer> =>
  send(api.rest, who, 'POST', '/synthesize', body);
const textOf = ({ status, body }: Answer): string => {
  expect(status).toBe(200);
  return z.looseObject({ text: z.string() }).parse(body).text;
};
const TEXT = 'call 415-867-5309 from 10.22.7.91';

describe('POST /synthesize', () => {
  test('200 with exactly the documented object, whose events hold no value and no surrogate', async () => {
    const answer = await synthesize({ text: TEXT, seed: 'spring' });
    expect(answer.status).toBe(200);
    const text = textOf(answer);
    // The default policy redacts IP addresses; in synthetic data they have surrogates too.
    expect(text).toMatch(/^call 415-555-\d{4} from (?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/);
    expect(answer.body).toEqual({
      text,
      events: [
        {
          pass: 'regex',
          entity_kind: 'PHONE',
          span: [5, 17],
          surrogate_span: [5, 17],
          confidence: expect.any(Number) as number,
          found_as: null,
        },
        expect.objectContaining({ entity_kind: 'IP_ADDRESS', span: [23, 33], surrogate_span: [23, text.length] }),
      ],
      policy_name: 'healthcare-default',
      policy_version: 1,
    });
  });

  test('gives the same text for the same seed, and others without one', async () => {
    const text = 'this is Maria Gonzalez, MRN 00482913';
    const once = textOf(await synthesize({ text, seed: 'spring' }));
    expect(textOf(await synthesize({ text, seed: 'spring' }))).toBe(once);
    expect(textOf(await synthesize({ text, seed: 'autumn' }))).not.toBe(once);
    const drawn = [textOf(await synthesize({ text })), textOf(await synthesize({ text }))];
    expect(new Set(drawn).size).toBe(2);
    for (const made of [once, ...drawn]) expect(made).not.toMatch(/Maria|Gonzalez|482913/);
  });

  test('leaves what the policy passes through, by text or by name', async () => {
    const passing = 'entities: { PHONE: { action: passthrough } }';
    const answer = await synthesize({ text: TEXT, policy_yaml: `name: trial\nversion: 3\n${passing}` });
    expect(textOf(answer)).toMatch(/^call 415-867-5309 from (?!10\.22)/);
    expect(answer.body).toMatchObject({
      policy_name: 'trial',
      policy_version: 3,
      events: [{ entity_kind: 'PHONE', surrogate_span: null }, { entity_kind: 'IP_ADDRESS' }],
    });
    const { policies } = api.graphqlOptions.services;
    await policies.stored.create(viewer, { yaml: `name: clinic\n${passing}` });
    for (const field of ['policy_name', 'policy'])
      expect(await synthesize({ text: TEXT, [field]: 'clinic' })).toMatchObject({
        body: { policy_name: 'clinic', text: matching(/415-867-5309/) },
      });
    expectFailure(
      await synthesize({ text: TEXT, policy_name: 'clinic' }, await signUp(api.database)),
      422,
      'unknown_policy',
      ['policy_name'],
    );
  });

  test('replaces in a long text what it replaces in a short one, in a thread', async () => {
    const filler = 'the next free slot is fine with us and so on ';
    const said = ' call 415-867-5309';
    const text = filler.repeat(Math.floor((MOST_TEXT - said.length) / filler.length)) + said;
    const made = textOf(await synthesize({ text, seed: 'spring' }));
    const [short] = textOf(await synthesize({ text: TEXT, seed: 'spring' })).split(' from');
    expect(made.endsWith(` ${short ?? ''}`)).toBe(true);
    expectFailure(await synthesize({ text: 'x'.repeat(MOST_TEXT + 1) }), 422, 'validation_failed', ['text']);
  });

  test('422 for a policy that is not valid, a seed that is none and fields that are unknown', async () => {
    expectFailure(
      await synthesize({ text: TEXT, policy_yaml: 'name: p\nsensitivity: 2' }),
      422,
      'policy_yaml_invalid',
      ['sensitivity'],
    );
    const answer = await synthesize({ text: TEXT, seed: '', explain: true });
    expectFailure(answer, 422, 'validation_failed', ['explain', 'seed']);
    expectFailure(await synthesize({ text: TEXT, seed: 'x'.repeat(257) }), 422, 'validation_failed', ['seed']);
  });

  test('401 for a stranger and 403 for an auditor', async () => {
    expectFailure(await synthesize({ text: TEXT }, null), 401, 'unauthenticated');
    expectFailure(await synthesize({ text: TEXT }, as(viewer, 'auditor')), 403, 'forbidden');
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
    await synthesize({ text: TEXT });
    expect(await count()).toEqual(before);
  });
});

test('the mutation synthesize answers the same, and failures as members of its result', async () => {
  const ask = async (input: object): Promise<unknown> => {
    const { body } = await graphql.ask(
      `mutation ($input: SynthesizeInput!) { synthesize(input: $input) {
        ... on SynthesizeSuccess { synthesis { text policyVersion events { entityKind span { start end } surrogateSpan { start end } } } }
        ... on Error { code } } }`,
      { input },
    );
    return (body.data as { synthesize: unknown }).synthesize;
  };
  const text = textOf(await synthesize({ text: TEXT, seed: 'spring' }));
  expect(await ask({ text: TEXT, seed: 'spring' })).toEqual({
    synthesis: {
      text,
      policyVersion: 1,
      events: [
        { entityKind: 'PHONE', span: { start: 5, end: 17 }, surrogateSpan: { start: 5, end: 17 } },
        { entityKind: 'IP_ADDRESS', span: { start: 23, end: 33 }, surrogateSpan: { start: 23, end: text.length } },
      ],
    },
  });
  expect(await ask({ text: TEXT, policyName: 'nobodys' })).toEqual({ code: 'unknown_policy' });
  expect(await ask({ text: TEXT, seed: '' })).toEqual({ code: 'validation_failed' });
});
