/** The action of the policy on a span. */
import type { RedactionAction } from '../../audit/entry.ts';
import type { Span } from '../../detection/span.ts';
import type { Policy } from '../../policy/policy.ts';
import { isPastedToken } from './pasted-tokens.ts';

/** Returns the action of the span's kind. A pasted token is tokenized instead of passed through: left in the text, it would be restored or collide. */
export function actionOn(span: Span, { entities }: Pick<Policy, 'entities'>): RedactionAction {
  const { action } = entities[span.kind];
  return isPastedToken(span) && action === 'passthrough' ? 'tokenize' : action;
}
