import { NOTHING_REHYDRATED } from '../src/masking/rehydration/rehydration-counts.ts';
import type { TurnEnding } from '../src/sessions/turn.ts';

/** The end of a turn that went well, and in whose answer no token stood. */
export const ENDING: TurnEnding = {
  status: 'ok',
  httpStatus: 200,
  responseSha256: '00'.repeat(32),
  responseId: null,
  upstreamUs: 1000,
  rehydrateUs: 10,
  addedUs: 20,
  rehydration: NOTHING_REHYDRATED,
};
