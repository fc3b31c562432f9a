/** Whether the witnesses that the caller's policy asks for cosigned the checkpoints of the file. */
import { FormatError } from './format-error.ts';
import type { JudgedCheckpoint } from './log-signatures.ts';
import { logKey } from './note-key.ts';
import { counted, shown } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';
import type { WitnessPolicy } from './witness-policy.ts';
import { judgeCheckpoint } from './witnessed-checkpoint.ts';

/** `keys` are the public keys of logs that count where the policy names no log: trusted ones, or those of the file. */
export function checkWitnesses(
  judged: readonly JudgedCheckpoint[],
  policy: WitnessPolicy | null,
  keys: readonly Uint8Array[],
): Check {
  if (policy === null) return notChecked('witnesses', 'no witness policy was given');
  if (judged.length === 0) return notChecked('witnesses', 'the file holds nothing of the account log');
  const findings = new Findings();
  const seen: string[] = [];
  for (const { of, what } of judged) {
    const logKeys = policy.logs.length > 0 ? [] : keys.map((key) => logKey(of.checkpoint.origin, key));
    try {
      const { cosigned, quorumMet, log } = judgeCheckpoint(of.whole, policy, logKeys);
      seen.push(...cosigned.map(({ name, timestamp }) => `${shown(name)} at ${timeText(timestamp)}`));
      if (log === null) findings.add({ code: 'wrong_log', message: `${what} is signed by no log that is known` });
      if (!quorumMet)
        findings.add({
          code: 'quorum_not_met',
          message: `too few witnesses cosigned ${what}`,
          expected: shown(policy.quorum),
          found: cosigned.length === 0 ? 'no witness' : cosigned.map(({ name }) => shown(name)).join(', '),
        });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const code = error.code === 'no_known_signature' ? 'wrong_log' : 'bad_signature';
      findings.add({ code, message: `${what}: ${error.message}` });
    }
  }
  const list = seen.slice(0, 8).join(', ');
  return findings.conclude(
    'witnesses',
    seen.length === 0 ? 'no witness is needed' : `${counted(seen.length, 'cosignature', 'cosignatures')}: ${list}`,
  );
}

/** A POSIX time as ISO 8601 where a date can hold it. */
function timeText(seconds: bigint): string {
  return seconds < 100_000_000_000n
    ? new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
    : `${seconds} s`;
}
