import type { Claim } from '../claims.ts';
import type { EntityKind } from '../kinds.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { joinedShape } from './joined-shape.ts';
import { wordsFinding } from './ranges.ts';

/** How sure a cue alone makes us: strong and directly linked most, weak and distant least. */
export function claimConfidence({ cue, linked }: Claim): number {
  if (cue.strong) return linked ? 0.9 : 0.8;
  return linked ? 0.7 : 0.65;
}

// Most turns hold no code at all.
const NOTHING: readonly Finding[] = [];

/**
 * The codes that a cue of this kind claims. A check that confirms the code raises the confidence; one that fails does
 * not take the code out: what follows "account number" stays masked whatever its check digit says.
 */
export function findClaimed(
  reading: Reading,
  kind: EntityKind,
  recogniser: string,
  confirms: (code: Code) => boolean = () => false,
): readonly Finding[] {
  if (reading.claims.size === 0) return NOTHING;
  const findings: Finding[] = [];
  for (const [code, claim] of reading.claims) {
    if (claim.cue.kind !== kind) continue;
    const validated = confirms(code);
    const { first, last } = joinedShape(reading.words, code, claim.cue.last);
    findings.push(
      wordsFinding(
        reading,
        first,
        last,
        kind,
        `${recogniser}.cue`,
        validated ? 0.97 : claimConfidence(claim),
        validated,
      ),
    );
  }
  return findings;
}

/** Codes whose characters alone tell their kind. Those that a strong cue links to another kind are left to it. */
export function findByShape(
  reading: Reading,
  kind: EntityKind,
  recogniser: string,
  isShape: (code: Code) => boolean,
  { confidence, validated }: { readonly confidence: number; readonly validated: boolean },
): readonly Finding[] {
  if (reading.codes.length === 0) return NOTHING;
  return reading.codes
    .filter((code) => isShape(code) && !isClaimedByOther(reading, code, kind))
    .map((code) => wordsFinding(reading, code.first, code.last, kind, recogniser, confidence, validated));
}

/** Whether a strong cue, directly before the code, says that it is of another kind. */
export function isClaimedByOther(reading: Reading, code: Code, kind: EntityKind): boolean {
  const claim = reading.claims.get(code);
  return claim !== undefined && claim.cue.kind !== kind && claim.cue.strong && claim.linked;
}
