/** A text of which only kinds and places are known: bars for what was not an identifier, chips for what was. */
import type { ReactNode } from 'react';
import { KindChip } from '../../parts/kind-chip.tsx';
import { kindWords } from '../../parts/kinds.ts';
import type { KnownText } from './spans.ts';
import type { Redaction } from './session-view.ts';

/** The side of the wall: what the caller said, or what the model saw. */
export type Side = 'said' | 'seen';

/** Which chip is open, by its entry in the journal. */
export interface ChipChoice {
  readonly chosen: number | null;
  readonly choose: (seq: number | null) => void;
}

/** The ID of the chip at which the keyboard stops, by its entry in the journal. */
export function chipId(seq: number): string {
  return `chip-${seq}`;
}

/** Characters of a bar at most, so that a long prompt does not push its identifiers apart. */
const MAX_BAR = 24;

export function Skeleton({
  text,
  side,
  isFresh,
  chips,
}: {
  readonly text: KnownText;
  readonly side: Side;
  readonly isFresh: boolean;
  readonly chips: ChipChoice;
}): ReactNode {
  return (
    <p className={`skeleton ${isFresh ? 'skeleton-fresh' : ''}`}>
      {text.stretches.map((stretch, at) =>
        stretch.type === 'gap' ? (
          // The place in the text is the identity of a gap.
          <span
            key={`gap ${at}`}
            className="skeleton-bar"
            aria-hidden="true"
            style={{ width: `${Math.max(1, Math.min(MAX_BAR, stretch.length)) * 0.42}rem` }}
            title={`${stretch.length} characters that are not kept`}
          />
        ) : (
          <Found key={stretch.redaction.eventId} redaction={stretch.redaction} side={side} chips={chips} />
        ),
      )}
      <span className="skeleton-bar skeleton-tail" aria-hidden="true" />
    </p>
  );
}

interface FoundProps {
  readonly redaction: Redaction;
  readonly side: Side;
  readonly chips: ChipChoice;
}

/** A chip that opens what is known of it. Each is on both sides of the wall: the keyboard stops at one of them. */
function Found({ redaction, side, chips }: FoundProps): ReactNode {
  const { seq, entityKind, action, tokenKind } = redaction;
  return (
    <button
      type="button"
      id={side === 'said' ? undefined : chipId(seq)}
      className="chip-button"
      tabIndex={side === 'said' ? -1 : undefined}
      aria-expanded={chips.chosen === seq}
      title="Why it is masked"
      onClick={() => {
        chips.choose(chips.chosen === seq ? null : seq);
      }}
    >
      {side === 'said' ? (
        <KindChip kind={entityKind} />
      ) : (
        <MaskedChip kind={entityKind} action={action} tokenKind={tokenKind} />
      )}
      <span className="unseen">, entry {seq}: why</span>
    </button>
  );
}

/** What an identifier became: a token, a redacted place, or itself where the policy lets the kind pass. */
export function MaskedChip({
  kind,
  action,
  tokenKind,
}: {
  readonly kind: string;
  readonly action: string;
  readonly tokenKind: string | null;
}): ReactNode {
  const { label, family } = kindWords(kind);
  if (action === 'passthrough')
    return (
      <span className="masked masked-passed" title="The policy lets this kind pass: the model saw the value.">
        {label} not masked
      </span>
    );
  return (
    <span className={`masked kind-${family}`}>
      {action === 'redact' ? `[REDACTED:${kind}]` : `${tokenKind ?? 'token'}.${kind}`}
    </span>
  );
}
