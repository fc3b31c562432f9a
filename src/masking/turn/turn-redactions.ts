/** The redactions of a turn that the journal does not have yet. */
import type { Policy } from '../../policy/policy.ts';
import type { TokenIssuer } from '../../tokens/issuer.ts';
import type { TextPosition } from '../request/chat-request.ts';
import type { DigestDraft } from './recorded-digests.ts';
import type { MaskedText, MaskingMemory } from './masking-memory.ts';
import { factOf, spanName, type RedactionFact } from './redaction-fact.ts';
import { actionOn } from './span-action.ts';

/** The masked texts of a turn and their positions, by their keys. */
export interface MaskedTexts {
  readonly texts: Iterable<readonly [string, MaskedText]>;
  readonly positions: ReadonlyMap<string, TextPosition>;
}

/** What is recorded already, and what a new redaction is written with. */
export interface RedactionTerms {
  readonly memory: Pick<MaskingMemory, 'found'>;
  readonly policy: Pick<Policy, 'entities'>;
  readonly issuer: Pick<TokenIssuer, 'schemeFor' | 'kid' | 'words'>;
  /** Redactions that other nodes have recorded; new ones are added. Null for a call of one request. */
  readonly recorded: DigestDraft | null;
}

/**
 * Yields the spans that are new in this turn, each as a redaction, and null for each span that the journal has and each text
 * without one. So a caller can pause between thousands of them.
 */
export function* eachRedaction(
  { texts, positions }: MaskedTexts,
  { memory, policy, issuer, recorded }: RedactionTerms,
): Generator<RedactionFact | null, void> {
  const placesByText = new Map<string, Set<string>>();
  for (const [key, { spans, name }] of texts) {
    const position = positions.get(key);
    if (position === undefined || spans.length === 0) {
      yield null;
      continue;
    }
    const before = placesByText.get(name) ?? new Set(memory.found(name).map(spanName));
    placesByText.set(name, before);
    for (const span of spans) {
      // Another policy may have another action for the same span: that is another redaction.
      const place = spanName(span);
      const action = actionOn(span, policy);
      const mark = `${name} ${place} ${action}`;
      const isOnRecord = before.has(place) || recorded?.has('redaction', mark) === true;
      before.add(place);
      if (!isOnRecord) recorded?.add('redaction', mark);
      yield isOnRecord ? null : factOf(span, position, action, issuer);
    }
  }
}
