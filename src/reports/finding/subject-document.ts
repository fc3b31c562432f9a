/** What a search for a subject found, as a signed document. See docs/audit-format.md, Subject reports. */
import type { Signature, Signer } from '../../audit/seal.ts';
import type { AccountId, ReportId } from '../../platform/ids.ts';
import type { Disclosure, Recipient } from './disclosures.ts';
import type { BlindSpot } from './searchable.ts';

/** One session and kind. */
export interface DocumentedDisclosure {
  readonly session_id: string;
  readonly agent_id: string;
  readonly kind: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly recipients: readonly Recipient[];
}

/** What the signature is over, in canonical form. */
export interface UnsignedSubjectDocument {
  readonly schema: 'masker-subject/v1';
  readonly id: ReportId;
  readonly scope: 'subject';
  readonly account_id: AccountId;
  readonly generated_at: string;
  /** That of the leaf `subject_searched`: the value itself is nowhere. */
  readonly value_hmac: string;
  readonly kind: string | null;
  readonly data: readonly DocumentedDisclosure[];
  readonly sessions_searched: number;
  readonly not_searchable: Readonly<Record<BlindSpot, number>>;
  /** Whether older sessions were not searched by this request. */
  readonly has_more: boolean;
}

export interface SubjectDocument extends UnsignedSubjectDocument {
  readonly signature: Signature;
}

/** Signs the document of a search. */
export function signedSubject(
  signer: Signer,
  found: Omit<UnsignedSubjectDocument, 'schema' | 'scope' | 'data'>,
  disclosures: readonly Disclosure[],
): SubjectDocument {
  const unsigned: UnsignedSubjectDocument = {
    schema: 'masker-subject/v1',
    scope: 'subject',
    ...found,
    data: disclosures.map(({ sessionId, agentId, kind, firstAt, lastAt, recipients }) => ({
      session_id: sessionId,
      agent_id: agentId,
      kind,
      first_at: firstAt.toISOString(),
      last_at: lastAt.toISOString(),
      recipients,
    })),
  };
  return { ...unsigned, signature: signer.sign(unsigned) };
}
