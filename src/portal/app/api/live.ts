/** How pages stay up to date: the one place that decides it. Pages ask again at these intervals while they are visible. */

/** Milliseconds between two looks at something that changes while it is watched, such as a call. */
export const LIVE_MS = 2_000;
/** Milliseconds between two looks at a list or at figures. */
export const CALM_MS = 10_000;

/** Returns the interval for a session: short until it is sealed, none afterwards, because nothing changes any more. */
export function sessionInterval(sealedAt: string | null | undefined): number | false {
  return sealedAt === null ? LIVE_MS : false;
}
