/** Whether the seals of the file are in the account's log. docs/audit-format.md, Bundles. */
import type { LoggedLeaf } from './account-log.ts';
import type { Bundle } from './bundle.ts';
import { toBase64 } from './bytes.ts';
import { canonicalText } from './jcs.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { leafHash } from './merkle.ts';
import type { SignedSeal } from './seal.ts';
import { counted } from './shown.ts';
import { readNote } from './signed-note.ts';
import { FormatError } from './format-error.ts';
import { verifyInclusion } from './tree-proofs.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Checks each leaf's proof, and that the leaf is a seal of the file. A seal without a leaf leaves the check unmade. */
export function checkLogInclusion({ logged, seals }: Bundle): Check {
  if (logged.length === 0) return notChecked('log_inclusion', 'the file holds nothing of the account log');
  const findings = new Findings();
  for (const leaf of logged) checkLeaf(leaf, seals, findings);
  const missing = unloggedSeals({ logged, seals });
  const reason = `${counted(logged.length, 'leaf', 'leaves')} of the account log`;
  return missing === 0
    ? findings.conclude('log_inclusion', reason)
    : findings.concludePartly('log_inclusion', `no leaf of the account log for ${counted(missing, 'seal')}`);
}

/** How many seals of the file have no leaf in it. */
export function unloggedSeals({ logged, seals }: Pick<Bundle, 'logged' | 'seals'>): number {
  const ids = new Set(logged.map(({ leaf }) => sealOf(leaf)?.get('session_id')));
  return seals.filter(({ seal }) => !ids.has(seal.session_id)).length;
}

/** Checks that the proof of a leaf leads to the checkpoint beside it. */
export function checkProof({ path, leafBytes, proof, checkpoint, note }: LoggedLeaf, findings: Findings): void {
  if (textOf(proof.checkpoint) !== note.text)
    findings.add('wrong_proof', `the proof at ${path} is for another checkpoint than the one beside it`);
  const { size, root } = checkpoint;
  if (!verifyInclusion({ leafHash: leafHash(leafBytes), index: proof.index, size, proof: proof.proof, root }))
    findings.add('wrong_proof', `the proof at ${path} does not lead from the leaf to the checkpoint`);
}

function checkLeaf(logged: LoggedLeaf, seals: readonly SignedSeal[], findings: Findings): void {
  const { path, leaf } = logged;
  checkProof(logged, findings);
  const seal = sealOf(leaf);
  const own = seals.find((each) => each.seal.session_id === seal?.get('session_id'));
  if (seal === null || own === undefined) {
    findings.add('wrong_leaf', `the leaf at ${path} is not that of a seal of the file`);
  } else if (canonicalText(seal) !== canonicalText(own.object) || !isSignature(leaf.get('signature'), own)) {
    const message = `the seal in the leaf at ${path} is another than the seal of ${own.seal.session_id} in the file`;
    findings.add('wrong_leaf', message);
  } else checkAccount(logged, own, findings);
}

/** The leaf must be of the account of its seal, and the log must be that account's: its origin ends in the account's id. */
function checkAccount({ path, leaf, checkpoint }: LoggedLeaf, { seal }: SignedSeal, findings: Findings): void {
  const account = seal.account_id;
  if (leaf.get('account_id') !== account)
    findings.add('wrong_leaf', `the leaf at ${path} is of another account than its seal`);
  if (!checkpoint.origin.endsWith(`/log/${account}`))
    findings.add('wrong_log', `the log at ${path} is of another account than the seal`);
}

/** The text of the checkpoint in a proof, without its signatures: a witness may have cosigned one of the two copies later. */
function textOf(note: string): string | null {
  try {
    return readNote(note).text;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function sealOf(leaf: JsonObject): JsonObject | null {
  const seal = leaf.get('seal');
  return leaf.get('kind') === 'session_sealed' && isObject(seal) ? seal : null;
}

function isSignature(value: JsonValue | undefined, { signature }: SignedSeal): boolean {
  return isObject(value) && value.get('key_id') === signature.key_id && value.get('sig') === toBase64(signature.bytes);
}
