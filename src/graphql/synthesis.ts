/** Synthetic data: one text with surrogates in the place of its identifiers. Nothing is stored. */
import { z } from 'zod';
import { LONGEST_SEED } from '../masking/turn/one-shot-synthesis.ts';
import type { SynthesisEvent } from '../masking/turn/one-shot-synthesis.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { Synthesis } from './context.ts';
import { SEARCH_COST } from './cost.ts';
import { boundedText } from './detection.ts';
import { failsWith } from './errors.ts';
import { SpanType } from './redaction-event.ts';

const SynthesisEventType = builder.objectRef<SynthesisEvent>('SynthesisEvent').implement({
  description: 'One value that was found; neither the value nor its surrogate.',
  fields: (t) => ({
    pass: t.exposeString('pass', { description: 'The detection pass that found it.' }),
    entityKind: t.exposeString('entity_kind'),
    span: t.field({ type: SpanType, resolve: ({ span }) => span }),
    surrogateSpan: t.field({
      type: SpanType,
      nullable: true,
      description: 'Where its surrogate stands in the new text; null where the policy passes the kind through.',
      resolve: ({ surrogate_span: span }) => span,
    }),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
    foundAs: t.string({
      nullable: true,
      description: 'The kind that was found, where the policy switches off the pass for it: then the kind is OTHER_ID.',
      resolve: ({ found_as: foundAs }) => foundAs ?? null,
    }),
  }),
});

const SynthesisType = builder.objectRef<Synthesis>('Synthesis').implement({
  description: 'One text with surrogates: other values of the same kind and form.',
  fields: (t) => ({
    text: t.exposeString('text'),
    events: t.field({
      type: [SynthesisEventType],
      description: 'What was found, in order of the text.',
      resolve: ({ events }) => [...events],
    }),
    policyName: t.exposeString('policyName'),
    policyVersion: t.exposeInt('policyVersion'),
  }),
});

const SynthesizeInput = builder.inputType('SynthesizeInput', {
  fields: (t) => ({
    text: t.string({ required: true, validate: { schema: boundedText } }),
    seed: t.string({
      description:
        'The same seed gives the same surrogates. Keep it secret: with it a guess of a value can be checked. Drawn where it is absent.',
      validate: {
        schema: z.string().min(1, 'At least one character.').max(LONGEST_SEED, `At most ${LONGEST_SEED} characters.`),
      },
    }),
    policyName: t.string({ description: 'A stored policy; healthcare-default where neither policy field is given.' }),
    policyYaml: t.string({ description: 'A policy to try. It counts before a name.' }),
  }),
});

builder.mutationField('synthesize', (t) =>
  t.field({
    type: SynthesisType,
    description:
      'Replaces what a turn of a call would mask by surrogates of the same kind and form. Nothing is stored, and without the seed nothing leads back.',
    authScopes: { permission: 'agents:read' },
    complexity: SEARCH_COST,
    errors: failsWith('synthesis', 'UnknownPolicyError', 'PolicyYamlInvalidError', 'DetectionUnavailableError'),
    args: { input: t.arg({ type: SynthesizeInput, required: true }) },
    resolve: (_root, { input: { text, seed, ...policy } }, context) =>
      context.services.synthesize(viewerOf(context).accountId, text, policy, seed ?? null),
  }),
);
