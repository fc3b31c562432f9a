/** What an auditor may hold, and how it is asked for. */
import type { AuditFindQueryVariables } from './queries.generated.ts';

export type By = 'call' | 'session' | 'report' | 'day' | 'request';

interface Evidence {
  readonly value: By;
  readonly label: string;
  readonly field: string;
  readonly placeholder: string;
  readonly form: RegExp;
  /** The argument of the API. */
  readonly name: keyof AuditFindQueryVariables;
}

export const EVIDENCE: readonly Evidence[] = [
  {
    value: 'call',
    label: 'The ID of the call',
    field: 'ID of the call at the platform',
    placeholder: 'As Vapi, Retell or ElevenLabs name it',
    form: /^.{1,1024}$/,
    name: 'callId',
  },
  {
    value: 'request',
    label: 'The hash of a request',
    field: 'SHA-256 of the bytes that the provider got',
    placeholder: '64 digits from 0 to f',
    form: /^[0-9a-fA-F]{64}$/,
    name: 'requestSha256',
  },
  {
    value: 'report',
    label: 'A report',
    field: 'ID of the report',
    placeholder: 'rep_…',
    form: /^rep_[0-9A-Z]{26}$/,
    name: 'reportId',
  },
  {
    value: 'day',
    label: 'A day',
    field: 'Day in UTC, or two with a slash',
    placeholder: '2026-11-30 or 2026-11-01/2026-11-30',
    form: /^\d{4}-\d{2}-\d{2}(?:\/\d{4}-\d{2}-\d{2})?$/,
    name: 'day',
  },
  {
    value: 'session',
    label: 'The ID of the session',
    field: 'ID of the session',
    placeholder: 'sess_…',
    form: /^sess_[0-9A-Z]{26}$/,
    name: 'sessionId',
  },
];

const [CALL] = EVIDENCE;

/** Returns the evidence that the address names. */
export function evidenceOf(by: string): Evidence {
  const found = EVIDENCE.find(({ value }) => value === by) ?? CALL;
  if (found === undefined) throw new TypeError('there is no evidence');
  return found;
}
