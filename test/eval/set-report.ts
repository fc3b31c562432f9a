/** All that is measured on one set: what `--json` prints, one line each. */
import type { AnnotatedSet, Form, Row } from './annotated-set.ts';
import type { Detector } from './detector.ts';
import { detectCalls, detectRows, judge } from './evaluate.ts';
import type { DetectedRow, DetectorResult } from './evaluate.ts';
import { scoredWords } from './words.ts';

export interface SetReport {
  readonly set: string;
  /** Null where the rows do not say. */
  readonly form: Form | null;
  readonly rows: number;
  readonly words: number;
  readonly seed: number;
  readonly detector: string;
  readonly model: string | null;
  /** Each row by itself. */
  readonly masker: DetectorResult;
  /** Each row after those before it in its call; null for a set without calls. */
  readonly inCall: DetectorResult | null;
  /** Under the policy as shipped, in the call where the row is of one; `masker` and `inCall` are under the detector's own rules. */
  readonly shipped: DetectorResult;
  readonly peers: Readonly<Record<string, DetectorResult>>;
}

export interface MeasuredSet {
  readonly report: SetReport;
  /** What the product would have found: in the call where the row is of one, else by itself. */
  readonly detected: readonly DetectedRow[];
}

/** A set in two forms is two sets: figures of written and of spoken text say nothing together. */
export function splitByForm({ name, rows }: AnnotatedSet): AnnotatedSet[] {
  const forms = new Map<Form | null, Row[]>();
  for (const row of rows) {
    const same = forms.get(row.form);
    if (same === undefined) forms.set(row.form, [row]);
    else same.push(row);
  }
  if (forms.size === 1) return [{ name, rows }];
  return [...forms].map(([form, ofForm]) => ({ name: `${name} (${form ?? 'unknown form'})`, rows: ofForm }));
}

/** Runs the detector under its own rules and under the policy as shipped, and the peers, over a set of one form. */
export async function measureSet(
  { name, rows }: AnnotatedSet,
  masker: Detector,
  shipped: Detector,
  peers: readonly Detector[],
  seed: number,
): Promise<MeasuredSet> {
  const alone = await detectRows(rows, masker.detectRow);
  const inCall = await detectCalls(rows, masker);
  const underPolicy = (await detectCalls(rows, shipped)) ?? (await detectRows(rows, shipped.detectRow));
  const others: Record<string, DetectorResult> = {};
  for (const peer of peers) others[peer.name] = judge(name, await detectRows(rows, peer.detectRow), seed);
  return {
    detected: inCall ?? alone,
    report: {
      set: name,
      form: rows[0]?.form ?? null,
      rows: rows.length,
      words: rows.reduce((sum, { text }) => sum + scoredWords(text).length, 0),
      seed,
      detector: masker.version,
      model: masker.model,
      masker: judge(name, alone, seed),
      inCall: inCall === null ? null : judge(name, inCall, seed),
      shipped: judge(name, underPolicy, seed),
      peers: others,
    },
  };
}

/** Figures with six digits behind the point: more would be noise, and a stored result is compared as text. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, field: unknown) => (typeof field === 'number' ? Math.round(field * 1e6) / 1e6 : field),
    indent,
  );
}
