/** The policy text in the report against the digest that was sealed. */
import { sha256 } from './sha.ts';
import { toHex, utf8 } from './bytes.ts';
import type { Bundle } from './bundle.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Whether SHA-256 of the report's `policy_snapshot` is the `policy_digest` of the session's seal. */
export function checkPolicyDigest({ report, seals }: Bundle): Check {
  const stated = report?.report ?? null;
  if (stated === null) return notChecked('policy_digest', 'the file holds no report that could be read');
  // Of many sessions, the policy is that of the last.
  const id = stated.session_id ?? stated.sessions.at(-1)?.id;
  const sealed = seals.filter(({ seal }) => seal.session_id === id);
  if (sealed.length === 0) return notChecked('policy_digest', 'the session is not sealed');
  const findings = new Findings();
  const digest = toHex(sha256(utf8(stated.policy_snapshot)));
  for (const { seal } of sealed) {
    findings.compare(
      'wrong_policy_digest',
      'the policy text of the report is not the one that was sealed',
      seal.policy_digest,
      digest,
    );
  }
  return findings.conclude('policy_digest', 'the policy text of the report against the seal');
}
