/**
 * Detection of one utterance after the other: what was asked, what was begun and what is known from before tell what the
 * words are. See docs/detection.md, Context of the call.
 */
import { detect } from '../detection.ts';
import { KnownValues } from '../known.ts';
import { uniteOverlaps } from '../overlap.ts';
import type { DetectionRules, Span } from '../span.ts';
import { SILENCE, type Conversation } from './conversation.ts';
import { preferKnown } from './prefer-known.ts';
import { detectUtterance, type Utterance } from './utterance.ts';

/** One call, as far as it was heard. */
export interface CallContext {
  conversation: Conversation;
  readonly known: KnownValues;
}

/** A call in which nothing was said yet. */
export function newCallContext(): CallContext {
  return { conversation: SILENCE, known: new KnownValues() };
}

/** The identifiers in the next utterance of a call, as `detect` reports them; the call learns from it. */
export function detectInCall(call: CallContext, utterance: Utterance, rules: DetectionRules): Span[] {
  const { text } = utterance;
  const heard = detectUtterance(call.conversation, utterance, rules, detect(text, rules));
  const known = call.known.find(text);
  const spans = uniteOverlaps(text, [...preferKnown(heard.spans, known), ...known], rules.passes);
  call.conversation = heard.after;
  for (const { start, end, kind } of spans) call.known.set(text.slice(start, end), kind);
  if (heard.joined !== null) call.known.set(heard.joined.value, heard.joined.kind);
  return spans;
}
