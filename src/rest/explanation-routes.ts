/** The route that says why a redaction was made. */
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import { SETTING_ROLES } from '../policy/deciding-settings.ts';
import { ORIGIN_STATES } from '../sessions/redaction-origins.ts';
import { CANDIDATE } from './detection-routes.ts';
import { EVENT } from './objects.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const SETTING = z.strictObject({
  role: z.enum(SETTING_ROLES),
  key: z.string().meta({ description: 'Dotted from the root, with kinds in capitals.' }),
  value: z.string(),
  line: z.int().min(1).nullable().meta({ description: 'Line in the text of the policy; null where it is a default.' }),
  text: z.string().nullable().meta({ description: 'The line, without its indentation.' }),
});

const ORIGIN = z.strictObject({
  state: z.enum(ORIGIN_STATES),
  candidate: CANDIDATE.nullable().meta({ description: 'Null unless the state is `found`.' }),
  pattern: SETTING.nullable().meta({
    description: 'The pattern of the policy that found it; null for a built-in one.',
  }),
  detector_version: z.string().meta({ description: 'The version that searched the text again.' }),
});

const EXPLANATION = z
  .strictObject({
    redaction: EVENT,
    settings: z.array(SETTING).meta({ description: 'What decided in the policy, in the order in which it counts.' }),
    origin: ORIGIN.nullable().meta({ description: 'Null unless it is asked for.' }),
  })
  .meta({ id: 'RedactionExplanation' });

// GraphQL gives a span as an object, and no origin where it was not asked for.
const DATA = EXPLANATION.extend({
  redaction: EVENT.extend({ span: z.object({ start: z.int(), end: z.int() }) }),
  origin: ORIGIN.optional(),
});

const PLACE = /^\d{1,9}$/;

const explainRedaction = defineRoute({
  method: 'GET',
  path: '/sessions/{id}/redactions/{seq}',
  operationId: 'explainRedaction',
  summary: 'Why a redaction was made: settings of the policy, and recogniser and cue where the text is kept.',
  query: z.strictObject({
    origin: z.enum(['true', 'false']).default('false').meta({
      description: 'Also search the kept text of the turn again, for recogniser and cue. The read is on record.',
    }),
  }),
  document: `
    query ExplainRedaction($id: ID!, $seq: Int!, $origin: Boolean!) {
      session(id: $id) {
        explanation(seq: $seq) {
          redaction {
            event_id: eventId pass entity_kind: entityKind span { start end } path confidence action
            token_kind: tokenKind kid speaker turn ts: at
          }
          settings { role key value line text }
          origin @include(if: $origin) {
            state
            candidate { start end kind confidence validated recogniser cue outcome lost_to: lostTo }
            pattern { role key value line text }
            detector_version: detectorVersion
          }
        }
      }
    }`,
  variables: ({ path: { id, seq = '' }, query }) => ({
    id,
    // No entry has a place before the first.
    seq: PLACE.test(seq) ? Number(seq) : -1,
    origin: query.origin === 'true',
  }),
  data: z.object({ session: z.object({ explanation: DATA.nullable() }).nullable() }),
  status: 200,
  response: z.strictObject({ explanation: EXPLANATION }),
  shape: ({ session }) => {
    if (session?.explanation === null || session === null)
      throw new Failure('session_not_found', 'There is no such session, or no redaction at this place of its journal.');
    const { redaction, settings, origin = null } = session.explanation;
    const { start, end } = redaction.span;
    return { explanation: { redaction: { ...redaction, span: [start, end] }, settings, origin } };
  },
  failures: ['session_not_found', 'session_expired', 'detection_unavailable'],
});

export const EXPLANATION_ROUTES: readonly Route[] = [explainRedaction];
