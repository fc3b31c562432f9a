/** The buttons that make a report: shown here, or downloaded in one of its forms. Each of them makes it anew. */
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask } from '../../api/ask.ts';
import { download } from '../../api/download.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Failed } from '../../parts/states.tsx';
import { reportOfAccountOperation, reportOfAgentOperation, reportOfSessionOperation } from './queries.generated.ts';
import { addressOfReport } from './scope.ts';
import type { Format, Wanted } from './scope.ts';
import { ShownReport } from './shown-report.tsx';
import type { MadeReport } from './shown-report.tsx';

/** Makes the report. Throws ApiFailure. */
async function make({ wanted, purpose }: { wanted: Wanted; purpose: string }): Promise<MadeReport> {
  const why = purpose === '' ? null : purpose;
  switch (wanted.scope) {
    case 'session':
      return (await ask(reportOfSessionOperation, { id: wanted.id, purpose: why })).report;
    case 'agent': {
      const { id, since, until } = wanted;
      return (await ask(reportOfAgentOperation, { id, since, until, purpose: why })).agentReport;
    }
    case 'account': {
      const { since, until } = wanted;
      return (await ask(reportOfAccountOperation, { since, until, purpose: why })).accountReport;
    }
  }
}

interface MakeReportProps {
  /** Null while something is missing. */
  readonly wanted: Wanted | null;
  readonly purpose: string;
  readonly onMade: () => void;
}

export function MakeReport({ wanted, purpose, onMade }: MakeReportProps): ReactNode {
  const show = useMutation({ mutationFn: make, onSuccess: onMade });
  const fetchFile = useMutation({
    mutationFn: ({ of, format }: { of: Wanted; format: Format }) =>
      download(addressOfReport(of, format), { purpose, fileName: `report.${format === 'pdf' ? 'pdf' : 'json'}` }),
    onSuccess: onMade,
  });
  const isBusy = show.isPending || fetchFile.isPending;
  const button = (format: Format, label: string, isMain = false): ReactNode => (
    <button
      type="button"
      className={isMain ? 'button button-main' : 'button'}
      disabled={wanted === null || isBusy}
      onClick={() => {
        if (wanted !== null) fetchFile.mutate({ of: wanted, format });
      }}
    >
      {label}
    </button>
  );
  return (
    <>
      <div className="page-actions">
        {button('pdf', 'Download the PDF', true)}
        {button('json', 'JSON')}
        {button('bundle', 'Bundle for the verifier')}
        <button
          type="button"
          className="button"
          disabled={wanted === null || isBusy}
          onClick={() => {
            if (wanted !== null) show.mutate({ wanted, purpose });
          }}
        >
          Show it here
        </button>
      </div>
      <p role="status" className="soft">
        {isBusy ? 'The journals are being read…' : fetchFile.data === undefined ? '' : `Downloaded ${fetchFile.data}.`}
      </p>
      <FormProblem error={fetchFile.error} />
      {show.error === null ? null : <Failed error={show.error} />}
      {show.data === undefined ? null : <ShownReport report={show.data} />}
    </>
  );
}
