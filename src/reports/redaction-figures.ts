/** Counts of what was replaced. See docs/audit-format.md, Numbers. */
import type { ProvenEntry } from '../audit/chain.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { TokenScheme } from '../tokens/grammar.ts';

export type CountsByKind = Readonly<Partial<Record<EntityKind, number>>>;

/** Redactions of one or many journals. What a policy let through is recorded, and not counted as replaced. */
export class RedactionFigures {
  readonly byKind: Partial<Record<EntityKind, number>> = {};
  readonly byPass: Record<string, number> = {};
  /** Values that were found and that the policy let through, by kind. */
  readonly passedByKind: Partial<Record<EntityKind, number>> = {};
  /** Redactions that a token stands for, by the scheme of the token. */
  readonly byScheme: Partial<Record<TokenScheme, number>> = {};
  total = 0;

  add(entry: ProvenEntry): void {
    if (entry.kind !== 'redaction') return;
    const { entity_kind: kind, pass, action, token_kind: scheme } = entry;
    if (action === 'passthrough') {
      this.passedByKind[kind] = (this.passedByKind[kind] ?? 0) + 1;
      return;
    }
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
    this.byPass[pass] = (this.byPass[pass] ?? 0) + 1;
    if (scheme !== null) this.byScheme[scheme] = (this.byScheme[scheme] ?? 0) + 1;
    this.total += 1;
  }
}
