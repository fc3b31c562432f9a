import { createHash } from 'node:crypto';
import { encodeTime } from 'ulid';
import type { ReportId } from '../platform/ids.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARACTERS = 16;

/**
 * The id of the report in the bundle of a sealed session. It follows from the session's root, so that two bundles of one
 * sealed session are the same bytes. `sealedAt` in milliseconds since the epoch.
 */
export function sealedReportId(root: Uint8Array, sealedAt: number): ReportId {
  const digest = createHash('sha256').update('masker/sealed-report/v1|').update(root).digest();
  const characters = [...digest.subarray(0, RANDOM_CHARACTERS)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return `rep_${encodeTime(sealedAt)}${characters.join('')}`;
}
