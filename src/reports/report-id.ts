import { createHash } from 'node:crypto';
import { encodeTime } from 'ulid';
import { canonicalJson } from '../audit/canonical.ts';
import type { ReportId } from '../platform/ids.ts';
import type { UnsignedReport } from './report.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARACTERS = 16;

/**
 * Returns the id of the report in the bundle of a sealed session: its time is that of the seal, the rest is a digest of
 * all other members of the report. Reports with the same id have the same content. `sealedAt` in milliseconds since the epoch.
 */
export function sealedReportId(report: Omit<UnsignedReport, 'id'>, sealedAt: number): ReportId {
  const digest = createHash('sha256').update('masker/sealed-report/v2|').update(canonicalJson(report)).digest();
  const characters = [...digest.subarray(0, RANDOM_CHARACTERS)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return `rep_${encodeTime(sealedAt)}${characters.join('')}`;
}
