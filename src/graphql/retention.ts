/** How long the account keeps payloads and metadata of sessions, and gives out leaves of its log. */
import { LEAST_LOG_DAYS, MOST_DAYS } from '../accounts/retention-settings.ts';
import type { RetentionSettings } from '../accounts/retention-settings.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';

const RetentionType = builder.objectRef<RetentionSettings>('Retention').implement({
  description: 'How long payloads and metadata of sessions are kept, and leaves of the log given out.',
  fields: (t) => ({
    payloadDays: t.exposeInt('payloadDays', { description: 'Days that count now. 0: until their session is sealed.' }),
    sessionMetadataDays: t.exposeInt('sessionMetadataDays', { description: 'Days after the seal that count now.' }),
    instancePayloadDays: t.exposeInt('instancePayloadDays', {
      description: 'What the operator has set, for accounts without days of their own.',
    }),
    instanceSessionMetadataDays: t.exposeInt('instanceSessionMetadataDays', {
      description: 'What the operator has set, for accounts without days of their own.',
    }),
    logDays: t.exposeInt('logDays', {
      nullable: true,
      description: 'Days for which leaves of the log are given out; null for ever.',
    }),
  }),
});

const ChangeRetentionInput = builder.inputType('ChangeRetentionInput', {
  description: 'A field that is absent stays; null takes the account’s own days away.',
  fields: (t) => ({
    payloadDays: t.int({ description: `From 0 to ${MOST_DAYS}.` }),
    sessionMetadataDays: t.int({ description: `From 1 to ${MOST_DAYS}.` }),
    logDays: t.int({ description: `From ${LEAST_LOG_DAYS} to ${MOST_DAYS}; null for ever.` }),
  }),
});

builder.queryField('retention', (t) =>
  t.field({
    type: RetentionType,
    description: 'How long the account keeps payloads and metadata of sessions.',
    authScopes: { permission: 'sessions:read' },
    resolve: (_root, _args, context) => context.services.retention.read(viewerOf(context).accountId),
  }),
);

builder.mutationField('changeRetention', (t) =>
  t.field({
    type: RetentionType,
    description:
      'Changes how long the account keeps payloads and metadata of sessions. The next run of the job erases by it.',
    authScopes: { permission: 'vault:admin' },
    errors: failsWith('retention'),
    args: { input: t.arg({ type: ChangeRetentionInput, required: true }) },
    resolve: (_root, { input }, context) => context.services.retention.change(viewerOf(context), input),
  }),
);
