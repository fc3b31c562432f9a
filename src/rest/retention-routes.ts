/** Routes of how long an account keeps payloads and metadata of sessions, and gives out leaves of its log. */
import { z } from 'zod';
import { LEAST_LOG_DAYS, MOST_DAYS } from '../accounts/retention-settings.ts';
import { FAILED } from './failed-selection.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const FIELDS = `
  fragment RetentionFields on Retention {
    payload_days: payloadDays session_metadata_days: sessionMetadataDays
    instance_payload_days: instancePayloadDays instance_session_metadata_days: instanceSessionMetadataDays
    log_days: logDays
  }`;

const RETENTION = z
  .strictObject({
    payload_days: z.int().min(0).meta({ description: 'Days that count now. 0: until their session is sealed.' }),
    session_metadata_days: z.int().min(1).meta({ description: 'Days after the seal that count now.' }),
    instance_payload_days: z
      .int()
      .min(0)
      .meta({ description: 'What the operator has set, for accounts without days of their own.' }),
    instance_session_metadata_days: z.int().min(1),
    log_days: z
      .int()
      .nullable()
      .meta({ description: 'Days for which leaves of the account log are given out. Null: for ever.' }),
  })
  .meta({ id: 'Retention' });
const ANSWER = z.strictObject({ retention: RETENTION });

const getRetention = defineRoute({
  method: 'GET',
  path: '/retention',
  operationId: 'getRetention',
  summary: 'How long the account keeps payloads and metadata of sessions.',
  document: `query GetRetention { retention { ...RetentionFields } } ${FIELDS}`,
  variables: () => ({}),
  data: ANSWER,
  status: 200,
  response: ANSWER,
  shape: ({ retention }) => ({ retention }),
});

const days = (least: number) =>
  z.int().min(least).max(MOST_DAYS).nullish().meta({ description: 'Null takes the account’s own days away.' });

const changeRetention = defineRoute({
  method: 'PATCH',
  path: '/retention',
  operationId: 'changeRetention',
  summary: 'Change how long the account keeps payloads and metadata of sessions. Fields that are absent stay.',
  body: z.strictObject({ payload_days: days(0), session_metadata_days: days(1), log_days: days(LEAST_LOG_DAYS) }),
  document: `
    mutation ChangeRetention($input: ChangeRetentionInput!) {
      result: changeRetention(input: $input) {
        ${FAILED}
        ... on ChangeRetentionSuccess { retention { ...RetentionFields } }
      }
    } ${FIELDS}`,
  variables: ({
    body: { payload_days: payloadDays, session_metadata_days: sessionMetadataDays, log_days: logDays },
  }) => ({ input: { payloadDays, sessionMetadataDays, logDays } }),
  data: z.object({ result: z.object({ retention: RETENTION }) }),
  status: 200,
  response: ANSWER,
  shape: ({ result: { retention } }) => ({ retention }),
});

export const RETENTION_ROUTES: readonly Route[] = [getRetention, changeRetention];
