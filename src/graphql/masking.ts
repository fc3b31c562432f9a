/** Masking of one text, to try a policy. Nothing is stored. */
import type { MaskingEvent } from '../masking/turn/one-shot-masking.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { Masking } from './context.ts';
import { boundedText, DetectionCandidateType } from './detection.ts';
import { SEARCH_COST } from './cost.ts';
import { failsWith } from './errors.ts';
import { inTicks } from './in-ticks.ts';
import { SpanType } from './redaction-event.ts';

const MaskingEventType = builder.objectRef<MaskingEvent>('MaskingEvent').implement({
  description: 'One value that was found; never the value itself.',
  fields: (t) => ({
    pass: t.exposeString('pass', { description: 'The detection pass that found it.' }),
    entityKind: t.exposeString('entity_kind'),
    span: t.field({ type: SpanType, resolve: ({ span }) => span }),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
    action: t.exposeString('action', { description: 'tokenize, redact or passthrough.' }),
    tokenKind: t.exposeString('token_kind', { nullable: true, description: 'Format of the token, such as MSKV1.' }),
    kid: t.exposeString('kid', { nullable: true, description: 'The key ring that the token was made under.' }),
    foundAs: t.string({
      nullable: true,
      description: 'The kind that was found, where the policy switches off the pass for it: then the kind is OTHER_ID.',
      resolve: ({ found_as: foundAs }) => foundAs ?? null,
    }),
  }),
});

const MaskingType = builder.objectRef<Masking>('Masking').implement({
  description: 'One text as it would leave for a model. Its tokens are never restored: they belong to no session.',
  fields: (t) => ({
    masked: t.exposeString('masked'),
    events: t.field({
      type: [MaskingEventType],
      description: 'What was found, in order of the text.',
      resolve: ({ events }) => inTicks(events),
    }),
    candidates: t.field({
      type: [DetectionCandidateType],
      description: 'Everything that was considered, in order of the text.',
      resolve: async ({ explain }) => inTicks((await explain()).candidates),
    }),
    policyName: t.exposeString('policyName'),
    policyVersion: t.exposeInt('policyVersion'),
  }),
});

const MaskInput = builder.inputType('MaskInput', {
  fields: (t) => ({
    text: t.string({ required: true, validate: { schema: boundedText } }),
    policyName: t.string({ description: 'A stored policy; healthcare-default where neither policy field is given.' }),
    policyYaml: t.string({ description: 'A policy to try. It counts before a name.' }),
  }),
});

builder.mutationField('mask', (t) =>
  t.field({
    type: MaskingType,
    description:
      'Masks a text as a turn of a call is masked, by the built-in passes. No session is made and nothing is stored, so the tokens cannot be restored.',
    authScopes: { permission: 'agents:read' },
    complexity: SEARCH_COST,
    errors: failsWith('masking', 'UnknownPolicyError', 'PolicyYamlInvalidError', 'DetectionUnavailableError'),
    args: { input: t.arg({ type: MaskInput, required: true }) },
    resolve: (_root, { input: { text, ...policy } }, context) =>
      context.services.mask(viewerOf(context).accountId, text, policy),
  }),
);
