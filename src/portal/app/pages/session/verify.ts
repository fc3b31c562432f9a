/** Verifies the bundle of a session in this browser, by the same verifier that auditors run. */
import { ApiFailure, offlineFailure } from '../../api/failure.ts';
import { isRecord } from '../../parts/records.ts';
import { trustedKeysOf } from '../../../../../verifier/src/given.ts';
import { verifyBundle } from '../../../../../verifier/src/verify.ts';
import type { Verification } from '../../../../../verifier/src/verify.ts';

/** An entry of the journal, as far as the list shows it. */
export interface ChainEntry {
  readonly seq: number;
  readonly kind: string;
  readonly at: string;
  readonly previousHash: string;
  readonly hash: string;
  readonly sessionId: string;
}

export interface Verified {
  readonly verification: Verification;
  readonly entries: readonly ChainEntry[];
}

/** Fetches the bundle, which the server records, and verifies it. Throws ApiFailure, also for the bundle of another session. */
export async function verifySession(id: string, key: string): Promise<Verified> {
  const trustedKeys = key.trim() === '' ? [] : trustedKeysOf(key);
  if (trustedKeys === null)
    throw new ApiFailure(
      'validation_failed',
      'The key must be base64 or hex of 32 bytes, PEM, or the text of masker-keys.json.',
    );
  const bytes = await bundleOf(id);
  const verification = verifyBundle(bytes, { trustedKeys });
  if (verification.outcome === 'unreadable') return { verification, entries: [] };
  const entries = entriesOf(bytes);
  if (entries.length === 0 || entries.some(({ sessionId }) => sessionId !== id))
    throw new ApiFailure(
      'other_session',
      'The server gave the bundle of another session. It was not taken as a proof.',
    );
  return { verification, entries };
}

async function bundleOf(id: string): Promise<Uint8Array> {
  const response = await fetch(`/api/v1/sessions/${encodeURIComponent(id)}/report?format=bundle`).catch(() => null);
  if (response === null) throw offlineFailure();
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const body = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
  throw new ApiFailure(body?.error?.code ?? 'unknown', body?.error?.message ?? 'The server gave no bundle.');
}

/** Reads the entries for the list. What is no entry is left out: the verification above says whether there is such a thing. */
function entriesOf(bytes: Uint8Array): readonly ChainEntry[] {
  const bundle: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const entries = isRecord(bundle) ? bundle['entries'] : null;
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const { seq, kind, ts, prev_hash, this_hash, session_id } = entry;
    const isEntry =
      typeof seq === 'number' &&
      typeof kind === 'string' &&
      typeof ts === 'string' &&
      typeof prev_hash === 'string' &&
      typeof this_hash === 'string' &&
      typeof session_id === 'string';
    return isEntry ? [{ seq, kind, at: ts, previousHash: prev_hash, hash: this_hash, sessionId: session_id }] : [];
  });
}
