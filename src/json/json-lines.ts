/**
 * JSON documents one behind the other (NDJSON, JSON Lines, RFC 7464, event streams): rewritten as the items of one list, so
 * that a value may go on from one to the next. The last may be cut.
 */
import { JsonPlace } from '../detection/documents/json-place.ts';
import { rewritingCutJson } from './json-completion.ts';
import { readingAsJson, rewritingJson, type Rewriting, type SteppedRewriter } from './json-rewrite.ts';
import { stringEnd } from './json-text.ts';
import { afterLongStep } from '../platform/steps.ts';

/** What may stand between two documents: white space, a comma, the fields of an event stream. */
// eslint-disable-next-line no-control-regex -- the record separator of RFC 7464
const GAP = /(?:\s|,|\x1e|data:[ \t]*\[DONE\]|data:[ \t]*(?=[{[])|(?:event|id|retry):[^\n]*(?:\n|$)|:[^\n]*(?:\n|$))*/y;

/** The longest document that is parsed in one step, in UTF-16 units: a millisecond. */
const SHORT = 10_000;
/** Characters and strings that are read before the work may be interrupted. */
const AT_ONCE = 1000;

const ONE_DIGIT = /^\[\s*[0-9]\s*\]$/;

/**
 * The lines rewritten, or null where the text is not two JSON documents or more and nothing else. Linear. Yields wherever it
 * may be interrupted.
 */
export function* rewritingJsonLines<Ask = never, Answer = unknown>(
  text: string,
  rewriter: SteppedRewriter<Ask, Answer>,
): Rewriting<string | null, Ask, Answer> {
  const parts = yield* partsOf(text);
  // "[4][8][0]" is how digits are written that were said one by one.
  if (parts === null || parts.documents.every((document) => ONE_DIGIT.test(document))) return null;
  const { documents, between } = parts;
  const isCut = !(yield* readingWhole(documents.at(-1) ?? ''));
  const list = `[${documents.join(',')}`;
  yield* afterLongStep();
  const written = yield* isCut ? rewritingCutJson(list, rewriter) : rewritingJson(`${list}]`, rewriter);
  const items = written === null ? [] : yield* readingItems(written, isCut);
  if (items.length !== documents.length) return null;
  const lines: string[] = [];
  for (const [at, gap] of between.entries()) lines.push(yield* maskedGap(gap, rewriter), items[at] ?? '');
  return lines.join('');
}

/** What stands between documents is text like any other. */
function* maskedGap<Ask, Answer>(gap: string, rewriter: SteppedRewriter<Ask, Answer>): Rewriting<string, Ask, Answer> {
  return /[^\s,]/.test(gap) ? yield* rewriter.text(gap, null, null, JsonPlace.of(undefined)) : gap;
}

interface Parts {
  readonly documents: readonly string[];
  readonly between: readonly string[];
}

/** The documents, and what stands before each and behind the last. All but the last are whole. */
function* partsOf(text: string): Generator<undefined, Parts | null> {
  const documents: string[] = [];
  const between: string[] = [];
  for (let at = 0; ;) {
    GAP.lastIndex = at;
    const gap = GAP.exec(text)?.[0] ?? '';
    between.push(gap);
    at += gap.length;
    if (at === text.length) return documents.length < 2 ? null : { documents, between };
    if (text.charAt(at) !== '{' && text.charAt(at) !== '[') return null;
    // The first bracket shows whether the text is a document or only brackets.
    if (documents.length > 0 && !(yield* readingWhole(documents.at(-1) ?? ''))) return null;
    const end = documentEnd(text, at);
    documents.push(text.slice(at, end));
    at = end;
    yield;
  }
}

/** One past the bracket that closes the document that begins at `open`; the end of the text where none does. */
function documentEnd(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    // One and the same bit tells each bracket from its brace.
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = stringEnd(text, at);
    else if ((unit | 0x20) === 0x7b) depth++;
    else if ((unit | 0x20) === 0x7d && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Returns true for a whole document. A long one is read in steps, as it is read when it is rewritten. */
function* readingWhole(document: string): Generator<undefined, boolean> {
  if (document.length > SHORT) return yield* readingAsJson(document);
  try {
    JSON.parse(document);
    return true;
  } catch {
    return false;
  }
}

/** The items of a JSON list as they are written; the last one to the end of the text where that is cut. */
function* readingItems(list: string, isCut: boolean): Generator<undefined, readonly string[]> {
  const items: string[] = [];
  let depth = 0;
  let from = 1;
  let read = 0;
  for (let at = 0; at < list.length; at++) {
    read += 1;
    if (read % AT_ONCE === 0) yield;
    const char = list.charAt(at);
    if (char === '"') {
      const end = stringEnd(list, at);
      if (end < at) break;
      at = end;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === ',' && depth === 1) {
      items.push(list.slice(from, at));
      from = at + 1;
    }
  }
  items.push(list.slice(from, isCut ? undefined : -1));
  return items;
}
