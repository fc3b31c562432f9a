/** Routes of corrections of detection: recording, the review queue, and the labelled texts of accepted ones. */
import { z } from 'zod';
import { ENTITY_KINDS } from '../detection/kinds.ts';
import { CORRECTION_OUTCOMES, VERDICTS } from '../sessions/corrections.ts';
import { FAILED } from './failed-selection.ts';
import { pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';
import { defineStreamRoute } from './stream-route.ts';

const moment = z.iso.datetime();

const CORRECTION = z
  .strictObject({
    id: z.string().meta({ example: 'cor_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }),
    session_id: z.string(),
    turn: z.int().min(1),
    path: z.string().meta({ description: 'JSON Pointer into the request.' }),
    span: z.tuple([z.int().min(0), z.int().min(0)]).meta({ description: '[start, end) in UTF-16 code units.' }),
    kind: z.string(),
    verdict: z.enum(VERDICTS),
    created_by: z.string(),
    created_at: moment,
    outcome: z.enum(CORRECTION_OUTCOMES).nullable().meta({ description: 'Null while it is open.' }),
    closed_by: z.string().nullable(),
    closed_at: moment.nullable(),
  })
  .meta({ id: 'Correction', description: 'A statement that detection was wrong about a span, without its text.' });

// GraphQL gives a span as an object.
const DATA = CORRECTION.extend({ span: z.object({ start: z.int(), end: z.int() }) });

function bodyOf({ span, ...rest }: z.output<typeof DATA>): z.output<typeof CORRECTION> {
  return { ...rest, span: [span.start, span.end] };
}

const FIELDS = `
  fragment CorrectionFields on Correction {
    id session_id: sessionId turn path span { start end } kind verdict created_by: createdBy created_at: createdAt
    outcome closed_by: closedBy closed_at: closedAt
  }`;

const RESULT = z.object({ result: z.object({ correction: DATA }) });
const RESPONSE = z.strictObject({ correction: CORRECTION });

const PLACE = /^\d{1,9}$/;

const recordNotPhi = defineRoute({
  method: 'POST',
  path: '/sessions/{id}/redactions/{seq}/not-phi',
  operationId: 'recordNotPhi',
  summary: 'Say of a redaction that it was no identifier. It becomes a leaf of the account log.',
  document: `
    mutation RecordNotPhi($id: ID!, $seq: Int!) {
      result: recordNotPhi(sessionId: $id, seq: $seq) {
        ${FAILED}
        ... on RecordNotPhiSuccess { correction { ...CorrectionFields } }
      }
    } ${FIELDS}`,
  // No entry has a place before the first.
  variables: ({ path: { id, seq = '' } }) => ({ id, seq: PLACE.test(seq) ? Number(seq) : -1 }),
  data: RESULT,
  status: 201,
  response: RESPONSE,
  shape: ({ result }) => ({ correction: bodyOf(result.correction) }),
  failures: ['session_not_found'],
});

const recordMissed = defineRoute({
  method: 'POST',
  path: '/sessions/{id}/missed',
  operationId: 'recordMissed',
  summary: 'Say that detection missed an identifier. It becomes a leaf of the account log.',
  body: z.strictObject({
    turn: z.int().meta({ description: 'Number of the turn, from 1.' }),
    path: z.string().meta({ description: 'JSON Pointer to a text of the request.' }),
    start: z.int().meta({ description: 'First UTF-16 code unit of the text at the path, also where that is JSON.' }),
    end: z.int().meta({ description: 'One past the last.' }),
    kind: z.string().meta({ enum: [...ENTITY_KINDS] }),
  }),
  document: `
    mutation RecordMissed($id: ID!, $turn: Int!, $path: String!, $start: Int!, $end: Int!, $kind: String!) {
      result: recordMissed(sessionId: $id, turn: $turn, path: $path, start: $start, end: $end, kind: $kind) {
        ${FAILED}
        ... on RecordMissedSuccess { correction { ...CorrectionFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body }) => ({ ...body, id: path['id'] }),
  data: RESULT,
  status: 201,
  response: RESPONSE,
  shape: ({ result }) => ({ correction: bodyOf(result.correction) }),
  failures: ['session_not_found'],
});

const listCorrections = defineRoute({
  method: 'GET',
  path: '/corrections',
  operationId: 'listCorrections',
  summary: 'List the corrections of the account, newest first.',
  query: PAGE_PARAMETERS.extend({
    state: z.enum(['open', 'closed']).optional().meta({ description: 'Only open, or only closed ones.' }),
    verdict: z.enum(VERDICTS).optional().meta({ description: 'Only those of this verdict.' }),
  }),
  document: `
    query ListCorrections($first: Int!, $after: String, $state: CorrectionState, $verdict: CorrectionVerdict) {
      corrections(first: $first, after: $after, state: $state, verdict: $verdict) {
        edges { node { ...CorrectionFields } }
        pageInfo { hasNextPage endCursor }
      }
    } ${FIELDS}`,
  variables: ({ query: { limit, cursor, state, verdict } }) => ({ first: limit, after: cursor, state, verdict }),
  data: z.object({ corrections: connectionOf(DATA) }),
  status: 200,
  response: pageOf(CORRECTION),
  shape: ({ corrections }) => {
    const { data, next_cursor } = pageBody(corrections);
    return { data: data.map(bodyOf), next_cursor };
  },
});

const closeCorrection = defineRoute({
  method: 'POST',
  path: '/corrections/{id}/close',
  operationId: 'closeCorrection',
  summary: 'Accept or reject an open correction.',
  body: z.strictObject({ outcome: z.enum(CORRECTION_OUTCOMES) }),
  document: `
    mutation CloseCorrection($id: ID!, $outcome: CorrectionOutcome!) {
      result: closeCorrection(id: $id, outcome: $outcome) {
        ${FAILED}
        ... on CloseCorrectionSuccess { correction { ...CorrectionFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body }) => ({ id: path['id'], outcome: body.outcome }),
  data: RESULT,
  status: 200,
  response: RESPONSE,
  shape: ({ result }) => ({ correction: bodyOf(result.correction) }),
  failures: ['not_found'],
});

const JSON_LINES = 'application/x-ndjson; charset=utf-8';

const exportCorrections = defineStreamRoute({
  path: '/exports/corrections',
  operationId: 'exportCorrections',
  summary:
    'The texts of accepted corrections that are still kept, labelled, as JSON lines. Each read of a text is on record.',
  permission: 'payloads:read',
  query: z.strictObject({}),
  types: [JSON_LINES],
  open: async (_query, { services, viewer, purpose }) => ({
    type: JSON_LINES,
    name: 'corrections.jsonl',
    lines: await services.correctionSet(viewer, purpose),
  }),
});

export const CORRECTION_ROUTES: readonly Route[] = [
  recordNotPhi,
  recordMissed,
  listCorrections,
  closeCorrection,
  exportCorrections,
];
