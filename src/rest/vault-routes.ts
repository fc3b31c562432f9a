/** Routes of what vaults keep: purges of values, and rotations of the keys that encrypt them. */
import { z } from 'zod';
import { FAILED } from './failed-selection.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const dryRun = z.boolean().optional().meta({ description: 'Count, and change nothing.' });
const count = z.int().min(0);

const PURGE = z
  .strictObject({
    dry_run: z.boolean().meta({ description: 'True if nothing was erased.' }),
    sessions: count.meta({ description: 'Sessions of which something is erased.' }),
    values: count.meta({ description: 'Values that are erased.' }),
    payloads: count.meta({ description: 'Payloads that are erased.' }),
    searched: count.meta({ description: 'Sessions with a vault that were searched.' }),
    unopened: count.meta({
      description: 'Of these, sessions whose vault does not open, because its key is not set. A value in them stays.',
    }),
  })
  .meta({ id: 'VaultPurge' });
const PURGED = z.strictObject({ purge: PURGE });

const purgeVault = defineRoute({
  method: 'POST',
  path: '/vault/purge',
  operationId: 'purgeVault',
  summary: 'Erase values of the account for good. The act is put on record, a value is not.',
  body: z.strictObject({
    session_id: z
      .string()
      .nullish()
      .meta({ description: 'All values and payloads of one session, with its data key.' }),
    subject: z
      .string()
      .nullish()
      .meta({ description: 'Every stored row with this value, in any spelling and of any kind.' }),
    before: z
      .string()
      .nullish()
      .meta({ description: 'Everything of sealed sessions that began before: a day in UTC, or a moment in ISO 8601.' }),
    dry_run: dryRun,
  }),
  document: `
    mutation PurgeVault($input: PurgeVaultInput!) {
      result: purgeVault(input: $input) {
        ${FAILED}
        ... on PurgeVaultSuccess { purge { dry_run: dryRun sessions values payloads searched unopened } }
      }
    }`,
  variables: ({ body: { session_id: sessionId, subject, before, dry_run: isDry } }) => ({
    input: { sessionId, subject, before, dryRun: isDry },
  }),
  data: z.object({ result: z.object({ purge: PURGE }) }),
  status: 200,
  response: PURGED,
  shape: ({ result: { purge } }) => ({ purge }),
  failures: ['session_not_found'],
});

const ROWS = z
  .strictObject({
    vault_keys: count.meta({ description: 'Data keys of sessions.' }),
    agent_secrets: count.meta({ description: 'Secrets of agents.' }),
    webhook_secrets: count.meta({ description: 'Secrets of webhooks.' }),
  })
  .meta({ id: 'SealedRows', description: 'Numbers of rows that are encrypted under a token key, by table.' });
const ROTATION = z
  .strictObject({
    dry_run: z.boolean().meta({ description: 'True if nothing was changed.' }),
    // Rows that were under another key than they should be, that were encrypted again, and that do not open.
    pending: ROWS,
    changed: ROWS,
    unopened: ROWS,
  })
  .meta({ id: 'KeyRotation' });
const ROTATED = z.strictObject({ rotation: ROTATION });
const kid = z.string().nullish();

const rotateKeys = defineRoute({
  method: 'POST',
  path: '/keys/rotate',
  operationId: 'rotateKeys',
  summary:
    'Encrypt again what is under old token keys, of all accounts. For admins of the instance’s own account only.',
  body: z.strictObject({
    old_kid: kid.meta({ description: 'Only what is under the keys of this name.' }),
    new_kid: kid.meta({ description: 'Everything comes under the active key of this name.' }),
    dry_run: dryRun,
  }),
  optionalBody: true,
  document: `
    mutation RotateKeys($input: RotateKeysInput!) {
      result: rotateKeys(input: $input) {
        ${FAILED}
        ... on RotateKeysSuccess {
          rotation { dry_run: dryRun pending { ...RowFields } changed { ...RowFields } unopened { ...RowFields } }
        }
      }
    }
    fragment RowFields on SealedRows {
      vault_keys: vaultKeys agent_secrets: agentSecrets webhook_secrets: webhookSecrets
    }`,
  variables: ({ body: { old_kid: oldKid, new_kid: newKid, dry_run: isDry } }) => ({
    input: { oldKid, newKid, dryRun: isDry },
  }),
  data: z.object({ result: z.object({ rotation: ROTATION }) }),
  status: 200,
  response: ROTATED,
  shape: ({ result: { rotation } }) => ({ rotation }),
  failures: ['rotation_in_progress'],
});

export const VAULT_ROUTES: readonly Route[] = [purgeVault, rotateKeys];
