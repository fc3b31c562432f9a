/** What a turn takes note of in a text that it has masked: the tokens in it, and what the policy lets pass. */
import type { Policy } from '../../policy/policy.ts';
import type { MaskedText } from './masking-memory.ts';
import { actionOn } from './span-action.ts';

/** What is noted of all texts of a turn. */
export interface Noted {
  /** The tokens in the masked texts. */
  readonly tokens: Set<string>;
  /** Values that the policy lets pass. */
  readonly passed: Set<string>;
}

/** Tokens and spans of one text that are noted before the work may be interrupted. */
const AT_ONCE = 100;

/** Takes note of a text. Yields wherever it may be interrupted. */
export function* notingText(
  text: string,
  { tokens, spans }: Pick<MaskedText, 'tokens' | 'spans'>,
  policy: Pick<Policy, 'entities'>,
  noted: Noted,
): Generator<undefined, void> {
  for (const [n, token] of tokens.entries()) {
    noted.tokens.add(token);
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
  for (const [n, span] of spans.entries()) {
    if (actionOn(span, policy) === 'passthrough') noted.passed.add(text.slice(span.start, span.end));
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
}
