/** Acts on vaults and their keys. See docs/operations.md, Vault, and docs/tokens.md, Rotation. */
import type { PurgeScope, PurgeTotals, RotationTotals, SealedRows } from '../accounts/vault-acts.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import { isoMoment } from '../platform/moment.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';
import { fieldProblems } from './field-problems.ts';
import { valueArgument } from './subject-search.ts';

/** A purge opens every vault of the account, and a rotation every data key: an operation can afford three. */
const VAULT_COST = 5_000;

interface Purge extends PurgeTotals {
  readonly dryRun: boolean;
}

const VaultPurgeType = builder.objectRef<Purge>('VaultPurge').implement({
  description: 'What a purge erased, or would erase.',
  fields: (t) => ({
    dryRun: t.exposeBoolean('dryRun', { description: 'True if nothing was erased.' }),
    sessions: t.exposeInt('sessions', { description: 'Sessions of which something is erased.' }),
    values: t.exposeInt('values', { description: 'Values that are erased.' }),
    payloads: t.exposeInt('payloads', { description: 'Payloads that are erased.' }),
    searched: t.exposeInt('searched', { description: 'Sessions with a vault that were searched.' }),
    unopened: t.exposeInt('unopened', {
      description: 'Of these, sessions whose vault does not open, because its key is not set. A value in them stays.',
    }),
  }),
});

const PurgeVaultInput = builder.inputType('PurgeVaultInput', {
  description: 'What to erase: exactly one of sessionId, subject and before.',
  fields: (t) => ({
    sessionId: t.id({ description: 'All values and payloads of one session, sess_..., with its data key.' }),
    subject: t.string({
      description: 'Every stored row with this value, in any spelling and of any kind. Send it in variables.',
    }),
    before: t.string({
      description:
        'Everything of sealed sessions that began before: a day in UTC, or a moment in ISO 8601 with its offset.',
    }),
    dryRun: t.boolean({ defaultValue: false, description: 'Count, and erase nothing.' }),
  }),
});

type GivenInput = typeof PurgeVaultInput.$inferInput;

const ONE_OF = 'Give exactly one of the session’s ID, a subject and a time.';
const exactlyOne = (path: string): FieldProblem => ({ path, code: 'exactly_one', message: ONE_OF });

const invalid = (details: readonly FieldProblem[]): Failure =>
  new Failure('validation_failed', 'Some fields are not valid.', details);

const malformed = (path: string, message: string): Failure => invalid([{ path, code: 'invalid_value', message }]);

/** Throws Failure `validation_failed`, which names the field and the rule and never the value. */
function scopeOf({ sessionId, subject, before }: GivenInput): PurgeScope {
  const given = Object.entries({ sessionId, subject, before }).filter(([, text]) => typeof text === 'string');
  if (given.length > 1) throw invalid(given.map(([name]) => exactlyOne(name)));
  if (typeof sessionId === 'string') {
    const id = parseId('session', sessionId);
    if (id === null) throw malformed('sessionId', 'This is not the ID of a session, sess_...');
    return { by: 'session', sessionId: id };
  }
  if (typeof subject === 'string') {
    const read = valueArgument.safeParse(subject);
    if (!read.success) throw invalid(fieldProblems(read.error.issues, ['subject']));
    return { by: 'subject', value: read.data.trim() };
  }
  if (typeof before === 'string') {
    const moment = isoMoment(before);
    if (moment === null)
      throw malformed('before', 'This is not a day (2026-11-30), or a moment with its offset (2026-11-30T09:00:00Z).');
    return { by: 'before', before: new Date(moment) };
  }
  throw invalid([exactlyOne('input')]);
}

builder.mutationField('purgeVault', (t) =>
  t.field({
    type: VaultPurgeType,
    description: 'Erases values of the account for good. The act is put on record, a value is not.',
    authScopes: { permission: 'vault:admin' },
    errors: failsWith('purge', 'NotFoundError'),
    complexity: VAULT_COST,
    args: { input: t.arg({ type: PurgeVaultInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const scope = scopeOf(input);
      const dryRun = input.dryRun === true;
      // What callers were answered so far is found, too.
      await context.services.sessions.settled();
      const request = { scope, dryRun, purpose: context.purpose };
      const totals = await context.services.vaults.purge(viewerOf(context), request);
      return { ...totals, dryRun };
    },
  }),
);

interface Rotation extends RotationTotals {
  readonly dryRun: boolean;
}

const SealedRowsType = builder.objectRef<SealedRows>('SealedRows').implement({
  description: 'Numbers of rows that are encrypted under a token key, by table.',
  fields: (t) => ({
    vaultKeys: t.exposeInt('vault_keys', { description: 'Data keys of sessions.' }),
    agentSecrets: t.exposeInt('agent_secrets', { description: 'Secrets of agents.' }),
    webhookSecrets: t.exposeInt('webhook_secrets', { description: 'Secrets of webhooks.' }),
  }),
});

const KeyRotationType = builder.objectRef<Rotation>('KeyRotation').implement({
  description: 'What a rotation of token keys changed, or would change.',
  fields: (t) => ({
    dryRun: t.exposeBoolean('dryRun', { description: 'True if nothing was changed.' }),
    pending: t.field({
      type: SealedRowsType,
      description: 'Rows that were under another key than they should be.',
      resolve: ({ pending }) => pending,
    }),
    changed: t.field({
      type: SealedRowsType,
      description: 'Rows that were encrypted again.',
      resolve: ({ changed }) => changed,
    }),
    unopened: t.field({
      type: SealedRowsType,
      description: 'Rows that do not open: their key is not set, or they are damaged.',
      resolve: ({ unopened }) => unopened,
    }),
  }),
});

const RotateKeysInput = builder.inputType('RotateKeysInput', {
  description: 'By default everything under an old key comes under the active key of the same name.',
  fields: (t) => ({
    oldKid: t.string({ description: 'Only what is under the keys of this name.' }),
    newKid: t.string({ description: 'Everything comes under the active key of this name.' }),
    dryRun: t.boolean({ defaultValue: false, description: 'Count, and change nothing.' }),
  }),
});

builder.mutationField('rotateKeys', (t) =>
  t.field({
    type: KeyRotationType,
    description:
      'Encrypts again what is under old token keys, of all accounts. For admins of the instance’s own account only.',
    authScopes: { $all: { permission: 'vault:admin', admin: true } },
    errors: failsWith('rotation', 'RotationInProgressError'),
    complexity: VAULT_COST,
    args: { input: t.arg({ type: RotateKeysInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { oldKid = null, newKid = null } = input;
      const dryRun = input.dryRun === true;
      const totals = await context.services.vaults.rotateKeys(viewerOf(context), { oldKid, newKid, dryRun });
      return { ...totals, dryRun };
    },
  }),
);
