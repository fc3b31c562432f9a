/**
 * Puts values back where their tokens stand. Whole texts and streams go through the one `scan`, so that they agree by
 * construction. Spec: proxy.md, Rehydration.
 */
import { isEntityKind, type EntityKind } from '../detection/kinds.ts';
import { tokenShapeAt } from '../tokens/grammar.ts';
import { matchExact, type TokenIndex } from './issued-tokens.ts';
import type { RehydrationAccount } from './rehydration-account.ts';

/** How a value is written at the place of its token. */
export type Encode = (value: string) => string;

/** The value as it is. */
export const asPlainText: Encode = (value) => value;

/** The value as it stands between the quotes of a JSON string. */
export const insideJson: Encode = (value) => JSON.stringify(value).slice(1, -1);

/** One step over a text that may go on. */
export interface Scanned {
  /** What is settled. */
  readonly out: string;
  /** The end of the text that may be the beginning of a token: to stand before what comes next. Empty when `final`. */
  readonly rest: string;
}

/**
 * Restores the issued tokens in `text`. What is token-shaped and not issued becomes `[REDACTED:KIND]`. `final` says
 * that nothing follows: then an unfinished token is plain text. A restored value is not looked at again.
 */
export function scan(text: string, index: TokenIndex, final: boolean, encode: Encode, account: RehydrationAccount): Scanned {
  let out = '';
  let copied = 0;
  let at = text.indexOf('M');
  while (at !== -1) {
    const verdict = judge(text, at, index, final);
    if (verdict.is === 'held') return { out: out + text.slice(copied, at), rest: text.slice(at) };
    if (verdict.is === 'text') {
      at = text.indexOf('M', at + 1);
      continue;
    }
    out += text.slice(copied, at);
    if (verdict.is === 'issued') {
      account.returnExact(verdict.token);
      out += encode(verdict.value);
    } else {
      account.refuse(verdict.kind, 'unknown');
      out += `[REDACTED:${verdict.kind}]`;
    }
    copied = verdict.end;
    at = text.indexOf('M', copied);
  }
  return { out: copied === 0 ? text : out + text.slice(copied), rest: '' };
}

type Verdict =
  | { readonly is: 'text' }
  | { readonly is: 'held' }
  | { readonly is: 'issued'; readonly end: number; readonly token: string; readonly value: string }
  | { readonly is: 'refused'; readonly end: number; readonly kind: EntityKind | 'UNKNOWN' };

const TEXT: Verdict = { is: 'text' };
const HELD: Verdict = { is: 'held' };

/** Decides only what stays decided whatever follows: that makes the result the same for every cut of a stream. */
function judge(text: string, at: number, index: TokenIndex, final: boolean): Verdict {
  if (at + 1 < text.length && text[at + 1] !== 'S') return TEXT;
  const { issued, isOpen } = matchExact(index, text, at);
  if (isOpen && !final) return HELD;
  if (issued !== null) return { is: 'issued', end: at + issued.token.length, token: issued.token, value: issued.value };
  const shape = tokenShapeAt(text, at);
  switch (shape.state) {
    case 'none':
      return TEXT;
    case 'whole':
      return { is: 'refused', end: shape.end, kind: kindOf(shape.kind) };
    case 'open':
      if (!final) return HELD;
      return shape.complete ? { is: 'refused', end: text.length, kind: kindOf(shape.kind) } : TEXT;
  }
}

/** The kind that a token claims, if there is such a kind: nothing else of a foreign token is repeated. */
function kindOf(claimed: string | null): EntityKind | 'UNKNOWN' {
  const kind = claimed?.toUpperCase();
  return kind !== undefined && isEntityKind(kind) ? kind : 'UNKNOWN';
}
