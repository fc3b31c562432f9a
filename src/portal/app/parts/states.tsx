/** The states of a view beside its data: loading, failed, empty. */
import type { ReactNode } from 'react';
import { asFailure } from '../api/failure.ts';
import './states.css';

/** Shown while the first answer is awaited. Appears only after a moment, so that quick answers do not flicker. */
export function Loading({ what = 'the page' }: { readonly what?: string }): ReactNode {
  return (
    <div className="loading" role="status">
      <span className="unseen">Loading {what}…</span>
      <span className="loading-line" />
      <span className="loading-line" />
      <span className="loading-line" />
    </div>
  );
}

const HEADLINES: Readonly<Record<string, string>> = {
  offline: 'The server cannot be reached',
  forbidden: 'Your role does not permit this',
  rate_limited: 'Too many requests',
  internal_error: 'The server failed',
};

/** Says what failed, with the request's ID for those who read the log, and offers to try again. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const { code, message, details, requestId } = asFailure(error);
  return (
    <div className="failed" role="alert">
      <h2>{HEADLINES[code] ?? 'This did not work'}</h2>
      <p>{message}</p>
      {details.length === 0 ? null : (
        <ul>
          {details.map((detail) => (
            <li key={`${detail.path} ${detail.code}`}>
              <code>{detail.path}</code> {detail.message}
            </li>
          ))}
        </ul>
      )}
      {requestId === null ? null : (
        <p className="soft">
          Request <code>{requestId}</code>
        </p>
      )}
      {onRetry === undefined ? null : (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Says that there is nothing, why, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** The part of a query that these states depend on. */
export interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** Draws data once it is there. A failure after that leaves the old data on the screen, and says that it is old. */
export function Answered<Data>({
  query,
  what,
  children,
}: {
  readonly query: Asked<Data>;
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = query;
  const retry = (): void => {
    refetch();
  };
  if (data === undefined) return error === null ? <Loading what={what} /> : <Failed error={error} onRetry={retry} />;
  return (
    <>
      {error === null ? null : (
        <p className="note note-warn" role="status">
          This could not be updated: {asFailure(error).message}{' '}
          <button type="button" className="link-button" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      {children(data)}
    </>
  );
}
