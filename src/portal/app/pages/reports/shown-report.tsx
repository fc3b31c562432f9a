/** The figures of a report, as it was signed. */
import type { ReactNode } from 'react';
import { count, counted } from '../../parts/format.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts } from '../../parts/kinds.ts';
import { isRecord } from '../../parts/records.ts';
import type { ReportOfAccountQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

export type MadeReport = ReportOfAccountQuery['accountReport'];

const COVERAGE: Readonly<Record<string, { readonly label: string; readonly tone: string }>> = {
  full: { label: 'Covered', tone: 'good' },
  partial: { label: 'In part', tone: 'warn' },
  in_progress: { label: 'In progress', tone: 'warn' },
  not_applicable: { label: 'Not in calls', tone: 'unknown' },
};

/** The categories of 45 CFR 164.514(b)(2)(i), by the letters that the report gives them. */
const CATEGORIES: Readonly<Record<string, string>> = {
  A: 'Names',
  B: 'Places',
  C: 'Dates',
  D: 'Telephone',
  E: 'Fax',
  F: 'Email',
  G: 'SSN',
  H: 'Medical record',
  I: 'Health plan',
  J: 'Account',
  K: 'License',
  L: 'Vehicle',
  M: 'Device',
  N: 'URL',
  O: 'IP address',
  P: 'Biometric',
  Q: 'Photo',
  R: 'Any other',
};

/** `G_ssn` as `G · SSN`. */
function categoryName(category: string): string {
  const letter = category.charAt(0);
  return `${letter} · ${CATEGORIES[letter] ?? category}`;
}

export function ShownReport({ report }: { readonly report: MadeReport }): ReactNode {
  const { id, generatedAt, merkleRootHex, redactionsByKind } = report;
  const document = isRecord(report.document) ? report.document : {};
  const counts = kindCounts(redactionsByKind);
  const total = counts.reduce((sum, each) => sum + each.count, 0);
  const sessions = Array.isArray(document['sessions']) ? document['sessions'].length : null;
  const leaks = isRecord(document['leak_detection']) ? document['leak_detection']['blocked_requests'] : null;
  const coverage = isRecord(document['safe_harbor_coverage']) ? Object.entries(document['safe_harbor_coverage']) : [];
  return (
    <div className="report" role="region" aria-label="The report">
      <p>
        <code>{id}</code> <Moment className="soft" iso={generatedAt} />
      </p>
      <p className="report-total">
        <strong>{count(total)}</strong> {total === 1 ? 'identifier was' : 'identifiers were'} replaced
        {sessions === null ? '' : ` in ${counted(sessions, 'session')}`}
        {typeof leaks === 'number' ? `; ${counted(leaks, 'request')} refused because a value was left` : ''}.
      </p>
      <KindChips counts={counts} most={30} />
      <h3>Categories of Safe Harbor</h3>
      <ul className="report-coverage">
        {coverage.map(([category, state]) => {
          const { label, tone } = COVERAGE[String(state)] ?? { label: String(state), tone: 'unknown' };
          return (
            <li key={category}>
              <span>{categoryName(category)}</span> <span className={`state-${tone}`}>{label}</span>
            </li>
          );
        })}
      </ul>
      <Limits limits={document['limits']} />
      <p className="soft">
        Root <code className="report-root">{merkleRootHex}</code>
      </p>
    </div>
  );
}

function Limits({ limits }: { readonly limits: unknown }): ReactNode {
  if (!Array.isArray(limits)) return null;
  return (
    <details>
      <summary>What it does not show</summary>
      <ul className="report-limits">
        {limits.map((limit) => (
          <li key={String(limit)}>{String(limit)}</li>
        ))}
      </ul>
    </details>
  );
}
