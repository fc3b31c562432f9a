/** Routes that look at one text and keep nothing of it. */
import { z } from 'zod';
import { OUTCOMES } from '../detection/explain.ts';
import { MOST_TEXT } from '../graphql/detection.ts';
import { LONGEST_SEED } from '../masking/turn/one-shot-synthesis.ts';
import { FAILED } from './failed-selection.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const SPAN = z.strictObject({
  start: z.int().meta({ description: 'First UTF-16 code unit in the text.' }),
  end: z.int().meta({ description: 'One past the last.' }),
  kind: z.string(),
  pass: z.string(),
  confidence: z.number(),
  validated: z.boolean().meta({ description: 'A check digit or an allocation rule confirmed it.' }),
  recogniser: z.string(),
});

/** A candidate of detection, as REST writes it. */
export const CANDIDATE = SPAN.omit({ pass: true }).extend({
  cue: z.string().nullable().meta({ description: 'The words that say which kind it is.' }),
  outcome: z.enum(OUTCOMES),
  lost_to: z
    .string()
    .nullable()
    .meta({ description: 'The recogniser of the span that covers it, where it lost to one.' }),
});

const DETECTION = z.strictObject({
  spans: z.array(SPAN),
  candidates: z.array(CANDIDATE).optional().meta({ description: 'Only with explain: everything that was considered.' }),
  policy_name: z.string(),
  policy_version: z.int(),
  detector_version: z.string(),
});

const TEXT_AND_POLICY = z.strictObject({
  text: z.string().max(MOST_TEXT),
  policy: z
    .string()
    .optional()
    .meta({ description: 'The name of a stored policy; healthcare-default where none is given.' }),
  policy_name: z.string().optional().meta({ description: 'The same; it counts before `policy`.' }),
  policy_yaml: z.string().optional().meta({ description: 'A policy to try. It counts before a name.' }),
  explain: z
    .boolean()
    .optional()
    .meta({ description: 'Also say what was considered, and why it was reported or not.' }),
});

const detect = defineRoute({
  method: 'POST',
  path: '/detect',
  operationId: 'detect',
  onlyReads: true,
  summary: 'Find the identifiers in a text, under a policy. Nothing is kept.',
  body: TEXT_AND_POLICY,
  document: `
    query Detect($text: String!, $policyName: String, $policyYaml: String, $explain: Boolean!) {
      detect(text: $text, policyName: $policyName, policyYaml: $policyYaml) {
        spans { start end kind pass confidence validated recogniser }
        candidates @include(if: $explain) { start end kind confidence validated recogniser cue outcome lost_to: lostTo }
        policy_name: policyName policy_version: policyVersion detector_version: detectorVersion
      }
    }`,
  variables: ({ body }) => ({
    text: body.text,
    policyName: body.policy_name ?? body.policy,
    policyYaml: body.policy_yaml,
    explain: body.explain ?? false,
  }),
  data: z.object({ detect: DETECTION }),
  status: 200,
  response: DETECTION,
  shape: ({ detect: found }) => found,
  failures: ['unknown_policy', 'policy_yaml_invalid'],
});

const MASKING = z.strictObject({
  masked: z.string().meta({ description: 'The text with its identifiers replaced. Its tokens are never restored.' }),
  events: z.array(
    z.strictObject({
      pass: z.string(),
      entity_kind: z.string(),
      span: z.tuple([z.int().min(0), z.int().min(0)]).meta({ description: '[start, end) in UTF-16 code units.' }),
      confidence: z.number().min(0).max(1),
      action: z.string(),
      token_kind: z.string().nullable(),
      kid: z.string().nullable(),
      found_as: z
        .string()
        .nullable()
        .meta({ description: 'The kind that was found, where the policy switches off the pass for it.' }),
    }),
  ),
  candidates: z.array(CANDIDATE).optional().meta({ description: 'Only with explain: everything that was considered.' }),
  policy_name: z.string(),
  policy_version: z.int(),
});

// GraphQL gives a span as an object.
const MASKING_DATA = MASKING.extend({
  events: z.array(MASKING.shape.events.element.extend({ span: z.object({ start: z.int(), end: z.int() }) })),
});

const mask = defineRoute({
  method: 'POST',
  path: '/mask',
  operationId: 'mask',
  onlyReads: true,
  summary:
    'Mask a text as a turn of a call is masked. No session is made and nothing is stored, so the tokens cannot be restored.',
  body: TEXT_AND_POLICY,
  document: `
    mutation Mask($input: MaskInput!, $explain: Boolean!) {
      result: mask(input: $input) {
        ${FAILED}
        ... on MaskSuccess {
          masking {
            masked
            events {
              pass entity_kind: entityKind span { start end } confidence action token_kind: tokenKind kid found_as: foundAs
            }
            candidates @include(if: $explain) {
              start end kind confidence validated recogniser cue outcome lost_to: lostTo
            }
            policy_name: policyName policy_version: policyVersion
          }
        }
      }
    }`,
  variables: ({ body }) => ({
    input: { text: body.text, policyName: body.policy_name ?? body.policy, policyYaml: body.policy_yaml },
    explain: body.explain ?? false,
  }),
  data: z.object({ result: z.object({ masking: MASKING_DATA }) }),
  status: 200,
  response: MASKING,
  shape: ({ result: { masking } }) => ({
    ...masking,
    events: masking.events.map(({ span, ...event }) => ({ ...event, span: [span.start, span.end] })),
  }),
  failures: ['unknown_policy', 'policy_yaml_invalid', 'detection_unavailable'],
});

const SPAN_PAIR = z.tuple([z.int().min(0), z.int().min(0)]);

const SYNTHESIS = z.strictObject({
  text: z.string().meta({ description: 'The text with surrogates in the place of its identifiers.' }),
  events: z.array(
    z.strictObject({
      pass: z.string(),
      entity_kind: z.string(),
      span: SPAN_PAIR.meta({ description: '[start, end) in UTF-16 code units of the text that was sent.' }),
      surrogate_span: SPAN_PAIR.nullable().meta({
        description: '[start, end) in the new text; null where the policy passes the kind through.',
      }),
      confidence: z.number().min(0).max(1),
      found_as: z
        .string()
        .nullable()
        .meta({ description: 'The kind that was found, where the policy switches off the pass for it.' }),
    }),
  ),
  policy_name: z.string(),
  policy_version: z.int(),
});

const SPAN_OBJECT = z.object({ start: z.int(), end: z.int() });

const SYNTHESIS_DATA = SYNTHESIS.extend({
  events: z.array(SYNTHESIS.shape.events.element.extend({ span: SPAN_OBJECT, surrogate_span: SPAN_OBJECT.nullable() })),
});

const synthesize = defineRoute({
  method: 'POST',
  path: '/synthesize',
  operationId: 'synthesize',
  onlyReads: true,
  summary:
    'Replace the identifiers of a text by surrogates: other values of the same kind and form. Nothing is stored, and without the seed nothing leads back.',
  body: TEXT_AND_POLICY.omit({ explain: true }).extend({
    seed: z.string().min(1).max(LONGEST_SEED).optional().meta({
      description:
        'The same seed gives the same surrogates. Keep it secret: with it a guess of a value can be checked. Drawn where it is absent.',
    }),
  }),
  document: `
    mutation Synthesize($input: SynthesizeInput!) {
      result: synthesize(input: $input) {
        ${FAILED}
        ... on SynthesizeSuccess {
          synthesis {
            text
            events {
              pass entity_kind: entityKind span { start end } surrogate_span: surrogateSpan { start end } confidence
              found_as: foundAs
            }
            policy_name: policyName policy_version: policyVersion
          }
        }
      }
    }`,
  variables: ({ body }) => ({
    input: {
      text: body.text,
      seed: body.seed,
      policyName: body.policy_name ?? body.policy,
      policyYaml: body.policy_yaml,
    },
  }),
  data: z.object({ result: z.object({ synthesis: SYNTHESIS_DATA }) }),
  status: 200,
  response: SYNTHESIS,
  shape: ({ result: { synthesis } }) => ({
    ...synthesis,
    events: synthesis.events.map(({ span, surrogate_span: made, ...event }) => ({
      ...event,
      span: [span.start, span.end],
      surrogate_span: made === null ? null : [made.start, made.end],
    })),
  }),
  failures: ['unknown_policy', 'policy_yaml_invalid', 'detection_unavailable'],
});

export const DETECTION_ROUTES: readonly Route[] = [detect, mask, synthesize];
