/** Detection of one text, for whoever writes a policy. Nothing of it is kept. */
import { z } from 'zod';
import { OUTCOMES } from '../detection/explain.ts';
import type { Candidate } from '../detection/explain.ts';
import type { Span } from '../detection/span.ts';
import { viewerOf } from './access.ts';
import { SEARCH_COST } from './cost.ts';
import { builder } from './builder.ts';
import type { Detection } from './context.ts';
import { inTicks } from './in-ticks.ts';

/** Longest text that is looked at, in UTF-16 code units. */
export const MOST_TEXT = 100_000;

/** A text that is looked at. */
export const boundedText = z.string().max(MOST_TEXT, `At most ${MOST_TEXT} characters.`);

const DetectedSpanType = builder.objectRef<Span>('DetectedSpan').implement({
  description: 'An identifier that was found. Offsets count UTF-16 code units of the text.',
  fields: (t) => ({
    start: t.exposeInt('start'),
    end: t.exposeInt('end', { description: 'One past the last unit.' }),
    kind: t.exposeString('kind'),
    pass: t.exposeString('pass'),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
    validated: t.exposeBoolean('validated', { description: 'A check digit or an allocation rule confirmed it.' }),
    recogniser: t.exposeString('recogniser'),
  }),
});

const OutcomeType = builder.enumType('DetectionOutcome', { values: OUTCOMES });

export const DetectionCandidateType = builder.objectRef<Candidate>('DetectionCandidate').implement({
  description: 'Something that was considered, and what became of it.',
  fields: (t) => ({
    start: t.exposeInt('start'),
    end: t.exposeInt('end', { description: 'One past the last unit.' }),
    kind: t.exposeString('kind'),
    recogniser: t.exposeString('recogniser', { description: 'Family and rule.' }),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
    validated: t.exposeBoolean('validated'),
    cue: t.exposeString('cue', { nullable: true, description: 'The words that say which kind it is.' }),
    outcome: t.expose('outcome', { type: OutcomeType }),
    lostTo: t.exposeString('lostTo', {
      nullable: true,
      description: 'The recogniser of the span that covers it, where it lost to one.',
    }),
  }),
});

const DetectionType = builder.objectRef<Detection>('Detection').implement({
  description: 'What a policy finds in one text.',
  fields: (t) => ({
    spans: t.field({ type: [DetectedSpanType], resolve: ({ spans }) => inTicks(spans) }),
    candidates: t.field({
      type: [DetectionCandidateType],
      description: 'Everything that was considered, in order of the text.',
      resolve: ({ candidates }) => inTicks(candidates),
    }),
    policyName: t.exposeString('policyName'),
    policyVersion: t.exposeInt('policyVersion'),
    detectorVersion: t.exposeString('detectorVersion'),
  }),
});

builder.queryField('detect', (t) =>
  t.field({
    type: DetectionType,
    description:
      'Looks for identifiers in a text. Send it by POST, in variables: what is in an address may be logged on the way.',
    authScopes: { permission: 'agents:read' },
    complexity: SEARCH_COST,
    args: {
      text: t.arg.string({ required: true, validate: { schema: boundedText } }),
      policyName: t.arg.string({
        description: 'A stored policy; healthcare-default where neither policy field is given.',
      }),
      policyYaml: t.arg.string({ description: 'A policy to try. It counts before a name.' }),
    },
    resolve: (_root, { text, policyName, policyYaml }, context) =>
      context.services.detect(viewerOf(context).accountId, text, { policyName, policyYaml }),
  }),
);
