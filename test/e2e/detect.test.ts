/** POST /api/v1/detect and the query `detect`: a policy tried on one text. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
});
afterAll(async () => {
  await api.close();
});

const detect = (body: unknown, who: Viewer | null = viewer): Promise<Answer> =>
  sendAs(api.rest, who, 'POST', '/detect', body, {});
const TEXT = 'call 415-555-0132';

describe('POST /detect', () => {
  test('200 with what the default policy finds', async () => {
    const { status, body } = await detect({ text: TEXT });
    expect(status).toBe(200);
    expect(body).toEqual({
      spans: [
        {
          start: 5,
          end: 17,
          kind: 'PHONE',
          pass: 'regex',
          confidence: expect.any(Number) as number,
          validated: true,
          recogniser: expect.stringMatching(/^phone\./) as string,
        },
      ],
      policy_name: 'healthcare-default',
      policy_version: 1,
      detector_version: expect.stringMatching(/^masker-detector\//) as string,
    });
  });

  test('200 with reasons, under a policy that is tried', async () => {
    const policy_yaml =
      'name: trial\nversion: 3\nkid: K_HEALTHCARE\npasses: [regex]\nentities:\n  PHONE: { enabled: false }\n';
    const { status, body } = await detect({ text: TEXT, policy_yaml, explain: true });
    expect(status).toBe(200);
    const { candidates, ...rest } = z
      .looseObject({ candidates: z.array(z.looseObject({ kind: z.string(), outcome: z.string() })) })
      .parse(body);
    expect(rest).toMatchObject({ spans: [], policy_name: 'trial', policy_version: 3 });
    expect(candidates.find(({ kind }) => kind === 'PHONE')).toMatchObject({
      start: 5,
      end: 17,
      outcome: 'kind_disabled',
      cue: expect.anything() as unknown,
      lost_to: null,
    });
  });

  test('401 for strangers', async () => {
    expectFailure(await detect({ text: TEXT }, null), 401, 'unauthenticated');
  });

  test('422 for a policy that is not known or not valid, and for what is no text', async () => {
    expectFailure(await detect({ text: TEXT, policy: 'nobody-knows' }), 422, 'unknown_policy', ['policy_name']);
    const invalid = await detect({ text: TEXT, policy_yaml: 'name: [' });
    expect(invalid).toMatchObject({ status: 422, body: { error: { code: 'policy_yaml_invalid' } } });
    expectFailure(await detect({ text: 7 }), 422, 'validation_failed', ['text']);
    expectFailure(await detect({ text: 'x'.repeat(100_001) }), 422, 'validation_failed', ['text']);
  });

  test('an error holds nothing of the text', async () => {
    const { body } = await detect({ text: TEXT, policy: 'nobody-knows' });
    expect(JSON.stringify(body)).not.toContain('555');
  });
});
