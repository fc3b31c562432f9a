/** The review queue: what people said of detection, and whether it is right. Accepted corrections become an evaluation set. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { usePages } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { Corrections } from './corrections.tsx';
import { ExportSet } from './export-set.tsx';
import { filterOf, STATES, VERDICTS } from './filters.ts';
import { correctionsOperation } from './queries.generated.ts';
import './review.css';

const PAGE_SIZE = 50;

export function Page(): ReactNode {
  const mayExport = useMay('payloads:read');
  return (
    <>
      <PageHead
        title="Review"
        lead="What people said of detection: that a redaction was no identifier, or that one was missed. Each statement is a leaf of the account log."
        actions={mayExport ? <ExportSet /> : undefined}
      />
      <Permitted permission="sessions:read" what="the corrections">
        <Queue />
      </Permitted>
    </>
  );
}

function Queue(): ReactNode {
  const [parameters, change] = useParameters();
  const filter = filterOf(parameters);
  const query = usePages(
    correctionsOperation,
    { first: PAGE_SIZE, ...filter },
    { pageInfoOf: ({ corrections }) => corrections.pageInfo, intervalAtTop: CALM_MS },
  );
  return (
    <>
      <Filters
        parameters={parameters}
        onChange={(changes) => {
          change(changes, { replace: true });
        }}
      />
      <Answered query={query} what="the corrections">
        {({ pages }) => {
          const rows = pages.flatMap(({ corrections }) => corrections.edges.map(({ node }) => node));
          if (rows.length === 0) return <NoCorrection isWaiting={filter.state === 'open'} />;
          return (
            <>
              <Corrections rows={rows} />
              {query.hasNextPage ? (
                <button
                  type="button"
                  className="button"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Show older corrections
                </button>
              ) : null}
            </>
          );
        }}
      </Answered>
    </>
  );
}

interface FiltersProps {
  readonly parameters: Readonly<Record<string, string>>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

function Filters({ parameters, onChange }: FiltersProps): ReactNode {
  return (
    <div className="review-filter">
      {[
        { name: 'state', title: 'State', choices: STATES },
        { name: 'verdict', title: 'Said', choices: VERDICTS },
      ].map(({ name, title, choices }) => (
        <label key={name} className="field">
          <span>{title}</span>
          <select
            value={parameters[name] ?? ''}
            onChange={({ target }) => {
              onChange({ [name]: target.value });
            }}
          >
            {choices.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

function NoCorrection({ isWaiting }: { readonly isWaiting: boolean }): ReactNode {
  return (
    <Empty title={isWaiting ? 'Nothing waits for review' : 'No correction matches these filters'}>
      <p className="soft">Corrections are recorded on the page of a session: open a chip, or reveal a text.</p>
      <Link to="/portal/sessions">Sessions</Link>
    </Empty>
  );
}
