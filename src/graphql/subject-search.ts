/** The sessions that concerned one value: the accounting of disclosures. See docs/account-log.md, Searching for a subject. */
import { z } from 'zod';
import { ENTITY_KINDS } from '../detection/kinds.ts';
import { Failure } from '../platform/failure.ts';
import type { Disclosure, Recipient } from '../reports/finding/disclosures.ts';
import type { BlindSpot } from '../reports/finding/searchable.ts';
import type { SubjectReport } from '../reports/finding/subject-search.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';
import { DEFAULT_PAGE_SIZE, pageSizeArgument } from './keyset.ts';
import { purposeArgument } from './purpose.ts';
import { SESSION_KEY } from './session-key.ts';

/** A search opens vaults and reads journals: an operation can afford three. */
const SEARCH_COST = 5_000;
/** UTF-16 code units of a value. */
const MOST_VALUE = 1000;

export const valueArgument = z
  .string()
  .max(MOST_VALUE, `At most ${MOST_VALUE} characters.`)
  .refine((text) => text.trim() !== '', 'This is empty.');

export const kindArgument = z.enum(ENTITY_KINDS);

const RecipientType = builder.objectRef<Recipient>('Recipient').implement({
  description: 'A provider that requests went to, and the model that was asked for.',
  fields: (t) => ({
    upstream: t.exposeString('upstream', { description: 'The name of the provider.' }),
    model: t.exposeString('model', { description: 'The model.' }),
  }),
});

const DisclosureType = builder.objectRef<Disclosure>('Disclosure').implement({
  description: 'A session that holds the value, and where its requests went.',
  fields: (t) => ({
    sessionId: t.exposeID('sessionId', { description: 'The ID of the session, sess_...' }),
    agentId: t.exposeID('agentId', { description: 'The ID of its agent, agt_...' }),
    kind: t.exposeString('kind', { description: 'The kind of identifier that the value was taken for.' }),
    firstAt: t.expose('firstAt', {
      type: 'DateTime',
      description: 'The first identifier of this kind in the session: the value was not sent before.',
    }),
    lastAt: t.expose('lastAt', {
      type: 'DateTime',
      description: 'The last request of the session: the value was not sent after.',
    }),
    recipients: t.field({
      type: [RecipientType],
      description: 'Where the requests of this time went.',
      resolve: ({ recipients }) => [...recipients],
    }),
  }),
});

const WHY: Readonly<Record<BlindSpot, string>> = {
  reversible_aead: 'Sessions with tokens that carry their value: they differ in every session.',
  vault_random: 'Sessions with random tokens whose vault does not open any more.',
  redacted: 'Sessions with values that were removed, not replaced by a token.',
  passed_through: 'Sessions with identifiers that the policy let pass as they were.',
  erased: 'Sessions whose vault was erased.',
  unregistered_key: 'Sessions with tokens under a key that this server does not have any more.',
};

const NotSearchableType = builder.objectRef<SubjectReport['notSearchable']>('NotSearchable').implement({
  description: 'How many of the searched sessions may concern the value all the same, by why.',
  fields: (t) => ({
    reversibleAead: t.exposeInt('reversible_aead', { description: WHY.reversible_aead }),
    vaultRandom: t.exposeInt('vault_random', { description: WHY.vault_random }),
    redacted: t.exposeInt('redacted', { description: WHY.redacted }),
    passedThrough: t.exposeInt('passed_through', { description: WHY.passed_through }),
    erased: t.exposeInt('erased', { description: WHY.erased }),
    unregisteredKey: t.exposeInt('unregistered_key', { description: WHY.unregistered_key }),
  }),
});

const SubjectReportType = builder.objectRef<SubjectReport>('SubjectReport').implement({
  description: 'What one request found. It searches a bounded number of sessions, the newest first.',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The ID of the report, rep_...' }),
    generatedAt: t.expose('generatedAt', { type: 'DateTime', description: 'When the search was made.' }),
    disclosures: t.field({
      type: [DisclosureType],
      description: 'The newest session first. May be empty although there is a next cursor.',
      resolve: ({ disclosures }) => [...disclosures],
    }),
    sessionsSearched: t.exposeInt('sessionsSearched', { description: 'Sessions that this request searched.' }),
    notSearchable: t.field({
      type: NotSearchableType,
      description: 'What this request could not search.',
      resolve: ({ notSearchable }) => notSearchable,
    }),
    document: t.field({
      type: 'JSON',
      description: 'The same as a signed document (masker-subject/v1). Keep it: masker-verify checks it.',
      resolve: ({ document }) => document,
    }),
    nextCursor: t.string({
      nullable: true,
      description: 'Where the next request goes on; null where all sessions were searched.',
      resolve: ({ next }) => (next === null ? null : SESSION_KEY.encode(next)),
    }),
  }),
});

builder.mutationField('searchSubject', (t) =>
  t.field({
    type: SubjectReportType,
    description: 'Finds the sessions that hold a value. The search is put on record, the value is not.',
    authScopes: { permission: 'audit:read' },
    errors: failsWith('subject'),
    complexity: SEARCH_COST,
    args: {
      value: t.arg.string({
        required: true,
        validate: { schema: valueArgument },
        description: 'The value, as it was said or written. Send it in variables.',
      }),
      kind: t.arg.string({
        validate: { schema: kindArgument },
        description: 'Only as this kind of identifier, such as PHONE; as every kind where it is left out.',
      }),
      limit: t.arg.int({
        defaultValue: DEFAULT_PAGE_SIZE,
        validate: { schema: pageSizeArgument },
        description: 'Sessions that are given at most.',
      }),
      cursor: t.arg.string({ description: 'The next cursor of the request before, for the same value.' }),
      purpose: t.arg.string({
        description: 'What it is searched for. It is put on record; without it, the header Masker-Purpose counts.',
        validate: { schema: purposeArgument },
      }),
    },
    resolve: async (_root, { value, kind, limit, cursor, purpose }, context) => {
      const before = typeof cursor === 'string' ? SESSION_KEY.decode(cursor) : null;
      if (typeof cursor === 'string' && before === null) {
        const message = 'This is not a cursor of this list.';
        throw new Failure('validation_failed', 'Some arguments are not valid.', [
          { path: 'cursor', code: 'invalid_cursor', message },
        ]);
      }
      await context.services.sessions.settled();
      const sought = ENTITY_KINDS.find((known) => known === kind) ?? null;
      return context.services.subjectSearch.search(
        viewerOf(context),
        { value, kind: sought, before, limit: limit ?? DEFAULT_PAGE_SIZE },
        purpose ?? context.purpose,
      );
    },
  }),
);
