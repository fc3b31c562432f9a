/** Entries as faces take them: every kind, with hostile free texts and sound ids, times and hashes. */
import fc from 'fast-check';
import { canonicalJson } from '../../../../src/audit/canonical.ts';
import { leafHash } from '../../../../src/audit/merkle.ts';
import type { FacedEntry } from '../../../../src/reports/faces/faced-entry.ts';
import { entry } from '../../audit/entries.ts';

const ulid = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const time = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** One entry of any kind. */
export const facedEntry: fc.Arbitrary<FacedEntry> = fc
  .tuple(entry, ulid, ulid, ulid, time, hash, hash)
  .map(([drawn, session, agent, event, ts, previous, own]) => {
    const sound = {
      ...drawn,
      ts,
      event_id: `evt_${event}` as const,
      session_id: `sess_${session}` as const,
      agent_id: `agt_${agent}` as const,
      ...(drawn.kind === 'turn_forwarded' ? { request_sha256: own } : {}),
      ...(drawn.kind === 'turn_completed' ? { response_sha256: own } : {}),
      ...(drawn.kind === 'redaction' ? { confidence: Math.abs(drawn.confidence) % 1 } : {}),
    };
    const body = canonicalJson({ ...sound, prev_hash: previous, this_hash: own });
    return { entry: sound, body, leafHash: leafHash(body).toString('hex') };
  });

/** The entries of a journal, none to eight. */
export const facedEntries: fc.Arbitrary<FacedEntry[]> = fc.array(facedEntry, { maxLength: 8 });
