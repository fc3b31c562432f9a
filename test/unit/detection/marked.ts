import { detect } from '../../../src/detection/detection.ts';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import type { DetectionRules, Span } from '../../../src/detection/span.ts';

/** The deterministic recognisers alone: what they find does not depend on a model's weights. */
export const RULES_ALONE: DetectionRules = { ...DEFAULT_RULES, passes: ['regex'] };

/** A text with its expected values: `call [PHONE:415-555-0132] now`. */
export interface Marked {
  readonly text: string;
  readonly spans: readonly { readonly kind: string; readonly value: string; readonly start: number }[];
}

/** Reads the marks off a line. A value holds no `]` and no `[`. */
export function readMarked(line: string): Marked {
  const spans: { kind: string; value: string; start: number }[] = [];
  let text = '';
  let from = 0;
  for (const match of line.matchAll(/\[([A-Z_]+):([^\][]+)\]/g)) {
    text += line.slice(from, match.index);
    spans.push({ kind: match[1] ?? '', value: match[2] ?? '', start: text.length });
    text += match[2] ?? '';
    from = match.index + match[0].length;
  }
  return { text: text + line.slice(from), spans };
}

/** What the recognisers find in the text, written with the same marks: a failing test shows both lines side by side. */
export function mark(text: string, spans: readonly Span[] = detect(text, RULES_ALONE)): string {
  let marked = '';
  let from = 0;
  for (const { start, end, kind } of spans) {
    marked += `${text.slice(from, start)}[${kind}:${text.slice(start, end)}]`;
    from = end;
  }
  return marked + text.slice(from);
}

/** The one span of this kind in the text; fails if there is none or more. */
export function only(text: string, kind: EntityKind): Span {
  const spans = detect(text, RULES_ALONE).filter((span) => span.kind === kind);
  const [span] = spans;
  if (!span || spans.length !== 1) throw new Error(`expected one ${kind}, found ${spans.length}`);
  return span;
}
