/**
 * Decides what is at one place of a text: a token of this turn, something else that is meant for one, or plain
 * text. Whole texts and streams are decided by the one `matchAt`, so that they agree by construction. See docs/proxy.md.
 */
import { isEntityKind, type EntityKind } from '../../detection/kinds.ts';
import { parseToken, tokenShapeAt, VAULT_VALUE_LENGTH } from '../../tokens/grammar.ts';
import { foreignShape, foreignValue } from './altered-foreign.ts';
import { matchAltered } from './altered-token.ts';
import { matchExact, type TokenIndex } from './issued-tokens.ts';
import type { Place } from './place.ts';
import type { RefusalReason } from './rehydration-counts.ts';
import { continuedEnd, spelledForeign } from './spelled-foreign.ts';
import { matchSurrogate, type FoundSurrogate } from './surrogate-match.ts';
import { goesOn, type Issued } from './token-trie.ts';
import { matchValue } from './token-value.ts';

/** What is at a place. `held` says that it depends on what follows, and never comes of a final text. */
export type TokenMatch =
  | { readonly is: 'text' }
  | { readonly is: 'held' }
  | {
      readonly is: 'issued';
      readonly end: number;
      readonly issued: Issued;
      readonly isExact: boolean;
      /** Whether it is a number of JSON, in no string. */
      readonly isNumber?: boolean;
    }
  | {
      readonly is: 'refused';
      readonly end: number;
      readonly kind: EntityKind | 'UNKNOWN';
      readonly reason: RefusalReason;
    };

const FULL_VAULT_TOKEN = new RegExp(`^MSKV1.*[._-][A-Z0-9]{${VAULT_VALUE_LENGTH}}$`, 'is');
const TEXT: TokenMatch = { is: 'text' };
const HELD: TokenMatch = { is: 'held' };

/**
 * Decides only what stays decided whatever follows: that makes the result the same for every cut of a stream. What is
 * exactly as issued comes first, then what was altered, then what is none of this session's.
 */
export function matchAt(index: TokenIndex, place: Place): TokenMatch {
  const match = matchTokenAt(index, place);
  if (match.is !== 'text') return match;
  const surrogate = matchSurrogate(index, place);
  if (surrogate.is === 'open') return HELD;
  if (surrogate.is === 'found') return foundSurrogate(index, place, surrogate);
  const value = matchValue(index, place);
  switch (value.is) {
    case 'none':
      return TEXT;
    case 'open':
      return HELD;
    case 'refusable':
      return { is: 'refused', end: value.end, kind: value.kind, reason: 'malformed' };
  }
}

function matchTokenAt(index: TokenIndex, place: Place): TokenMatch {
  const { text, at, final } = place;
  const exact = matchExact(index, text, at);
  if (exact.isOpen && !final) return HELD;
  if (exact.issued !== null) return found(index, [exact.issued], at + exact.issued.token.length, true);

  const altered = matchAltered(index, place);
  if (altered.is === 'open') return HELD;
  if (altered.is === 'found') return found(index, altered.issued, altered.end, false);

  const shape = tokenShapeAt(text, at);
  if (shape.state === 'open' && !final) return HELD;
  if (shape.state === 'whole') {
    const end = isFull(text.slice(at, shape.end)) ? shape.end : continuedEnd(place, shape.end);
    return end === null ? HELD : refused(place, end, shape.kind);
  }
  if (shape.state === 'open' && shape.complete) return refused(place, text.length, shape.kind);

  const like = altered.is === 'broken' ? foreignValue(place, altered.valueAt, altered.like) : { is: 'none' as const };
  const shaped = like.is === 'none' ? foreignShape(place) : like;
  const foreign = shaped.is === 'none' ? spelledForeign(place, goesOn(index.folded.root, 0)) : shaped;
  switch (foreign.is) {
    case 'none':
      return TEXT;
    case 'open':
      return final ? TEXT : HELD;
    case 'refusable': {
      const end = isFull(text.slice(at, foreign.end)) ? foreign.end : continuedEnd(place, foreign.end);
      return end === null ? HELD : { is: 'refused', end, kind: foreign.kind, reason: 'malformed' };
    }
  }
}

/** Restores the one of these tokens of the session that this answer may restore. */
function found(index: TokenIndex, tokens: readonly Issued[], end: number, isExact: boolean): TokenMatch {
  const [issued, ...others] = tokens.filter(({ token }) => index.resolve(token) !== undefined);
  const [any] = tokens;
  if (any === undefined) return TEXT;
  if (issued === undefined) return { is: 'refused', end, kind: any.kind, reason: 'outside_turn' };
  if (others.length > 0) return { is: 'refused', end, kind: issued.kind, reason: 'ambiguous' };
  return { is: 'issued', end, issued, isExact };
}

/**
 * Several surrogates may have one key. They have one value, as "Maria" in two names, or the meaning is unknown.
 */
function foundSurrogate(
  index: TokenIndex,
  { isBetweenStrings: isNumber }: Place,
  { issued: surrogates, end, isAsSent: isExact }: FoundSurrogate,
): TokenMatch {
  const [issued, ...others] = surrogates.filter(({ token }) => index.resolve(token) !== undefined);
  if (issued === undefined) return found(index, surrogates, end, false);
  const isOne = others.every(({ value }) => value.toLowerCase() === issued.value.toLowerCase());
  if (!isOne) return { is: 'refused', end, kind: issued.kind, reason: 'ambiguous' };
  return { is: 'issued', end, issued, isExact, isNumber };
}

/** Whether the value is as long as it can be, so that nothing of it follows. */
function isFull(token: string): boolean {
  return FULL_VAULT_TOKEN.test(token);
}

/** Of a foreign token nothing is repeated but its kind, and that only if there is such a kind. */
function refused({ text, at }: Place, end: number, claimed: string | null): TokenMatch {
  const kind = claimed?.toUpperCase() ?? '';
  const reason = parseToken(text.slice(at, end)) === null ? 'malformed' : 'unknown';
  return { is: 'refused', end, kind: isEntityKind(kind) ? kind : 'UNKNOWN', reason };
}
