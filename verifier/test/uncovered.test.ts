/** Members of a report that its signature covers and that nothing in the file confirms. */
import { describe, expect, it } from 'vitest';
import { verifyBundle, type Verified } from '../src/verify.ts';
import {
  bytesOf,
  chain,
  signedReport,
  signedSeal,
  unsignedReport,
  validBundle,
  type Json,
  type JsonRecord,
  type TestBundle,
} from './bundle-builder.ts';

const chained = chain();

function verify(file: TestBundle | Json): Verified {
  const verification = verifyBundle(bytesOf(file));
  if (verification.outcome === 'unreadable') throw new Error(`unreadable: ${verification.problem.message}`);
  return verification;
}

describe('a true bundle', () => {
  it('names the members of the report that nothing in the file confirms, those of later versions too', () => {
    const seals = [signedSeal(chained)];
    const report = signedReport({ ...unsignedReport(chained, seals), baa_chain: [], weather: 'fine' });
    const { not_compared: named, outcome } = verify({ ...validBundle(), report, seals });
    expect(outcome).toBe('consistent');
    expect(named).toEqual([
      'tokens',
      'pci_dss',
      'safe_harbor_coverage',
      'window',
      'agents',
      'sessions',
      'detector',
      'baa_chain',
      'weather',
    ]);
  });

  it('names members of audit, leak_detection, seals and heads that the format does not know, and ids of other scopes', () => {
    const unsigned = unsignedReport(chained, [signedSeal(chained)]);
    const added = (member: Json | undefined): JsonRecord => ({ ...(member as JsonRecord), 'a/b': 1 });
    const report = signedReport({
      ...unsigned,
      agent_id: 'agt_01JD0000000000000000000001',
      audit: added(unsigned['audit']),
      leak_detection: added(unsigned['leak_detection']),
      seals: [added(signedSeal(chained))],
    });
    const { not_compared: named } = verify({ ...validBundle(), report });
    expect(named).toEqual(
      expect.arrayContaining(['agent_id', 'audit/a~1b', 'leak_detection/a~1b', 'seals/0/a~1b']) as string[],
    );
    const known = verify(validBundle()).not_compared;
    for (const name of ['session_id', 'agent_id', 'audit', 'leak_detection', 'seals'])
      expect(known.filter((path) => path.startsWith(name))).toEqual([]);
  });
});
