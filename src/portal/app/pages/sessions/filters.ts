/** The filters of the list of sessions, as they are in the address. */
import type { SessionsQueryVariables } from './queries.generated.ts';

export const PERIODS = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
] as const;

export const STATUSES = [
  { value: 'ok', label: 'OK' },
  { value: 'partial', label: 'Partial' },
  { value: 'error', label: 'Error' },
] as const;

/** The variables of a page, without the cursor. */
export type SessionFilters = Pick<SessionsQueryVariables, 'agentId' | 'since' | 'status' | 'minRedactions'>;

/** Reads the filters of an address. A value that is no filter is left out, because an address may be typed. */
export function filtersOf(parameters: Readonly<Record<string, string>>): SessionFilters {
  const { agent = '', since = '', status = '', redactions = '' } = parameters;
  return {
    agentId: /^agt_[0-9A-Z]{26}$/.test(agent) ? agent : null,
    since: PERIODS.find(({ value }) => value === since)?.value ?? null,
    status: STATUSES.find(({ value }) => value === status)?.value ?? null,
    minRedactions: /^[1-9]\d{0,6}$/.test(redactions) ? Number(redactions) : null,
  };
}

/** Returns true if any filter is set. */
export function isFiltered(filters: SessionFilters): boolean {
  return Object.values(filters).some((value) => value !== null);
}
