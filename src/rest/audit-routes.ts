/** Routes of the account's log, and the verification of one session on the server. See docs/account-log.md. */
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import { FAILED } from './failed-selection.ts';
import { pageOf } from './objects.ts';
import { connectionOf, pageBody, PAGE_PARAMETERS } from './page.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const NOTE_TYPE = 'text/plain; charset=utf-8';
const BYTES_TYPE = 'application/octet-stream';

const count = z.int().min(0);
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 in hex.' });
const moment = z.iso.datetime();

/** A place in a log, or a number of leaves, as a query string has it. What is above 2^53 - 1 is in no log here. */
const position = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,19})$/, 'This is a whole number from 0 to 2^64 - 1.')
  .transform((text) => Math.min(Number(text), Number.MAX_SAFE_INTEGER));

const ENTRY = z
  .strictObject({ index: count, kind: z.string(), at: moment, leaf_hash: hash, leaf: z.unknown() })
  .meta({ id: 'AuditEntry' });
const ENTRY_FIELDS = 'index kind at leaf_hash: leafHash leaf';

const CHECKPOINT = z
  .strictObject({
    size: count,
    root_hash: hash,
    at: moment,
    key_id: z.string(),
    note: z.string().meta({ description: 'The signed note, cosignatures included.' }),
    cosignatures: z.array(z.strictObject({ witness: z.string(), at: moment })),
    witnessed: z.boolean().nullable(),
    timestamp: z
      .strictObject({
        at: moment.meta({ description: 'The time that the token states.' }),
        token: z.string().meta({ description: 'The TimeStampToken (RFC 3161, DER), in base64.' }),
        note: z.string().meta({ description: 'The note without cosignatures: the token is of its bytes.' }),
      })
      .nullable()
      .meta({ description: 'Null where no time-stamping authority stamped this checkpoint.' }),
  })
  .meta({ id: 'Checkpoint' });
const CHECKPOINT_FIELDS =
  'size root_hash: rootHash at key_id: keyId note cosignatures { witness at } witnessed timestamp { at token note }';

const noText = (): Failure =>
  new Failure('not_found', 'No checkpoint was signed at this size. Leave the size out, or ask for JSON.');

const getCheckpoint = defineRoute({
  method: 'GET',
  path: '/audit/checkpoint',
  operationId: 'getCheckpoint',
  summary: 'The newest checkpoint of the account’s log: a signed note (C2SP tlog-checkpoint).',
  document: 'query GetCheckpoint { checkpoint { note } }',
  variables: () => ({}),
  data: z.object({ checkpoint: z.object({ note: z.string() }) }),
  status: 200,
  response: null,
  shape: () => undefined,
  raw: { type: NOTE_TYPE, when: 'always', content: ({ checkpoint }) => Buffer.from(checkpoint.note, 'utf8') },
});

const getStampedCheckpoint = defineRoute({
  method: 'GET',
  path: '/audit/checkpoint/timestamped',
  operationId: 'getStampedCheckpoint',
  summary:
    'A checkpoint of the account’s log with a time-stamp token (RFC 3161): the newest one, or the first of a size.',
  query: z.strictObject({
    tree_size: position.optional().meta({ description: 'The least number of leaves of the checkpoint.' }),
  }),
  document: `
    query GetStampedCheckpoint($treeSize: SafeInt) {
      checkpoint: stampedCheckpoint(treeSize: $treeSize) { ${CHECKPOINT_FIELDS} }
    }`,
  variables: ({ query }) => ({ treeSize: query.tree_size }),
  data: z.object({ checkpoint: CHECKPOINT }),
  status: 200,
  response: z.strictObject({ checkpoint: CHECKPOINT }),
  shape: ({ checkpoint }) => ({ checkpoint }),
  failures: ['not_found'],
});

const TILE_DOCUMENT = 'query GetTile($level: String!, $path: String!) { tile: logTile(level: $level, path: $path) }';
const TILE = {
  data: z.object({ tile: z.string() }),
  status: 200 as const,
  response: null,
  shape: () => undefined,
};
const tileBytes = ({ tile }: { readonly tile: string }): Uint8Array => Buffer.from(tile, 'base64');

const getEntries = defineRoute({
  method: 'GET',
  path: '/audit/tile/entries/{tile}',
  deepParameter: 'tile',
  operationId: 'getLogEntries',
  summary: 'Leaves of the account’s log as an entry bundle (C2SP tlog-tiles).',
  document: TILE_DOCUMENT,
  variables: ({ path }) => ({ level: 'entries', path: path['tile'] }),
  ...TILE,
  failures: ['not_found', 'log_pruned'],
  raw: { type: BYTES_TYPE, when: 'always', content: tileBytes },
});

const getTile = defineRoute({
  method: 'GET',
  path: '/audit/tile/{level}/{tile}',
  deepParameter: 'tile',
  operationId: 'getLogTile',
  summary: 'A tile of hashes of the account’s log (C2SP tlog-tiles).',
  document: TILE_DOCUMENT,
  variables: ({ path }) => ({ level: path['level'], path: path['tile'] }),
  ...TILE,
  failures: ['not_found'],
  raw: { type: BYTES_TYPE, when: 'always', content: tileBytes },
});

const INCLUSION = z
  .strictObject({
    leaf_index: count,
    tree_size: count,
    leaf_hash: hash,
    root_hash: hash,
    hashes: z.array(hash).meta({ description: 'From the sibling of the leaf upwards (RFC 6962, 2.1.1).' }),
    leaf: z.unknown(),
    checkpoint: CHECKPOINT.nullable(),
  })
  .meta({ id: 'InclusionProof' });

const getInclusion = defineRoute({
  method: 'GET',
  path: '/audit/proof/inclusion',
  operationId: 'getInclusionProof',
  summary:
    'Prove that the seal of a session, or a leaf, is in the account’s log. As C2SP tlog-proof with Accept: text/plain.',
  query: z.strictObject({
    session_id: z
      .string()
      .refine((text) => parseId('session', text) !== null, 'This is not the id of a session.')
      .optional()
      .meta({ description: 'The session whose seal it is about.' }),
    leaf_index: position.optional().meta({ description: 'The index of a leaf, instead of a session.' }),
    tree_size: position.optional().meta({ description: 'Leaves of the tree; by default the newest checkpoint’s.' }),
  }),
  document: `
    query GetInclusionProof($sessionId: ID, $leafIndex: SafeInt, $treeSize: SafeInt) {
      proof: inclusionProof(sessionId: $sessionId, leafIndex: $leafIndex, treeSize: $treeSize) {
        entry { ${ENTRY_FIELDS} } tree_size: treeSize root_hash: rootHash hashes text checkpoint { ${CHECKPOINT_FIELDS} }
      }
    }`,
  variables: ({ query }) => ({
    sessionId: query.session_id,
    leafIndex: query.leaf_index,
    treeSize: query.tree_size,
  }),
  data: z.object({
    proof: INCLUSION.omit({ leaf_index: true, leaf_hash: true, leaf: true }).extend({
      entry: ENTRY,
      text: z.string().nullable(),
    }),
  }),
  status: 200,
  response: INCLUSION,
  shape: ({ proof: { entry, text: _text, ...proof } }) => ({
    leaf_index: entry.index,
    leaf_hash: entry.leaf_hash,
    leaf: entry.leaf,
    ...proof,
  }),
  raw: {
    type: NOTE_TYPE,
    when: 'accepted',
    content: ({ proof }) => {
      if (proof.text === null) throw noText();
      return Buffer.from(proof.text, 'utf8');
    },
  },
  failures: ['not_found', 'log_pruned'],
});

const CONSISTENCY = z
  .strictObject({
    from: count,
    to: count,
    from_root_hash: hash,
    to_root_hash: hash,
    hashes: z.array(hash).meta({ description: 'In the order of RFC 6962, 2.1.2.' }),
    checkpoint: CHECKPOINT.nullable(),
  })
  .meta({ id: 'ConsistencyProof' });

const getConsistency = defineRoute({
  method: 'GET',
  path: '/audit/proof/consistency',
  operationId: 'getConsistencyProof',
  summary:
    'Prove that the account’s log was only appended to between two sizes. As a witness takes it (C2SP tlog-witness) with Accept: text/plain.',
  query: z.strictObject({
    from: position.meta({ description: 'Leaves of the older tree, from 1.' }),
    to: position.optional().meta({ description: 'Leaves of the newer tree; by default the newest checkpoint’s.' }),
  }),
  document: `
    query GetConsistencyProof($from: SafeInt!, $to: SafeInt) {
      proof: consistencyProof(from: $from, to: $to) {
        from to from_root_hash: fromRootHash to_root_hash: toRootHash hashes text checkpoint { ${CHECKPOINT_FIELDS} }
      }
    }`,
  variables: ({ query }) => ({ from: query.from, to: query.to }),
  data: z.object({ proof: CONSISTENCY.extend({ text: z.string().nullable() }) }),
  status: 200,
  response: CONSISTENCY,
  shape: ({ proof: { text: _text, ...proof } }) => proof,
  raw: {
    type: NOTE_TYPE,
    when: 'accepted',
    content: ({ proof }) => {
      if (proof.text === null) throw noText();
      return Buffer.from(proof.text, 'utf8');
    },
  },
});

const listLog = defineRoute({
  method: 'GET',
  path: '/audit/log',
  operationId: 'listAuditLog',
  summary: 'List the leaves of the account’s log, the oldest first.',
  query: PAGE_PARAMETERS.extend({
    types: z
      .string()
      .regex(/^[a-z_]{1,64}(?:,[a-z_]{1,64}){0,49}$/, 'These are kinds of leaves, separated by commas.')
      .optional()
      .meta({ description: 'Only leaves of these kinds, separated by commas: session_sealed,agent_created.' }),
  }),
  document: `
    query ListAuditLog($first: Int!, $after: String, $types: [String!]) {
      log: auditLog(first: $first, after: $after, types: $types) {
        edges { node { ${ENTRY_FIELDS} } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  variables: ({ query }) => ({ first: query.limit, after: query.cursor, types: query.types?.split(',') }),
  data: z.object({ log: connectionOf(ENTRY) }),
  status: 200,
  response: pageOf(ENTRY),
  shape: ({ log }) => pageBody(log),
});

const MINIMUM_INDEX = z.strictObject({
  minimum_index: count.meta({ description: 'The first leaf that is given out. 0 unless the log was pruned.' }),
});

const getMinimumIndex = defineRoute({
  method: 'GET',
  path: '/audit/minimum-index',
  operationId: 'getLogMinimumIndex',
  summary: 'The minimum index of the account’s log (C2SP tlog-tiles): leaves below it were pruned.',
  document: 'query GetLogMinimumIndex { minimum_index: logMinimumIndex }',
  variables: () => ({}),
  data: MINIMUM_INDEX,
  status: 200,
  response: MINIMUM_INDEX,
  shape: (data) => data,
});

const KEYS = z
  .strictObject({
    origin: z.string(),
    keys: z.array(
      z.strictObject({
        key_id: z.string(),
        note_key_id: z.string(),
        alg: z.literal('Ed25519'),
        public_key: z.string().meta({ description: 'The raw 32 bytes, in base64.' }),
        verifier_key: z.string().meta({ description: 'As other tools take it (C2SP signed-note).' }),
        from_size: count.meta({ description: 'The smallest checkpoint that it signs.' }),
        until_size: count.nullable().meta({ description: 'The smallest one that the next key signs.' }),
      }),
    ),
  })
  .meta({ id: 'LogKeys' });

const getKeys = defineRoute({
  method: 'GET',
  path: '/audit/keys',
  operationId: 'getLogKeys',
  summary: 'The keys that sign checkpoints of the account’s log, each from a size on.',
  document: `
    query GetLogKeys {
      manifest: logKeys {
        origin
        keys {
          key_id: keyId note_key_id: noteKeyId public_key: publicKey verifier_key: verifierKey
          from_size: fromSize until_size: untilSize
        }
      }
    }`,
  variables: () => ({}),
  data: z.object({
    manifest: z.object({ origin: z.string(), keys: z.array(KEYS.shape.keys.element.omit({ alg: true })) }),
  }),
  status: 200,
  response: KEYS,
  shape: ({ manifest: { origin, keys } }) => ({ origin, keys: keys.map((key) => ({ alg: 'Ed25519', ...key })) }),
});

const addCosignatures = defineRoute({
  method: 'POST',
  path: '/audit/checkpoint/cosignatures',
  operationId: 'addCosignatures',
  summary: 'Hand in cosignatures of witnesses. Those of the server’s witness policy are checked and kept.',
  body: z.strictObject({
    checkpoint: z
      .string()
      .max(65_536)
      .meta({ description: 'A checkpoint of the log with the lines of witnesses: a signed note.' }),
  }),
  document: `
    mutation AddCosignatures($checkpoint: String!) {
      result: addCosignatures(checkpoint: $checkpoint) {
        ${FAILED}
        ... on AddCosignaturesSuccess { checkpoint { ${CHECKPOINT_FIELDS} } }
      }
    }`,
  variables: ({ body }) => body,
  data: z.object({ result: z.object({ checkpoint: CHECKPOINT }) }),
  status: 200,
  response: z.strictObject({ checkpoint: CHECKPOINT }),
  shape: ({ result: { checkpoint } }) => ({ checkpoint }),
  failures: ['not_found'],
});

const VERDICT = z.strictObject({
  ok: z.boolean(),
  event_count: count,
  message: z.string().meta({ description: '`chain ok`, or what does not hold.' }),
});

const verify = defineRoute({
  method: 'POST',
  path: '/audit/verify',
  operationId: 'verifyAudit',
  onlyReads: true,
  summary: 'Verify the journal of a session, its seal, and the leaf of the seal in the account’s log.',
  body: z.strictObject({ session_id: z.string().meta({ description: 'The ID of the session.' }) }),
  document: `
    query VerifyAudit($sessionId: ID!) { verdict: verifyAudit(sessionId: $sessionId) { ok event_count: eventCount message } }`,
  variables: ({ body }) => ({ sessionId: body.session_id }),
  data: z.object({ verdict: VERDICT }),
  status: 200,
  response: VERDICT,
  shape: ({ verdict }) => verdict,
  failures: ['session_not_found'],
});

export const AUDIT_ROUTES: readonly Route[] = [
  getCheckpoint,
  getStampedCheckpoint,
  addCosignatures,
  getEntries,
  getTile,
  getInclusion,
  getConsistency,
  listLog,
  getKeys,
  getMinimumIndex,
  verify,
];
