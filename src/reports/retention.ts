/** What of the calls is still kept when a report is made, and for how long. */

/** What the database holds of a session. */
export interface KeptFacts {
  /** Whether the session has a data key, with which its values can be opened. */
  readonly hasKey: boolean;
  /** Values in the vault. */
  readonly vaultValues: number;
}

export interface RetentionAttestation {
  readonly journal: {
    /** Entries are never changed, and deleted after `audit.retention_days` of the policy that the session ran under. */
    readonly retention: 'by_policy';
  };
  readonly vault: {
    /** Sessions whose values can still be opened. */
    readonly sessions_with_key: number;
    readonly sessions_without_key: number;
    readonly values_stored: number;
  };
  readonly payloads: {
    /** Days that payloads are kept, where a policy keeps them; 0: until their session is sealed. */
    readonly retention_days: number;
    /** Turns of which payloads are kept now. */
    readonly turns_stored: number;
  };
  readonly statement: string;
}

const STATEMENT = [
  'Journal entries hold no identifier. They are kept for audit.retention_days of the policy that the session ran under, and never changed.',
  'A value behind a token can be restored only while its session has a data key. Once that key is deleted, nothing in the journal leads back to the value.',
  'Sample transcripts are requests as they left for the model provider: they can hold identifiers that detection missed, that the policy does not look for or that it names as public. A session in which the policy let a found identifier stand (passthrough) gives no sample.',
  'A copy of this report keeps its samples when the payloads that they come from are erased.',
].join(' ');

/** The section on retention, over the sessions of a report. */
export function retentionAttestation(
  sessions: readonly KeptFacts[],
  payloads: RetentionAttestation['payloads'],
): RetentionAttestation {
  const withKey = sessions.filter(({ hasKey }) => hasKey).length;
  return {
    journal: { retention: 'by_policy' },
    vault: {
      sessions_with_key: withKey,
      sessions_without_key: sessions.length - withKey,
      values_stored: sessions.reduce((sum, { vaultValues }) => sum + vaultValues, 0),
    },
    payloads,
    statement: STATEMENT,
  };
}
