/** What the policy does with a span. */
import type { RedactionAction } from '../../audit/entry.ts';
import type { Span } from '../../detection/span.ts';
import type { Policy } from '../../policy/policy.ts';
import { isLookalike } from './lookalikes.ts';

/** Returns the action of the span's kind. A pasted token is never left as it is: it must be neither restored nor collide. */
export function actionOn(span: Span, { entities }: Pick<Policy, 'entities'>): RedactionAction {
  const { action } = entities[span.kind];
  return isLookalike(span) && action === 'passthrough' ? 'tokenize' : action;
}
