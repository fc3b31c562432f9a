/** The log of the account: checkpoints, leaves, proofs and tiles, and the verification of one session. See docs/account-log.md. */
import { z } from 'zod';
import type { ConsistencyProof, InclusionProof, ManifestKey } from '../audit-log/account-log.ts';
import type { WitnessedCheckpoint } from '../audit-log/cosignatures.ts';
import type { LogLeaf } from '../audit-log/log-reader.ts';
import { consistencyProofText, inclusionProofText } from '../audit-log/proof-text.ts';
import type { TakenToken } from '../audit-log/timestamping/authority.ts';
import type { Cosignature } from '../audit-log/witnesses.ts';
import { parseId } from '../platform/ids.ts';
import { Failure } from '../platform/failure.ts';
import type { AuditVerdict } from '../reports/audit-verification.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';
import { connectionOf, pageQuery, positionKey, readPage } from './keyset.ts';

const POSITION = positionKey('leaf');
/** A cursor, a tile's path or a note is no longer than this. */
const MOST_PATH = 64;
const MOST_NOTE = 65_536;

const CosignatureType = builder.objectRef<Cosignature>('Cosignature').implement({
  description: 'A witness’s statement that it saw a checkpoint.',
  fields: (t) => ({
    witness: t.exposeString('witness', { description: 'The name of the witness in the policy of the server.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When the witness signed, to the second.',
      resolve: ({ timestamp }) => new Date(Number(timestamp) * 1000),
    }),
  }),
});

/** A token with the bytes that it is of. */
interface StampedNote extends TakenToken {
  readonly note: string;
}

const TimestampType = builder.objectRef<StampedNote>('Timestamp').implement({
  description: 'A token (RFC 3161) of a time-stamping authority: the checkpoint existed at a time.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'The time that the token states.' }),
    token: t.string({
      description: 'The TimeStampToken (DER), in base64.',
      resolve: ({ token }) => token.toString('base64'),
    }),
    note: t.exposeString('note', {
      description: 'The signed note without cosignatures: the token is of its bytes.',
    }),
  }),
});

const CheckpointType = builder.objectRef<WitnessedCheckpoint>('Checkpoint').implement({
  description: 'What the log of the account is at some size, signed.',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    size: t.expose('size', { type: 'SafeInt', description: 'Number of leaves.' }),
    rootHash: t.string({ description: 'Root of the tree, in hex.', resolve: ({ root }) => root.toString('hex') }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was signed.' }),
    keyId: t.exposeString('keyId', { description: 'The ID of the signing key, as in seals.' }),
    note: t.exposeString('signedNote', {
      description: 'The signed note (C2SP tlog-checkpoint), cosignatures included.',
    }),
    cosignatures: t.field({
      type: [CosignatureType],
      description: 'Those of witnesses that the policy of the server names.',
      resolve: ({ cosignatures }) => [...cosignatures],
    }),
    witnessed: t.boolean({
      nullable: true,
      description: 'Whether the quorum of the policy cosigned; null where the server has no policy.',
      resolve: ({ isWitnessed }) => isWitnessed,
    }),
    timestamp: t.field({
      type: TimestampType,
      nullable: true,
      description: 'The token of a time-stamping authority; null where the checkpoint has none.',
      resolve: ({ timestamp, note }) => (timestamp === null ? null : { ...timestamp, note }),
    }),
  }),
});

const AuditEntryType = builder.objectRef<LogLeaf>('AuditEntry').implement({
  description: 'A leaf of the log of the account: a seal or an administrative act.',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    index: t.expose('index', { type: 'SafeInt', description: 'Place in the log, from 0.' }),
    kind: t.exposeString('kind', { description: 'What it is, such as session_sealed or agent_created.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was put into the log.' }),
    leafHash: t.string({ description: 'Hash of the leaf, in hex.', resolve: ({ hash }) => hash.toString('hex') }),
    leaf: t.field({ type: 'JSON', description: 'The leaf. Its RFC 8785 text is what is hashed.', resolve: leafValue }),
  }),
});

/** The leaf as an object; its text where that is none. */
function leafValue({ body }: LogLeaf): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const AuditEntryConnection = builder.connectionObject(
  { type: AuditEntryType, name: 'AuditEntryConnection' },
  { name: 'AuditEntryEdge' },
);

const hexOf = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

const InclusionProofType = builder.objectRef<InclusionProof>('InclusionProof').implement({
  description: 'Proves that a leaf is in the tree of a size (RFC 6962, 2.1.1).',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    entry: t.expose('leaf', { type: AuditEntryType, description: 'The leaf.' }),
    treeSize: t.expose('treeSize', { type: 'SafeInt', description: 'Number of leaves of the tree.' }),
    rootHash: t.string({ description: 'Root of the tree, in hex.', resolve: ({ root }) => root.toString('hex') }),
    hashes: t.stringList({
      description: 'In hex, from the sibling of the leaf upwards.',
      resolve: ({ path }) => hexOf(path),
    }),
    checkpoint: t.field({
      type: CheckpointType,
      nullable: true,
      description: 'The checkpoint of this tree; null where none was signed at this size.',
      resolve: ({ checkpoint }) => checkpoint,
    }),
    text: t.string({
      nullable: true,
      description: 'The proof as C2SP tlog-proof; null where there is no checkpoint.',
      resolve: ({ leaf, path, checkpoint }) =>
        checkpoint === null ? null : inclusionProofText(leaf.index, path, checkpoint.signedNote),
    }),
  }),
});

const ConsistencyProofType = builder.objectRef<ConsistencyProof>('ConsistencyProof').implement({
  description: 'Proves that a tree continues an older one (RFC 6962, 2.1.2).',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    from: t.expose('from', { type: 'SafeInt', description: 'Number of leaves of the older tree.' }),
    to: t.expose('to', { type: 'SafeInt', description: 'Number of leaves of the newer tree.' }),
    fromRootHash: t.string({
      description: 'Root of the older tree, in hex.',
      resolve: ({ fromRoot }) => fromRoot.toString('hex'),
    }),
    toRootHash: t.string({
      description: 'Root of the newer tree, in hex.',
      resolve: ({ toRoot }) => toRoot.toString('hex'),
    }),
    hashes: t.stringList({ description: 'In hex, in the order of RFC 6962.', resolve: ({ path }) => hexOf(path) }),
    checkpoint: t.field({
      type: CheckpointType,
      nullable: true,
      description: 'The checkpoint of the newer tree; null where none was signed at this size.',
      resolve: ({ checkpoint }) => checkpoint,
    }),
    text: t.string({
      nullable: true,
      description: 'What a witness is sent (C2SP tlog-witness, add-checkpoint); null where there is no checkpoint.',
      resolve: ({ from, path, checkpoint }) =>
        checkpoint === null ? null : consistencyProofText(from, path, checkpoint.signedNote),
    }),
  }),
});

const AuditVerdictType = builder.objectRef<AuditVerdict>('AuditVerdict').implement({
  description: 'What the server finds when it verifies a session. An auditor verifies the bundle instead.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok', { description: 'Whether the journal, the seal and its leaf in the log hold.' }),
    eventCount: t.exposeInt('eventCount', { description: 'Entries of the journal.' }),
    message: t.exposeString('message', { description: 'chain ok, or what does not hold.' }),
  }),
});

const LogKeyType = builder.objectRef<ManifestKey>('LogKey').implement({
  description: 'A key that signs checkpoints of the log.',
  fields: (t) => ({
    keyId: t.exposeString('keyId', { description: 'The ID of the key, as in seals.' }),
    noteKeyId: t.exposeString('noteKeyId', { description: 'The ID of the key in signed notes.' }),
    publicKey: t.string({
      description: 'The raw 32 bytes, in base64.',
      resolve: ({ publicKey }) => publicKey.toString('base64'),
    }),
    verifierKey: t.exposeString('verifierKey', { description: 'The key as other tools take it (C2SP signed-note).' }),
    fromSize: t.expose('fromSize', { type: 'SafeInt', description: 'The smallest checkpoint that it signs.' }),
    untilSize: t.expose('untilSize', {
      type: 'SafeInt',
      nullable: true,
      description: 'The smallest checkpoint that the next key signs; null for the newest key.',
    }),
  }),
});

interface LogKeys {
  readonly origin: string;
  readonly keys: readonly ManifestKey[];
}

const LogKeysType = builder.objectRef<LogKeys>('LogKeys').implement({
  description: 'The keys of the log of the account, by place in the log.',
  fields: (t) => ({
    origin: t.exposeString('origin', { description: 'The origin of the log: the first line of its checkpoints.' }),
    keys: t.field({ type: [LogKeyType], description: 'The oldest first.', resolve: ({ keys }) => [...keys] }),
  }),
});

function sessionIdOf(text: string): `sess_${string}` {
  const id = parseId('session', text);
  if (id === null) throw new Failure('session_not_found', 'There is no such session.');
  return id;
}

builder.queryFields((t) => ({
  checkpoint: t.field({
    type: CheckpointType,
    description: 'The newest checkpoint of the log of the account.',
    authScopes: { permission: 'audit:read' },
    resolve: async (_root, _args, context) => {
      await context.services.sessions.settled();
      return context.services.accountLog.checkpoint(viewerOf(context).accountId);
    },
  }),
  stampedCheckpoint: t.field({
    type: CheckpointType,
    description: 'The first checkpoint of at least so many leaves that has a time-stamp token.',
    authScopes: { permission: 'audit:read' },
    complexity: 5,
    args: {
      treeSize: t.arg({
        type: 'SafeInt',
        description: 'The least number of leaves; by default the newest one is returned.',
      }),
    },
    resolve: (_root, { treeSize }, context) =>
      context.services.accountLog.stampedCheckpoint(viewerOf(context).accountId, treeSize ?? null),
  }),
}));

builder.queryFields((t) => ({
  auditLog: t.connection(
    {
      type: AuditEntryType,
      description: 'The leaves of the log of the account, the oldest first.',
      authScopes: { permission: 'audit:read' },
      args: {
        types: t.arg.stringList({
          validate: { schema: z.array(z.string().regex(/^[a-z_]{1,64}$/, 'This is not the kind of a leaf.')).max(50) },
          description: 'Only leaves of these kinds.',
        }),
      },
      resolve: async (_root, { types, ...args }, context) => {
        await context.services.sessions.settled();
        const page = readPage(POSITION, args);
        const { range, order, take } = pageQuery(page, 'asc');
        const leaves = await context.services.accountLog.leaves(viewerOf(context).accountId, {
          kinds: types ?? null,
          after: range.gt ?? null,
          before: range.lt ?? null,
          order,
          limit: take,
        });
        return connectionOf(page, POSITION, leaves, (leaf) => ({ key: leaf.index, node: leaf }));
      },
    },
    AuditEntryConnection,
  ),
}));

builder.queryFields((t) => ({
  inclusionProof: t.field({
    type: InclusionProofType,
    description: 'Proves that the seal of a session, or the leaf of an index, is in the log.',
    authScopes: { permission: 'audit:read' },
    complexity: 20,
    args: {
      sessionId: t.arg.id({ description: 'The ID of the session, sess_...' }),
      leafIndex: t.arg({ type: 'SafeInt', description: 'The index of a leaf, instead of a session.' }),
      treeSize: t.arg({
        type: 'SafeInt',
        description: 'Leaves of the tree; by default those of the newest checkpoint.',
      }),
    },
    resolve: async (_root, { sessionId, leafIndex, treeSize }, context) => {
      await context.services.sessions.settled();
      return context.services.accountLog.inclusion(viewerOf(context).accountId, {
        sessionId: typeof sessionId === 'string' ? sessionIdOf(sessionId) : null,
        leafIndex: leafIndex ?? null,
        treeSize: treeSize ?? null,
      });
    },
  }),
  consistencyProof: t.field({
    type: ConsistencyProofType,
    description: 'Proves that the log was only appended to between two sizes.',
    authScopes: { permission: 'audit:read' },
    complexity: 20,
    args: {
      from: t.arg({ type: 'SafeInt', required: true, description: 'Leaves of the older tree.' }),
      to: t.arg({
        type: 'SafeInt',
        description: 'Leaves of the newer tree; by default those of the newest checkpoint.',
      }),
    },
    resolve: (_root, { from, to }, context) =>
      context.services.accountLog.consistency(viewerOf(context).accountId, from, to ?? null),
  }),
}));

builder.queryFields((t) => ({
  logTile: t.string({
    description: 'A tile of the log (C2SP tlog-tiles), in base64.',
    authScopes: { permission: 'audit:read' },
    args: {
      level: t.arg.string({
        required: true,
        validate: { schema: z.string().max(MOST_PATH) },
        description: 'The level from 0 to 63, or entries for the leaves themselves.',
      }),
      path: t.arg.string({
        required: true,
        validate: { schema: z.string().max(MOST_PATH) },
        description: 'The index, such as x001/x234/067, or 000.p/5 for the first five of a tile.',
      }),
    },
    resolve: async (_root, { level, path }, context) =>
      (await context.services.accountLog.tile(viewerOf(context).accountId, level, path)).toString('base64'),
  }),
  logKeys: t.field({
    type: LogKeysType,
    description: 'The keys that sign checkpoints of the log, each from a size on.',
    authScopes: { permission: 'audit:read' },
    resolve: (_root, _args, context) => context.services.accountLog.keys(viewerOf(context).accountId),
  }),
  logMinimumIndex: t.field({
    type: 'SafeInt',
    description: 'The first leaf of the log that is given out (C2SP tlog-tiles, Pruning): 0 unless the log was pruned.',
    authScopes: { permission: 'audit:read' },
    resolve: (_root, _args, context) => context.services.accountLog.minimumIndex(viewerOf(context).accountId),
  }),
}));

builder.queryFields((t) => ({
  verifyAudit: t.field({
    type: AuditVerdictType,
    description: 'Verifies the journal of a session, its seal, and the leaf of the seal in the log.',
    authScopes: { permission: 'audit:read' },
    complexity: 100,
    args: { sessionId: t.arg.id({ required: true, description: 'The ID of the session, sess_...' }) },
    resolve: async (_root, { sessionId }, context) => {
      await context.services.sessions.settled();
      return context.services.verifyAudit(viewerOf(context), sessionIdOf(sessionId));
    },
  }),
}));

builder.mutationField('addCosignatures', (t) =>
  t.field({
    type: CheckpointType,
    description: 'Keeps the cosignatures of witnesses that the policy of the server names.',
    authScopes: { permission: 'audit:read' },
    errors: failsWith('checkpoint', 'NotFoundError'),
    args: {
      checkpoint: t.arg.string({
        required: true,
        validate: { schema: z.string().max(MOST_NOTE) },
        description: 'A checkpoint of the log with the lines of witnesses.',
      }),
    },
    resolve: (_root, { checkpoint }, context) =>
      context.services.accountLog.cosign(viewerOf(context).accountId, checkpoint),
  }),
);
