/** Why a redaction was made: the settings of the policy that decided, and the recogniser and cue that found it. */
import { SETTING_ROLES } from '../policy/deciding-settings.ts';
import type { DecidingSetting } from '../policy/deciding-settings.ts';
import { ORIGIN_STATES } from '../sessions/redaction-origins.ts';
import type { ExplainedRedaction, RedactionOrigin } from '../sessions/redaction-origins.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { PAYLOADS_COST } from './cost.ts';
import { DetectionCandidateType } from './detection.ts';
import { purposeArgument } from './purpose.ts';
import { parseRedaction, RedactionEventType } from './redaction-event.ts';

const SettingRoleType = builder.enumType('PolicySettingRole', { values: SETTING_ROLES });

const PolicySettingType = builder.objectRef<DecidingSetting>('PolicySetting').implement({
  description: 'A setting of the policy that the session ran under.',
  fields: (t) => ({
    role: t.expose('role', { type: SettingRoleType }),
    key: t.exposeString('key', { description: 'Dotted from the root, with kinds in capitals.' }),
    value: t.exposeString('value'),
    line: t.exposeInt('line', {
      nullable: true,
      description: 'Line in the text of the policy, from 1. Null where the text does not write it: the default holds.',
    }),
    text: t.exposeString('text', { nullable: true, description: 'The line, without its indentation.' }),
  }),
});

const OriginStateType = builder.enumType('RedactionOriginState', { values: ORIGIN_STATES });

const RedactionOriginType = builder.objectRef<RedactionOrigin>('RedactionOrigin').implement({
  description: 'What found a redaction, as far as the kept text of its turn shows.',
  fields: (t) => ({
    state: t.expose('state', { type: OriginStateType }),
    candidate: t.field({
      type: DetectionCandidateType,
      nullable: true,
      description: 'Null unless the state is `found`. Its cue holds words of the caller.',
      resolve: ({ candidate }) => candidate,
    }),
    pattern: t.field({
      type: PolicySettingType,
      nullable: true,
      description: 'The pattern of the policy that found it; null where a built-in recogniser did.',
      resolve: ({ pattern }) => pattern,
    }),
    detectorVersion: t.exposeString('detectorVersion', { description: 'The version that searched the text again.' }),
  }),
});

export const RedactionExplanationType = builder.objectRef<ExplainedRedaction>('RedactionExplanation').implement({
  description: 'Why a redaction was made.',
  fields: (t) => ({
    redaction: t.field({ type: RedactionEventType, resolve: ({ body }) => parseRedaction(body) }),
    settings: t.field({
      type: [PolicySettingType],
      description: 'The settings of the policy that decided, in the order in which they count.',
      resolve: ({ settings }) => [...settings],
    }),
    origin: t.field({
      type: RedactionOriginType,
      description:
        'Recogniser and cue. Journals have neither: the kept text of the turn is searched again. The read is on record.',
      complexity: PAYLOADS_COST,
      args: {
        purpose: t.arg.string({
          description: 'What the text is read for. It is put on record; without it, the header Masker-Purpose counts.',
          validate: { schema: purposeArgument },
        }),
      },
      resolve: (explained, { purpose }, context) =>
        context.services.redactionOrigins.origin(viewerOf(context), explained, purpose ?? context.purpose),
    }),
  }),
});
