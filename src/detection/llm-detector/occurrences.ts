/** Where in the texts the model's values stand. What stands nowhere was invented, and is dropped. */
import type { Span } from '../span.ts';
import type { Entity } from './answer.ts';
import type { Piece } from './pieces.ts';

/**
 * Confidence of every span of this pass. A language model's own figure means little, so it is not asked for one; a
 * policy whose threshold is higher does without the pass.
 */
export const LLM_CONFIDENCE = 0.9;

export interface Located {
  /** By text; in no order, and values of different kinds may overlap. */
  readonly spans: ReadonlyMap<string, readonly Span[]>;
  /** How many entities stand in none of the pieces. */
  readonly invented: number;
}

/** All verbatim, whole-word occurrences of the entities' values in the pieces. */
export function locate(pieces: readonly Piece[], entities: readonly Entity[]): Located {
  const spans = new Map<string, Span[]>();
  let invented = 0;
  for (const { kind, value } of entities) {
    let found = false;
    for (const piece of pieces) {
      for (const start of occurrences(piece, value)) {
        found = true;
        const span: Span = {
          start,
          end: start + value.length,
          kind,
          pass: 'gemma',
          confidence: LLM_CONFIDENCE,
          validated: false,
          recogniser: 'gemma',
        };
        const before = spans.get(piece.text);
        if (before === undefined) spans.set(piece.text, [span]);
        else before.push(span);
      }
    }
    if (!found) invented += 1;
  }
  return { spans, invented };
}

function* occurrences({ text, start, end }: Piece, value: string): Generator<number> {
  for (let at = text.indexOf(value, start); at !== -1 && at + value.length <= end; at = text.indexOf(value, at + 1)) {
    if (!cutsWord(text, at) && !cutsWord(text, at + value.length)) yield at;
  }
}

const SCRIPTS_WITHOUT_SPACES = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const BEFORE = /[\p{L}\p{N}\p{M}]$/u;
const AFTER = /^[\p{L}\p{N}\p{M}]/u;
const UNSPACED_BEFORE = new RegExp(`[${SCRIPTS_WITHOUT_SPACES}]$`, 'u');
const UNSPACED_AFTER = new RegExp(`^[${SCRIPTS_WITHOUT_SPACES}]`, 'u');
const MARK = /^\p{M}/u;

/** Whether `at` lies inside a word, a surrogate pair or a combined character. */
function cutsWord(text: string, at: number): boolean {
  if (at === 0) return false;
  const before = text.slice(Math.max(0, at - 2), at);
  const after = text.slice(at, at + 2);
  if (MARK.test(after) || (/[\ud800-\udbff]$/.test(before) && /^[\udc00-\udfff]/.test(after))) return true;
  if (UNSPACED_BEFORE.test(before) || UNSPACED_AFTER.test(after)) return false;
  return BEFORE.test(before) && AFTER.test(after);
}
