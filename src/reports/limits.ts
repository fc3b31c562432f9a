/** What a report does not show, in its own words. */
import type { ReportedCoverage } from './coverage.ts';
import type { ReportedSession } from './report.ts';

const ALWAYS: readonly string[] = [
  'It does not show that every identifier was found. The coverage states what was measured on test data, with its uncertainty.',
  'It does not show that no call is missing: a call that never reached Masker has no journal.',
  'It does not show that the clocks were right.',
  'A holder of both the audit key and the signing key could have written another journal before anyone else saw a seal or a receipt.',
  'Agreements with business associates are not on record here.',
];

/** The limits of a report on these sessions. */
export function limitsOf(
  sessions: readonly Pick<ReportedSession, 'sealed_at'>[],
  coverage: Pick<ReportedCoverage, 'measured'>,
): readonly string[] {
  const open = sessions.filter(({ sealed_at: sealedAt }) => sealedAt === null).length;
  return [
    ...ALWAYS,
    ...(coverage.measured ? [] : ['The detector of this version has not been measured: no coverage figure applies.']),
    ...(open === 0
      ? []
      : [`Sessions that were open when the report was made: ${open}. What came later in them is not in this report.`]),
  ];
}
