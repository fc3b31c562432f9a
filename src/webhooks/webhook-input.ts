/** What a user asks of a webhook, and the rules for it. */
import { isIP } from 'node:net';
import { EVENT_TYPES, isEventType } from '../events/event.ts';
import type { EventType } from '../events/event.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import type { CallbackTargets } from '../platform/forbidden-address.ts';
import { momentWithOffset } from '../platform/moment.ts';

export interface WebhookInput {
  /** https, or http on a private network that the operator allows. */
  readonly url?: string | null | undefined;
  /** Types of events; none for all. */
  readonly eventTypes?: readonly string[] | null | undefined;
  readonly paused?: boolean | null | undefined;
}

/** The settings that an input names, each as it is stored. */
export interface CheckedWebhook {
  readonly url?: string;
  readonly eventTypes?: EventType[];
  readonly paused?: boolean;
}

export const MAX_WEBHOOK_URL = 2048;

/** Checks an input. Throws Failure `validation_failed` that names every fault. */
export function checkWebhook({ url, eventTypes, paused }: WebhookInput, targets: CallbackTargets): CheckedWebhook {
  const problems: FieldProblem[] = [];
  const known = (eventTypes ?? []).filter(isEventType);
  if (known.length < (eventTypes ?? []).length) {
    const message = `must be some of ${EVENT_TYPES.join(', ')}`;
    problems.push({ path: 'eventTypes', code: 'invalid_value', message });
  }
  const fault = url === null || url === undefined ? null : urlFault(url, targets);
  if (fault !== null) problems.push({ path: 'url', code: 'invalid_value', message: fault });
  if (problems.length > 0)
    throw new Failure('validation_failed', 'The webhook is not valid; details name each faulty field.', problems);
  return {
    ...(url === null || url === undefined ? {} : { url: new URL(url).href }),
    ...(eventTypes === null || eventTypes === undefined
      ? {}
      : { eventTypes: EVENT_TYPES.filter((type) => known.includes(type)) }),
    ...(paused === null || paused === undefined ? {} : { paused }),
  };
}

function urlFault(text: string, targets: CallbackTargets): string | null {
  if (text.length > MAX_WEBHOOK_URL || !URL.canParse(text))
    return `must be a URL of at most ${MAX_WEBHOOK_URL} characters`;
  const { protocol, username, password, hash, hostname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://';
  if (username !== '' || password !== '' || hash !== '') return 'may have neither a user name nor a fragment';
  const host = hostname.replace(/^\[|\]$/g, '');
  const plain = protocol === 'http:';
  // A name is looked at when it is resolved for the connection.
  if (isIP(host) === 0) return plain && !targets.hasPrivate ? 'must begin with https://' : null;
  if (plain && !targets.allowsPlain(host))
    return 'must begin with https://; http is for private networks that the operator allows';
  return targets.allows(host) ? null : 'must not be an address that this server may not call';
}

/** A window of the feed, in milliseconds since the epoch. */
export interface ReplayWindow {
  readonly since: number;
  readonly until: number;
}

/** Reads a window; its end is `now` by default. Throws Failure `validation_failed` that names every fault. */
export function checkReplay(since: string, until: string | null, now: number): ReplayWindow {
  const problems: FieldProblem[] = [];
  const moment = (path: string, text: string): number => {
    const read = momentWithOffset(text);
    if (read !== null) return read;
    problems.push({ path, code: 'invalid_value', message: 'must be a moment in ISO 8601 with its offset' });
    return Number.NaN;
  };
  const window = { since: moment('since', since), until: until === null ? now : moment('until', until) };
  if (problems.length === 0 && window.since >= window.until)
    problems.push({ path: 'since', code: 'invalid_value', message: 'must be before the end of the window' });
  if (problems.length > 0) throw new Failure('validation_failed', 'The window is not valid.', problems);
  return window;
}
