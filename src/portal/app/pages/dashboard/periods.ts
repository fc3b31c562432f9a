/** The windows of the dashboard, and how each is cut. */

export const PERIODS = [
  { value: '24h', label: '24 hours', interval: 'hour' },
  { value: '7d', label: '7 days', interval: 'day' },
  { value: '30d', label: '30 days', interval: 'day' },
] as const;

export type Period = (typeof PERIODS)[number];

/** Returns the period of an address; the last day where it names none. */
export function periodOf(text: string): Period {
  return PERIODS.find(({ value }) => value === text) ?? PERIODS[0];
}
