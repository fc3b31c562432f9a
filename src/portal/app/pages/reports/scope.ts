/** What a report is about, as it is in the address. */

export type Scope = 'account' | 'agent' | 'session';

export const SCOPES: readonly { readonly value: Scope; readonly label: string }[] = [
  { value: 'account', label: 'The whole account' },
  { value: 'agent', label: 'One agent' },
  { value: 'session', label: 'One session' },
];

export const WINDOWS = [
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
  { value: 'days', label: 'Between two days' },
] as const;

/** A report that can be asked for. `until` is null for the present. */
export type Wanted =
  | { readonly scope: 'session'; readonly id: string }
  | { readonly scope: 'agent'; readonly id: string; readonly since: string; readonly until: string | null }
  | { readonly scope: 'account'; readonly since: string; readonly until: string | null };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** Returns the scope that the address names. */
export function scopeOf(parameters: Readonly<Record<string, string>>): Scope {
  return SCOPES.find(({ value }) => value === parameters['scope'])?.value ?? 'account';
}

/** Returns the window that the address names; null where its days are missing or in the wrong order. */
function windowOf({ since = '30d', from = '', to = '' }: Readonly<Record<string, string>>): {
  readonly since: string;
  readonly until: string | null;
} | null {
  if (since !== 'days') return { since: WINDOWS.find(({ value }) => value === since)?.value ?? '30d', until: null };
  if (!DAY.test(from) || !DAY.test(to) || to < from) return null;
  const end = Date.parse(to) + DAY_MS;
  return Number.isNaN(end) ? null : { since: from, until: new Date(end).toISOString() };
}

/** Returns the report that the address names; null while something is missing. */
export function wantedOf(parameters: Readonly<Record<string, string>>): Wanted | null {
  const { agent = '', session = '' } = parameters;
  const scope = scopeOf(parameters);
  const window = windowOf(parameters);
  switch (scope) {
    case 'session':
      return /^sess_[0-9A-Z]{26}$/.test(session.trim()) ? { scope, id: session.trim() } : null;
    case 'agent':
      return /^agt_[0-9A-Z]{26}$/.test(agent.trim()) && window !== null ? { scope, id: agent.trim(), ...window } : null;
    case 'account':
      return window === null ? null : { scope, ...window };
  }
}

/** The form of a report. */
export type Format = 'pdf' | 'json' | 'bundle';

/** Returns the address of the report in a form. */
export function addressOfReport(wanted: Wanted, format: Format): string {
  const query = new URLSearchParams({ format });
  if (wanted.scope === 'session') return `/api/v1/sessions/${wanted.id}/report?${query.toString()}`;
  query.set('since', wanted.since);
  if (wanted.until !== null) query.set('until', wanted.until);
  const path = wanted.scope === 'agent' ? `/api/v1/agents/${wanted.id}/report` : '/api/v1/reports';
  return `${path}?${query.toString()}`;
}
