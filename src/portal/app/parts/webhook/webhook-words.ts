/** Webhooks in words: how the receiver is, as the last attempts tell, and what attempts met. */
import { ago, moment } from '../format.ts';

/** The types of events, and when they happen. */
export const EVENT_TYPES = [
  { value: 'session.sealed', label: 'A session was sealed' },
  { value: 'leak.suspected', label: 'A turn was refused: a known value was left in it' },
  { value: 'detector.degraded', label: 'A detector was degraded' },
  { value: 'report.ready', label: 'A report was made' },
  { value: 'agent.changed', label: 'An agent was made, changed or deleted' },
] as const;

export interface WebhookFacts {
  readonly paused: boolean;
  readonly failures: number;
  readonly retryAt: string | null;
  readonly attempts: { readonly edges: readonly { readonly node: AttemptFacts }[] };
}

export interface AttemptFacts {
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
}

export interface Words {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
  readonly sign: string;
  readonly label: string;
  readonly meaning: string;
}

/** Returns how a webhook is described. Only an event that was taken makes it good. */
export function webhookWords({ paused, failures, retryAt, attempts }: WebhookFacts): Words {
  const last = attempts.edges[0]?.node;
  if (paused) return { tone: 'unknown', sign: '‖', label: 'Paused', meaning: 'Nothing is sent. Events wait.' };
  if (failures > 0 || retryAt !== null)
    return {
      tone: 'bad',
      sign: '×',
      label: 'Stalled',
      meaning: `No answer, or a request to wait, ${failures === 1 ? 'once' : `${failures} times in a row`}. Events wait${retryAt === null ? '.' : `; next try: ${moment(retryAt)}.`}`,
    };
  if (last === undefined)
    return { tone: 'unknown', sign: '…', label: 'Not tried yet', meaning: 'No event was sent in the last 30 days.' };
  if (last.error === null)
    return { tone: 'good', sign: '✓', label: 'Delivers', meaning: `The last event was taken ${ago(last.at)}.` };
  return {
    tone: 'warn',
    sign: '!',
    label: 'Refuses events',
    meaning: `${attemptWords(last).label} ${ago(last.at)}. The event is sent again.`,
  };
}

const FAULTS: Readonly<Record<string, string>> = {
  timeout: 'No answer within 15 s',
  connection: 'No connection',
  tls: 'Its certificate or TLS was not accepted',
  dns: 'Its name was not found',
  forbidden_address: 'The server may not call this address',
  secret_unavailable: 'The secret cannot be opened: rotate it',
};

/** Returns what an attempt met. */
export function attemptWords({ status, error }: Omit<AttemptFacts, 'at'>): Omit<Words, 'meaning'> {
  if (error === null) return { tone: 'good', sign: '✓', label: `Taken, ${status ?? 'no status'}` };
  if (error === 'status') return { tone: 'bad', sign: '×', label: `Answered ${status ?? 'no status'}` };
  return { tone: 'bad', sign: '×', label: FAULTS[error] ?? error };
}

/** Returns the types that a webhook is sent, in one line. */
export function typesWords(eventTypes: readonly string[]): string {
  return eventTypes.length === 0 ? 'All events' : eventTypes.join(', ');
}

/** Returns the host of an address, by which people know a receiver; the address itself where it has none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
