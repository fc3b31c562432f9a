/** What a turn takes note of in a text that it has masked: what the policy lets pass. */
import type { Policy } from '../../policy/policy.ts';
import type { MaskedText } from './masking-memory.ts';
import { actionOn } from './span-action.ts';

/** Spans of one text that are noted before the work may be interrupted. */
const AT_ONCE = 100;

/** Adds the values of a text that the policy lets pass to `passed`. Yields wherever it may be interrupted. */
export function* notingPassed(
  text: string,
  { spans }: Pick<MaskedText, 'spans'>,
  policy: Pick<Policy, 'entities'>,
  passed: Set<string>,
): Generator<undefined, void> {
  for (const [n, span] of spans.entries()) {
    if (actionOn(span, policy) === 'passthrough') passed.add(text.slice(span.start, span.end));
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
}
