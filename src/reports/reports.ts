/**
 * Reports, made on demand by walking the journal and never cached. See docs/audit-format.md, Reports.
 * A chain that does not verify makes no report: the failure says which entry broke.
 */
import type { Pool } from 'pg';
import { recordAct } from '../audit/account-events.ts';
import { chainKey, verifyChain } from '../audit/chain.ts';
import type { ChainVerdict, StoredEntry } from '../audit/chain.ts';
import type { AnchoredHead } from '../audit/journal-head.ts';
import type { Seal, SignedSeal, Signer } from '../audit/seal.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { anchoredHeads, headFault } from './anchored-heads.ts';
import type { Bundle, Report } from './report.ts';
import { buildSessionReport } from './session-report.ts';
import type { SessionFacts } from './session-report.ts';
import { bundledEntry } from './stored-text.ts';

export interface ReportsOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly prisma: PrismaClient;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly detectorVersion: string;
  readonly clock: Clock;
}

export interface Reports {
  /** The signed report of a session of the viewer's account. Throws Failure session_not_found or report_generation_failed. */
  session(viewer: Viewer, sessionId: string): Promise<Report>;
  /** The same with everything that an offline verifier needs. */
  bundle(viewer: Viewer, sessionId: string): Promise<Bundle>;
}

interface EntryRecord {
  readonly seq: number;
  readonly body: string;
  readonly leaf_hash: Buffer;
}

/** All rows of a session's journal, in order. */
export async function readJournal(pool: Pick<Pool, 'query'>, sessionId: SessionId): Promise<StoredEntry[]> {
  const { rows } = await pool.query<EntryRecord>(
    'SELECT seq, body, leaf_hash FROM entries WHERE session_id = $1 ORDER BY seq',
    [sessionId],
  );
  return rows.map(({ seq, body, leaf_hash }) => ({ seq, body, leafHash: leaf_hash }));
}

/** The public half of the signing key, as bundles and `/.well-known/masker-keys.json` give it. */
export function publicKeys(signer: Signer): Bundle['keys'] {
  return [{ key_id: signer.keyId, alg: 'Ed25519', public_key: signer.publicKey.toString('base64') }];
}

interface LoadedSession {
  readonly facts: SessionFacts;
  readonly seal: SignedSeal | null;
}

async function loadSession(prisma: PrismaClient, viewer: Viewer, id: SessionId): Promise<LoadedSession> {
  const row = await prisma.session.findFirst({
    where: { id, accountId: viewer.accountId },
    include: { agent: { select: { name: true, callerAuth: true } }, policySnapshot: true },
  });
  if (row === null) throw new Failure('session_not_found', 'No session with this id exists in your account.');
  const facts: SessionFacts = {
    id,
    agentId: row.agentId as AgentId,
    agentName: row.agent.name,
    agentIsOpen: row.agent.callerAuth === null,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    sealedAt: row.sealedAt,
    status: row.status,
    policySnapshot: row.policySnapshot.text,
  };
  const { seal, sealKeyId, sealSignature } = row;
  if (seal === null || sealKeyId === null || sealSignature === null) return { facts, seal: null };
  const signature = { alg: 'Ed25519', key_id: sealKeyId, sig: Buffer.from(sealSignature).toString('base64') } as const;
  return { facts, seal: { seal: bundledEntry(seal) as Seal, signature } };
}

interface ExaminedSession extends LoadedSession {
  readonly heads: readonly AnchoredHead[];
  readonly rows: StoredEntry[];
  readonly chain: ChainVerdict;
}

const isClosed = (chain: ChainVerdict): boolean => chain.ok && chain.entries.at(-1)?.kind === 'session_sealed';

/** Why a report cannot be made from what is stored; null where it can. */
function faultOf({ seal, heads, chain }: ExaminedSession, signer: Signer): string | null {
  if (!chain.ok) return `entry ${chain.seq} of the session's journal does not verify: ${chain.fault}`;
  const cut = headFault(chain, heads);
  if (cut !== null) return cut;
  if (seal === null)
    return isClosed(chain) ? 'the journal says that the session is sealed, and its seal is not there' : null;
  // Of another key's seals, the verifier is the judge. Ed25519 signs one document in one way (RFC 8032).
  const { key_id: keyId, sig } = seal.signature;
  if (keyId === signer.keyId && signer.sign(seal.seal).sig !== sig)
    return 'the seal of the session is not what was signed';
  if (seal.seal.merkle_root_hex !== chain.root.toString('hex'))
    return 'the journal does not have the Merkle root that its seal signed';
  return null;
}

/** Reports over Prisma (sessions, agents) and the pool (the journal). */
export function createReports({ pool, prisma, auditKey, signer, detectorVersion, clock }: ReportsOptions): Reports {
  async function examine(viewer: Viewer, id: SessionId): Promise<ExaminedSession> {
    const loaded = await loadSession(prisma, viewer, id);
    // Heads first: what is appended meanwhile is behind them, not cut off.
    const heads = await anchoredHeads(pool, id);
    const rows = await readJournal(pool, id);
    return { ...loaded, heads, rows, chain: verifyChain(chainKey(auditKey, id), id, rows) };
  }

  async function make(viewer: Viewer, text: string): Promise<ExaminedSession & { readonly report: Report }> {
    const id = parseId('session', text);
    if (id === null) throw new Failure('session_not_found', 'No session with this id exists in your account.');
    const first = await examine(viewer, id);
    // Sealed between the two reads: nothing of a sealed session changes, so a second look sees all of one moment.
    const session =
      first.chain.ok && isClosed(first.chain) !== (first.seal !== null) ? await examine(viewer, id) : first;
    const { facts, seal, heads, chain } = session;
    const fault = faultOf(session, signer);
    if (fault !== null || !chain.ok)
      throw new Failure('report_generation_failed', fault ?? 'the journal does not verify');
    const now = clock.now();
    const unsigned = buildSessionReport(newId('report', now), facts, chain, seal, heads, detectorVersion, now);
    const report: Report = { ...unsigned, signature: signer.sign(unsigned) };
    await prisma.$transaction((tx) =>
      recordAct(
        tx,
        {
          accountId: viewer.accountId,
          userId: viewer.userId,
          kind: 'report_issued',
          subject: { report_id: report.id, session_id: id, merkle_root_hex: report.merkle_root_hex },
        },
        now,
      ),
    );
    return { ...session, report };
  }

  return {
    session: async (viewer, sessionId) => (await make(viewer, sessionId)).report,
    bundle: async (viewer, sessionId) => {
      const { report, heads, rows } = await make(viewer, sessionId);
      return {
        format: 'masker-bundle/v1',
        report,
        entries: rows.map(({ body }) => bundledEntry(body)),
        leaf_hashes: rows.map(({ leafHash }) => Buffer.from(leafHash).toString('hex')),
        seals: report.seals,
        anchored_heads: heads,
        keys: publicKeys(signer),
      };
    },
  };
}
