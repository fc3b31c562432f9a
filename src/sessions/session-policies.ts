/** The policies that sessions run under: reduced once to what masking goes by, and stored once by their digests. */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Policy } from '../policy/policy.ts';
import { maskingTerms, type MaskingTerms } from '../masking/turn/masking-terms.ts';
import type { TurnAgent } from './turn.ts';

export interface PolicyTerms extends MaskingTerms {
  readonly digest: string;
}

export class SessionPolicies {
  readonly #pool: Pick<Pool, 'query'>;
  readonly #terms = new WeakMap<Policy, PolicyTerms>();
  readonly #snapshots = new Set<string>();

  constructor(pool: Pick<Pool, 'query'>) {
    this.#pool = pool;
  }

  termsOf({ policy, policyText }: TurnAgent): PolicyTerms {
    const known = this.#terms.get(policy);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(policyText, 'utf8').digest('hex');
    const terms = { ...maskingTerms(policy), digest };
    this.#terms.set(policy, terms);
    return terms;
  }

  /** Stores a policy text once, before the first session that runs under it. */
  async storeSnapshot(digest: string, text: string): Promise<void> {
    if (this.#snapshots.has(digest)) return;
    await this.#pool.query('INSERT INTO policy_snapshots (digest, text) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      digest,
      text,
    ]);
    this.#snapshots.add(digest);
  }
}
