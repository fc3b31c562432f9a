/** The durations of stages as REST states them: whole milliseconds that fit into the duration of the whole. */

/** Milliseconds of each stage; null where it has not ended. */
type Stages = Readonly<Record<string, number | null>>;

/**
 * Rounds each stage down, so that together they are no longer than the whole. The turns of a session may overlap, and
 * clocks may be set back: stages that are still longer together are shortened in proportion. `totalMs` is null while the
 * whole lasts.
 */
export function wholeMilliseconds<S extends Stages>(stages: S, totalMs: number | null): S {
  const sum = Object.values(stages).reduce<number>((all, stage) => all + Math.floor(stage ?? 0), 0);
  const room = totalMs === null ? Infinity : Math.max(0, totalMs);
  const share = sum <= room ? 1 : room / sum;
  const whole = Object.entries(stages).map(([name, stage]) => [
    name,
    stage === null ? null : Math.floor(Math.floor(stage) * share),
  ]);
  return Object.fromEntries(whole) as S;
}
