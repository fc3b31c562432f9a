/** Whether the witnesses that the caller's policy asks for cosigned the checkpoints of the file. */
import { FormatError } from './format-error.ts';
import type { Bundle } from './bundle.ts';
import { unloggedSeals } from './log-inclusion.ts';
import { faultOf, type JudgedCheckpoint } from './log-signatures.ts';
import type { LogKeys } from './note-key.ts';
import { counted, shown } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';
import type { WitnessPolicy } from './witness-policy.ts';
import { judgeCheckpoint } from './witnessed-checkpoint.ts';

/**
 * `keys` are the keys of logs that count where the policy names no log: trusted ones, or those of the file. A seal without a
 * checkpoint in the file is one that no witness cosigned.
 */
export function checkWitnesses(
  bundle: Bundle,
  judged: readonly JudgedCheckpoint[],
  policy: WitnessPolicy | null,
  keys: LogKeys,
): Check {
  if (policy === null) return notChecked('witnesses', 'no witness policy was given');
  const findings = new Findings();
  const missing = unloggedSeals(bundle);
  const isAsked = policy.quorum !== 'none';
  if (isAsked && missing > 0)
    findings.add('quorum_not_met', `the file holds no checkpoint for ${counted(missing, 'seal')}`, {
      expected: shown(policy.quorum),
      found: 'no checkpoint',
    });
  const seen = cosigners(judged, policy, keys, findings);
  const list = seen.slice(0, 8).join(', ');
  if (!isAsked) return findings.concludePartly('witnesses', 'the policy asks for no witness');
  if (judged.length === 0) return findings.concludePartly('witnesses', 'the file holds nothing of the account log');
  const reason = `${counted(seen.length, 'cosignature')}: ${list}`;
  return findings.conclude('witnesses', seen.length === 0 ? 'no witness cosigned' : reason);
}

/**
 * The cosignatures of all checkpoints, as they are shown. The report holds its checkpoint as it was before witnesses cosigned
 * it: of notes with one text, one that meets the quorum is enough.
 */
function cosigners(
  judged: readonly JudgedCheckpoint[],
  policy: WitnessPolicy,
  keys: LogKeys,
  findings: Findings,
): readonly string[] {
  const seen: string[] = [];
  const lacking = new Map<string, (() => void) | null>();
  for (const { of, what } of judged) {
    const { text } = of.note;
    const logKeys = policy.logs.length > 0 ? [] : keys(of.checkpoint.origin);
    try {
      const { cosigned, quorumMet, log } = judgeCheckpoint(of.whole, policy, logKeys);
      seen.push(...cosigned.map(({ name, timestamp }) => `${shown(name)} at ${timeText(timestamp)}`));
      if (log === null) findings.add('wrong_log', `${what} is signed by no log that is known`);
      if (quorumMet) lacking.set(text, null);
      else if (!lacking.has(text))
        lacking.set(text, () => {
          findings.add('quorum_not_met', `too few witnesses cosigned ${what}`, {
            expected: shown(policy.quorum),
            found: cosigned.length === 0 ? 'no witness' : cosigned.map(({ name }) => shown(name)).join(', '),
          });
        });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      findings.add(faultOf(error), `${what}: ${error.message}`);
    }
  }
  for (const addFinding of lacking.values()) addFinding?.();
  return seen;
}

/** A POSIX time as ISO 8601 where a date can hold it. */
function timeText(seconds: bigint): string {
  return seconds < 100_000_000_000n
    ? new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
    : `${seconds} s`;
}
