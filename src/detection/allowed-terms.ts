/** Public terms that a policy never masks: the clinic's own name, a published number. See docs/policy.md. */
import { foldText } from './folding.ts';
import type { Span } from './span.ts';

const FORMS = new WeakMap<readonly string[], ReadonlySet<string>>();

/**
 * The spans but those whose whole text is an allowed term. Case, folding and the width of white space do not count. A
 * term inside a longer span frees no part of it: "Mercy" allowed leaves "Mercy Gonzalez" masked.
 */
export function withoutAllowed(text: string, spans: readonly Span[], terms: readonly string[]): Span[] {
  if (terms.length === 0) return [...spans];
  const forms = formsOf(terms);
  return spans.filter(({ start, end }) => !forms.has(formOf(text.slice(start, end))));
}

function formsOf(terms: readonly string[]): ReadonlySet<string> {
  const known = FORMS.get(terms);
  if (known !== undefined) return known;
  const forms = new Set(terms.map(formOf));
  FORMS.set(terms, forms);
  return forms;
}

function formOf(text: string): string {
  return foldText(text).text.trim().replace(/\s+/g, ' ').toLowerCase();
}
