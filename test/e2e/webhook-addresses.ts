import { newId } from '../../src/platform/ids.ts';

const UNKNOWN = newId('webhook');

/** The routes of webhooks, with an ID that is nobody's. */
export const WEBHOOK_ADDRESSES = [
  ['POST', '/webhooks'],
  ['GET', '/webhooks'],
  ['GET', `/webhooks/${UNKNOWN}`],
  ['PATCH', `/webhooks/${UNKNOWN}`],
  ['DELETE', `/webhooks/${UNKNOWN}`],
  ['POST', `/webhooks/${UNKNOWN}/rotate-secret`],
  ['POST', `/webhooks/${UNKNOWN}/test`],
  ['POST', `/webhooks/${UNKNOWN}/replay`],
  ['GET', `/webhooks/${UNKNOWN}/attempts`],
] as const;
