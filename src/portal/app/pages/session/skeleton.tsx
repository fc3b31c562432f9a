/** A text of which only kinds and places are known: bars for what was not an identifier, chips for what was. */
import type { ReactNode } from 'react';
import { KindChip } from '../../parts/kind-chip.tsx';
import { kindWords } from '../../parts/kinds.ts';
import type { KnownText } from './spans.ts';
import type { Redaction } from './session-view.ts';

/** The side of the wall: what the caller said, or what the model saw. */
export type Side = 'said' | 'seen';

/** Characters of a bar at most, so that a long prompt does not push its identifiers apart. */
const MAX_BAR = 24;

export function Skeleton({
  text,
  side,
  isFresh,
}: {
  readonly text: KnownText;
  readonly side: Side;
  readonly isFresh: boolean;
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
          <Found key={stretch.redaction.eventId} redaction={stretch.redaction} side={side} />
        ),
      )}
      <span className="skeleton-bar skeleton-tail" aria-hidden="true" />
    </p>
  );
}

function Found({ redaction, side }: { readonly redaction: Redaction; readonly side: Side }): ReactNode {
  const { entityKind, action, tokenKind } = redaction;
  if (side === 'said') return <KindChip kind={entityKind} />;
  return <MaskedChip kind={entityKind} action={action} tokenKind={tokenKind} />;
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
