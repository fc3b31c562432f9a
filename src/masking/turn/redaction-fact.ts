/** What the journal is told of a redaction: where it is and what became of it, never its value. */
import type { EntryFact, RedactionAction } from '../../audit/entry.ts';
import type { Span } from '../../detection/span.ts';
import { findTokens } from '../../tokens/grammar.ts';
import type { TokenIssuer } from '../../tokens/issuer.ts';
import type { TextPosition } from '../request/chat-request.ts';
import { pointerSegment } from '../request/text-slot.ts';

export type RedactionFact = Extract<EntryFact, { kind: 'redaction' }>;

/** Returns the fact of a span that was treated so. */
export function factOf(
  span: Span,
  { pointer, speaker }: TextPosition,
  action: RedactionAction,
  issuer: Pick<TokenIssuer, 'schemeFor' | 'kid' | 'words'>,
): RedactionFact {
  return {
    kind: 'redaction',
    pass: span.pass,
    entity_kind: span.kind,
    span: [span.start, span.end],
    path: withoutSurrogates(withoutValues(pointer), issuer),
    confidence: Math.round(span.confidence * 1000) / 1000,
    action,
    token_kind: action === 'tokenize' ? issuer.schemeFor(span.end - span.start) : null,
    kid: action === 'tokenize' ? issuer.kid : null,
    speaker,
    ...(span.foundAs === undefined ? {} : { found_as: span.foundAs }),
  };
}

/** By which a span of a text is told from the others. */
export const spanName = ({ start, end, kind }: Span): string => `${start}-${end}-${kind}`;

/**
 * A pointer whose keys were masked has tokens in it. The journal keeps their scheme, kind and kid; the value part may carry
 * the value itself, and would outlive the vault.
 */
function withoutValues(pointer: string): string {
  const withoutValue = (path: string, end: number): string =>
    path.slice(0, path.lastIndexOf('.', end - 1)) + path.slice(end);
  return findTokens(pointer).reduceRight((path, { end }) => withoutValue(path, end), pointer);
}

/** A pointer whose keys were masked has surrogates in it. They keep features of values, and are named like tokens. */
function withoutSurrogates(pointer: string, { words, kid }: Pick<TokenIssuer, 'kid' | 'words'>): string {
  if (words === undefined) return pointer;
  const named = pointer.split('/').map((segment) => {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    const found = words.sightings(key, 0, key.length);
    if (found.length === 0) return segment;
    return pointerSegment(
      found.reduceRight(
        (text, { start, end, kind }) => `${text.slice(0, start)}MSKV1.${kind}.${kid}${text.slice(end)}`,
        key,
      ),
    );
  });
  return named.join('/');
}
