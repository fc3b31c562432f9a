/** From the rounds of a run to its result: medians, what a target adds, ratios, and whether the goals are met. */
import { ADDED, FIGURES, FIGURE_NAMES, GOALS, OTHERS, TARGETS } from './figures.ts';
import type { FigureName, Goal, OtherName, TargetName, Unit } from './figures.ts';
import { median } from './statistics.ts';

/** What one scenario found of one target in one round. */
export interface Observation {
  readonly target: TargetName;
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
  /** How often each thing went wrong, by what it was. */
  readonly errors: ReadonlyMap<string, number>;
}

/** A line of the result: the value of each measured target. */
export interface Row {
  readonly label: string;
  readonly unit: Unit;
  readonly values: Readonly<Partial<Record<TargetName, number>>>;
}

/** How Masker's figure stands to another's. */
export interface RatioRow {
  readonly label: string;
  readonly unit: Unit;
  /** Masker's figure divided by theirs; null where theirs is not above zero, so that the quotient would say nothing. */
  readonly to: Readonly<Partial<Record<OtherName, number | null>>>;
}

export interface JudgedGoal {
  readonly goal: Goal;
  /** The ratio, or the figure in its unit. Null where it cannot be formed. */
  readonly found: number | null;
  readonly met: boolean;
}

export type Summary =
  | {
      readonly ok: true;
      readonly rows: readonly Row[];
      readonly added: readonly Row[];
      readonly ratios: readonly RatioRow[];
      readonly goals: readonly JudgedGoal[];
    }
  /** A target that refuses quickly looks fast: with any error there is no comparison. */
  | {
      readonly ok: false;
      readonly errors: readonly { readonly target: TargetName; readonly what: string; readonly count: number }[];
    };

type Medians = ReadonlyMap<TargetName, ReadonlyMap<FigureName, number>>;

/** Sums up all observations of a run. */
export function summarise(observations: readonly Observation[]): Summary {
  const errors = collectErrors(observations);
  if (errors.length > 0) return { ok: false, errors };
  const medians = collectMedians(observations);
  return {
    ok: true,
    rows: FIGURE_NAMES.map((figure) => row(medians, figure, false)),
    added: medians.has('direct') ? ADDED.map((figure) => row(medians, figure, true)) : [],
    ratios: [
      ...FIGURE_NAMES.map((figure) => ratioRow(medians, figure, false)),
      ...ADDED.map((figure) => ratioRow(medians, figure, true)),
    ].filter(({ to }) => Object.keys(to).length > 0),
    goals: GOALS.flatMap((goal) => judge(medians, goal)),
  };
}

function collectErrors(observations: readonly Observation[]): { target: TargetName; what: string; count: number }[] {
  const counts = new Map<string, { target: TargetName; what: string; count: number }>();
  for (const { target, errors } of observations) {
    for (const [what, count] of errors) {
      const key = `${target} ${what}`;
      counts.set(key, { target, what, count: count + (counts.get(key)?.count ?? 0) });
    }
  }
  return [...counts.values()];
}

function collectMedians(observations: readonly Observation[]): Medians {
  const medians = new Map<TargetName, Map<FigureName, number>>();
  for (const target of TARGETS) {
    const own = observations.filter((observation) => observation.target === target);
    if (own.length === 0) continue;
    const figures = new Map<FigureName, number>();
    for (const figure of FIGURE_NAMES) {
      const values = own.flatMap(({ figures: { [figure]: value } }) => (value === undefined ? [] : [value]));
      if (values.length > 0) figures.set(figure, median(values));
    }
    medians.set(target, figures);
  }
  return medians;
}

/** A target's figure, or what it adds to the stub's; undefined where one of them was not measured. */
function valueOf(medians: Medians, target: TargetName, figure: FigureName, added: boolean): number | undefined {
  const value = medians.get(target)?.get(figure);
  if (!added || value === undefined) return value;
  const floor = medians.get('direct')?.get(figure);
  return floor === undefined ? undefined : value - floor;
}

function labelOf(figure: FigureName, added: boolean): string {
  return added ? `added to ${FIGURES[figure].label}` : FIGURES[figure].label;
}

function row(medians: Medians, figure: FigureName, added: boolean): Row {
  const values: Partial<Record<TargetName, number>> = {};
  for (const target of TARGETS) {
    const value = added && target === 'direct' ? undefined : valueOf(medians, target, figure, added);
    if (value !== undefined) values[target] = value;
  }
  return { label: labelOf(figure, added), unit: FIGURES[figure].unit, values };
}

/** Masker's value in terms of the other's; undefined where one of them was not measured. */
function quotient(medians: Medians, figure: FigureName, added: boolean, other: TargetName): number | null | undefined {
  const ours = valueOf(medians, 'masker', figure, added);
  const theirs = valueOf(medians, other, figure, added);
  if (ours === undefined || theirs === undefined) return undefined;
  return theirs > 0 ? ours / theirs : null;
}

function ratioRow(medians: Medians, figure: FigureName, added: boolean): RatioRow {
  const to: Partial<Record<OtherName, number | null>> = {};
  for (const other of OTHERS) {
    const found = quotient(medians, figure, added, other);
    if (found !== undefined) to[other] = found;
  }
  return { label: labelOf(figure, added), unit: FIGURES[figure].unit, to };
}

/** Nothing where the run did not measure what the goal speaks of. */
function judge(medians: Medians, goal: Goal): JudgedGoal[] {
  const found =
    goal.kind === 'ratio'
      ? quotient(medians, goal.figure, goal.added, goal.to)
      : valueOf(medians, 'masker', goal.figure, goal.added);
  if (found === undefined) return [];
  const met = found !== null && (goal.bound === 'at least' ? found >= goal.value : found <= goal.value);
  return [{ goal, found, met }];
}
